"""Beside a name nobody reads when, or how often, somebody handed in what is graded blind: that would name the work."""

from typing import Any

import pytest
from django.urls import reverse

from coursework.models import Submission
from tests.grading.api.matrix import client, token
from tests.grading.graded import make_blind, released
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db
PEOPLE = "/api/v1/courses/ml-1/enrollments/"
NOTE = "Hand-ins that are graded without names are told here once their grade is released."


@pytest.fixture
def world() -> World:
    world = make_world()
    hand_in(world.task, world.owner)
    hand_in(world.task, world.owner)
    make_blind(world.task)
    return world


def told(world: World, who: str) -> tuple[Any, Any]:
    """Return what the API says to somebody of the owner's hand-ins, the same in the list as alone."""
    program = client(token(getattr(world, who).user))
    alone = program.get(f"{PEOPLE}{world.owner.pk}/").json()
    listed = program.get(PEOPLE).json()["results"]
    assert alone == next(one for one in listed if one["id"] == world.owner.pk)
    return alone["submissions"], alone["last_submission_at"]


@pytest.mark.parametrize("who", ["ta", "instructor"])
def test_programs_of_staff_are_told_after_the_release(world: World, who: str) -> None:
    assert told(world, who) == (0, None)
    released(world.task, world.owner, world.instructor)
    last = Submission.objects.latest("received_at").received_at
    assert told(world, who) == (2, last.isoformat().replace("+00:00", "Z"))


def test_what_is_graded_by_name_is_told_as_ever(world: World) -> None:
    world.task.grading_policy.delete()  # a task without a row is graded by the defaults
    assert told(world, "ta")[0] == 2


def test_students_are_told_all_of_themselves(world: World) -> None:
    assert told(world, "owner")[0] == 2


def test_a_hand_in_changes_nothing_that_staff_could_watch_by_name(world: World) -> None:
    program = client(token(world.ta.user))
    before = program.get(PEOPLE)["ETag"]
    hand_in(world.task, world.owner)
    assert program.get(PEOPLE)["ETag"] == before


@pytest.mark.parametrize("who", ["ta", "instructor"])
def test_the_pages_tell_the_same_and_say_so(world: World, who: str) -> None:
    browser, last = world.client(who), Submission.objects.latest("received_at").received_at
    course = {"course": world.course.slug}
    pages = [
        f"{reverse('people', kwargs=course)}?sort=-last",
        reverse("person", kwargs=course | {"enrollment": world.owner.pk}),
    ]
    for page in pages:
        text = browser.get(page).content.decode()
        assert last.isoformat() not in text and NOTE in text
    released(world.task, world.owner, world.instructor)
    for page in pages:
        text = browser.get(page).content.decode()
        assert last.isoformat() in text and NOTE not in text


def test_no_order_of_the_page_is_by_what_is_not_told(world: World) -> None:
    def order(sort: str) -> list[int]:
        response = world.client("ta").get(reverse("people", kwargs={"course": world.course.slug}) + f"?sort={sort}")
        return [one.pk for one in response.context["page"]]

    orders = [order("last"), order("hand_ins")]
    hand_in(world.task, world.classmate)
    assert [order("last"), order("hand_ins")] == orders
