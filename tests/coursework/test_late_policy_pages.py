"""Instructors say what lateness costs; students read it wherever they read the due time."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Assignment, Event, Extension, Submission
from coursework.services.course_copy import copy_course
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db
RULE = "Late: 10 % of the points off for each day begun, 50 % at most."


@pytest.fixture
def world() -> World:
    return make_world()


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def edit(world: World, **data: str) -> Any:
    url = reverse("assignment_edit", kwargs={"course": "ml-1", "assignment": "playground"})
    form = world.client("instructor").get(url).context["form"]
    shown = {field.name: field.value() for field in form if field.name != "confirm"}
    return world.client("instructor").post(url, shown | data)


def stored(world: World) -> tuple[int, int]:
    row = Assignment.objects.get(pk=world.task.assignment.pk)
    return row.late_percent_per_day, row.late_most_percent


def have(world: World, *, late: bool, closes: bool = True) -> None:
    now = timezone.now()
    due = now - timedelta(hours=30) if late else now + timedelta(days=1)
    Assignment.objects.filter(pk=world.task.assignment.pk).update(
        opens_at=now - timedelta(days=9),
        due_at=due,
        closes_at=now + timedelta(days=9) if closes else None,
        late_percent_per_day=10,
        late_most_percent=50,
    )


# --- For instructors ---------------------------------------------------------------------------------------------


def test_it_is_stored_and_remembered(world: World) -> None:
    assert edit(world, late_percent_per_day="10", late_most_percent="50").status_code == 302
    assert stored(world) == (10, 50)
    details = Event.objects.get(action="assignment.changed").details
    assert details["fields"] == ["late_most_percent", "late_percent_per_day"]
    assert (details["late_percent_per_day"], details["late_most_percent"]) == ([0, 10], [100, 50])


def test_a_new_assignment_has_it_too_and_costs_nothing_unless_told(world: World) -> None:
    url = reverse("assignment_new", kwargs={"course": "ml-1"})
    data = {"title": "Spring", "opens_at": "2026-03-01T08:00", "due_at": "2026-03-28T23:59"}
    world.client("instructor").post(url, data | {"slug": "one"})
    world.client("instructor").post(url, data | {"slug": "two", "late_percent_per_day": "25"})
    found = {row.slug: (row.late_percent_per_day, row.late_most_percent) for row in Assignment.objects.all()}
    assert (found["one"], found["two"]) == ((0, 100), (25, 100))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("101", "More than all the points can’t be taken off: write a whole number from 0 to 100."),
        ("-1", "Less than nothing can’t be taken off"),
        ("ten", "Not a whole number: write a whole number from 0 to 100."),
        ("2.5", "Not a whole number"),
    ],
)
@pytest.mark.parametrize("field", ["late_percent_per_day", "late_most_percent"])
def test_what_is_no_percent_is_refused(world: World, field: str, value: str, said: str) -> None:
    response = edit(world, **{field: value})
    assert response.status_code == 422
    assert said in text(response) and f'value="{value}"' in response.content.decode()
    assert stored(world) == (0, 100)


def test_late_hand_ins_whose_points_would_change_are_counted_before_anything_is_stored(world: World) -> None:
    have(world, late=True)
    for person in (world.owner, world.classmate):
        hand_in(world.task, person)
    Extension.objects.create(
        assignment=world.task.assignment, enrollment=world.classmate, due_at=timezone.now() + timedelta(days=2)
    )
    refused = edit(world, late_percent_per_day="20")
    assert refused.status_code == 422
    assert "1 late hand-in loses another share of the points than now. Extensions hold" in text(refused)
    assert stored(world) == (10, 50)
    assert edit(world, late_percent_per_day="20", confirm="on").status_code == 302
    assert stored(world) == (20, 50)


def test_hand_ins_that_lose_as_much_as_before_ask_nothing(world: World) -> None:
    have(world, late=True)
    hand_in(world.task, world.owner)
    Submission.objects.update(received_at=timezone.now())
    assert edit(world, late_most_percent="60").status_code == 302  # two days begun: 20 % either way


def test_it_is_copied_with_the_course(world: World) -> None:
    have(world, late=False)
    copy = copy_course(source=world.course, actor=world.instructor.user, title="Next", slug="next", days=182)
    assert copy.assignments.get().late_policy == Assignment.objects.get(pk=world.task.assignment.pk).late_policy


# --- For students ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["task", "hand_in"])
def test_the_rule_stands_beside_the_due_time(world: World, name: str) -> None:
    have(world, late=False)
    shown = text(world.client("owner").get(reverse(name, kwargs=world.task.url_arguments())))
    assert RULE in shown and "Handing in now costs" not in shown


@pytest.mark.parametrize("name", ["task", "hand_in", "home"])
def test_once_it_is_late_what_it_costs_now_stands_there_too(world: World, name: str) -> None:
    have(world, late=True)
    arguments = {} if name == "home" else world.task.url_arguments()
    assert f"{RULE} Handing in now costs 20 % of the points." in text(
        world.client("owner").get(reverse(name, kwargs=arguments))
    )


@pytest.mark.parametrize("name", ["task", "hand_in"])
def test_an_extension_counts(world: World, name: str) -> None:
    have(world, late=True)
    Extension.objects.create(
        assignment=world.task.assignment, enrollment=world.owner, due_at=timezone.now() - timedelta(hours=1)
    )
    shown = text(world.client("owner").get(reverse(name, kwargs=world.task.url_arguments())))
    assert "Handing in now costs 10 % of the points." in shown


@pytest.mark.parametrize("name", ["task", "hand_in"])
def test_where_nothing_late_is_taken_nothing_is_said(world: World, name: str) -> None:
    have(world, late=False, closes=False)
    shown = text(world.client("owner").get(reverse(name, kwargs=world.task.url_arguments())))
    assert "points off" not in shown and "lose no points" not in shown
