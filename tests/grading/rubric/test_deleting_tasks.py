"""A task goes with its rubric; once somebody worked on a grade it stays, and that is said."""

from typing import Any

import pytest
from django.urls import reverse

from coursework.models import Assignment, Task
from grading.models import Grade, RubricItem
from grading.services.grades.rows import grade_row
from tests.grading.rubric.graded import graded, item, url, words
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def delete(world: World) -> Any:
    return world.client("instructor").post(url(world, "task_delete"))


def test_a_task_with_a_rubric_and_no_hand_ins_is_deleted(world: World) -> None:
    item(world.task)
    page = words(world.client("instructor").get(url(world, "task_edit")))
    assert "Its rubric of 1 item is deleted with it." in page
    assert delete(world).status_code == 302
    assert not Task.objects.filter(pk=world.task.pk).exists() and not RubricItem.objects.exists()


def test_a_task_with_grades_stays_and_says_why(world: World) -> None:
    graded(world, world.owner, item(world.task))
    answer = delete(world)
    assert answer.status_code == 409
    assert "Staff have worked on grades of Task A: Circle, so it can" in words(answer)
    assert Task.objects.filter(pk=world.task.pk).exists() and RubricItem.objects.exists()


def test_an_assignment_with_grades_stays_and_says_why(world: World) -> None:
    graded(world, world.owner)
    address = reverse(
        "assignment_delete", kwargs={"course": world.course.slug, "assignment": world.task.assignment.slug}
    )
    answer = world.client("instructor").post(address)
    assert answer.status_code == 409 and "Staff have worked on grades of Playground" in words(answer)
    assert Assignment.objects.filter(pk=world.task.assignment_id).exists()


def test_a_grading_page_that_was_only_opened_holds_nothing_back(world: World) -> None:
    grade_row(task=world.task, enrollment=world.owner)
    assert delete(world).status_code == 302


def test_with_hand_ins_the_rows_stay_and_hand_ins_are_the_reason(world: World) -> None:
    hand_in(world.task, world.owner)
    grade_row(task=world.task, enrollment=world.owner)
    answer = delete(world)
    assert answer.status_code == 409 and "1 hand-in belongs" in words(answer)
    assert Grade.objects.count() == 1
