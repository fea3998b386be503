"""The overviews of an assignment and of a course."""

from typing import Any

import pytest
from django.urls import resolve, reverse

from coursework.forms_setup.assignments import RESERVED, AssignmentForm
from grading.models import Outcome
from tests.grading.dashboard.classes import settled
from tests.world import World, make_assignment, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    settled(world.task, world.owner)
    make_task(world.course, slug="spiral", title="Task B: Spiral")
    settled(world.task, world.classmate, Outcome.CLAIM_NOT_REPRODUCED)
    return world


def page(world: World, name: str, **arguments: str) -> str:
    response = world.client("ta").get(reverse(name, kwargs={"course": world.course.slug} | arguments))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_a_course_lists_its_assignments_with_their_tasks(world: World) -> None:
    make_assignment(world.course, slug="later", title="Later")
    text = page(world, "course_dashboard")
    assert "2 assignments" in text and "<b>1</b> grade needs a person" in text and "No tasks yet." in text
    for task in world.task.assignment.tasks.all():
        assert reverse("dashboard", kwargs=task.url_arguments()) in text
    assert "2 in all: 1 verified, 1 to review" in text


def test_an_assignment_shows_its_tasks_side_by_side(world: World) -> None:
    text = page(world, "assignment_dashboard", assignment="playground")
    assert text.index("Task A: Circle") < text.index("Task B: Spiral")
    assert "<dd>100 <small>official</small>" in text and "<dd>10 <small>of 10</small>" in text
    assert f"{reverse('dashboard', kwargs=world.task.url_arguments())}?state=needs#students" in text


def test_an_assignment_without_tasks_says_so(world: World) -> None:
    make_assignment(world.course, slug="later", title="Later")
    assert "No tasks yet" in page(world, "assignment_dashboard", assignment="later")


def test_no_assignment_takes_the_addresses_of_the_course_s_own_pages(world: World) -> None:
    found = resolve(reverse("assignment_dashboard", kwargs={"course": "ml-1", "assignment": "playground"}))
    assert found.url_name == "assignment_dashboard"
    for word in RESERVED:
        form = AssignmentForm({"title": "One", "slug": word}, course=world.course)
        assert "is an address of this site itself" in str(form.errors["slug"])
    form = AssignmentForm({"title": "Dashboard"}, course=world.course)
    assert "slug" not in form.errors and form.cleaned_data["slug"] == "dashboard-2"


def test_a_larger_class_needs_no_more_queries(world: World, django_assert_num_queries: Any) -> None:
    page(world, "course_dashboard")
    settled(world.task, world.owner)
    with django_assert_num_queries(28):
        page(world, "course_dashboard")
    settled(world.task, world.classmate)
    with django_assert_num_queries(28):
        page(world, "course_dashboard")
