"""Making and changing courses on pages."""

import re
from typing import Any

import pytest
from django.urls import reverse

from coursework.models import Course, Enrollment, Event, Role
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
NEW = {"title": "Neural networks, spring", "slug": "", "time_zone": "europe/zurich"}


@pytest.fixture
def world() -> World:
    return make_world()


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("who", ["instructor", "operator"])
def test_who_makes_a_course_is_its_instructor(world: World, who: str) -> None:
    response = world.client(who).post(reverse("course_new"), NEW)
    course = Course.objects.get(slug="neural-networks-spring")
    assert response["Location"] == reverse("course_setup", kwargs={"course": course.slug})
    assert (course.title, course.time_zone, course.join_code) == (NEW["title"], "Europe/Zurich", None)
    assert Enrollment.objects.get(course=course).role == Role.INSTRUCTOR
    event = Event.objects.get(action="course.created")
    assert event.course == course and event.actor == Enrollment.objects.get(course=course).user


def test_somebody_who_left_the_staff_makes_no_courses(world: World) -> None:
    Enrollment.objects.filter(pk=world.instructor.pk).update(active=False)
    assert world.client("instructor").post(reverse("course_new"), NEW).status_code == 404


def test_a_second_course_of_the_same_title_gets_a_name_of_its_own(world: World) -> None:
    for _ in range(2):
        world.client("instructor").post(reverse("course_new"), NEW)
    assert Course.objects.filter(slug="neural-networks-spring-2").exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Missing: what students know the course by."),
        ("slug", "ml-1", "ml-1 is taken by another course: choose another one."),
        ("slug", "new", "new is an address of this site itself: take another one."),
        ("slug", "a/b", "a/b is not allowed: 1 to 60 letters, digits, hyphens and underscores."),
        ("time_zone", "Zurich", "Zurich is no time zone"),
    ],
)
def test_a_refused_course_says_why_and_keeps_what_was_typed(world: World, field: str, value: str, words: str) -> None:
    response = world.client("instructor").post(reverse("course_new"), NEW | {"title": "Kept"} | {field: value})
    assert response.status_code == 422
    assert words in text(response)
    assert field == "title" or 'value="Kept"' in response.content.decode()
    assert Course.objects.count() == 2


def test_a_change_is_stored_and_named_in_the_event(world: World) -> None:
    url = reverse("course_edit", kwargs={"course": "ml-1"})
    data = {"title": world.course.title, "slug": "ml-one", "time_zone": "America/New_York"}
    response = world.client("instructor").post(url, data)
    assert response["Location"] == "/setup/ml-one/"
    assert Event.objects.get(action="course.changed").details == {"fields": ["slug", "time_zone"]}
    assert world.client("instructor").get("/setup/ml-one/").status_code == 200
    assert world.client("instructor").get("/setup/ml-1/").status_code == 404


def test_saving_without_a_change_leaves_no_event(world: World) -> None:
    data = {"title": world.course.title, "slug": "ml-1", "time_zone": "Europe/Zurich"}
    assert world.client("instructor").post(reverse("course_edit", kwargs={"course": "ml-1"}), data).status_code == 302
    assert not Event.objects.exists()


def test_another_zone_moves_no_deadline(world: World) -> None:
    due_at = world.task.assignment.due_at
    data = {"title": "T", "slug": "ml-1", "time_zone": "Asia/Tokyo"}
    world.client("instructor").post(reverse("course_edit", kwargs={"course": "ml-1"}), data)
    world.task.assignment.refresh_from_db()
    assert world.task.assignment.due_at == due_at


def join_code(world: World, act: str) -> str | None:
    world.client("instructor").post(reverse("course_join_code", kwargs={"course": "ml-1"}), {"act": act})
    return Course.objects.get(slug="ml-1").join_code


def test_a_join_code_is_made_renewed_and_closed(world: World) -> None:
    first = join_code(world, "renew")
    page = text(world.client("instructor").get(reverse("course_setup", kwargs={"course": "ml-1"})))
    assert first and f"http://testserver/join/{first}/" in page
    second = join_code(world, "renew")
    assert second and second != first
    assert join_code(world, "close") is None
    acts = Event.objects.filter(action__startswith="join_code").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["join_code.made", "join_code.renewed", "join_code.closed"]
    assert not any(code in str(event.details) for event in Event.objects.all() for code in (first, second))


def test_the_list_shows_the_courses_one_teaches_and_no_others(world: World) -> None:
    page = text(world.client("instructor").get(reverse("setup_home")))
    assert "Course ml-1" in page and "Course ml-2" not in page
    assert "No course yet" in text(world.client("operator").get(reverse("setup_home")))
