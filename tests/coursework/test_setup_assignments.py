"""Making, changing and deleting assignments on pages."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Assignment, Event, Extension, Submission, Task
from coursework.services.tasks import delete_task
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db
TIMES = {"opens_at": "2026-03-01T08:00", "due_at": "2026-03-28T23:59", "closes_at": ""}


@pytest.fixture
def world() -> World:
    return make_world()


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def make(world: World, **data: str) -> Any:
    url = reverse("assignment_new", kwargs={"course": "ml-1"})
    return world.client("instructor").post(url, {"title": "Spring", "slug": ""} | TIMES | data)


def edit(world: World, **data: str) -> Any:
    """Send the form of the world's assignment as its page shows it, but for `data`."""
    url = reverse("assignment_edit", kwargs={"course": "ml-1", "assignment": "playground"})
    form = world.client("instructor").get(url).context["form"]
    shown = {field.name: field.value() for field in form if field.name != "confirm"}
    return world.client("instructor").post(url, shown | data)


def test_times_are_those_of_the_course_s_clocks(world: World) -> None:
    assert make(world, closes_at="2026-03-30 12:00").status_code == 302
    made = Assignment.objects.get(slug="spring")
    assert made.opens_at == datetime(2026, 3, 1, 7, 0, tzinfo=UTC)
    assert made.due_at == datetime(2026, 3, 28, 22, 59, tzinfo=UTC)
    assert made.closes_at == datetime(2026, 3, 30, 10, 0, tzinfo=UTC)  # summer time by then
    assert Event.objects.get(action="assignment.created").subject == "assignment spring"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"due_at": "2026-03-29T02:30"}, "02:30 on 29 March 2026 does not exist in Europe/Zurich"),
        ({"due_at": ""}, "Missing: a day and a time"),
        ({"due_at": "soon"}, "&#x27;soon&#x27; can&#x27;t be read"),
        ({"due_at": "2026-03-01T08:00"}, "2026-03-01 08:00 is not after the opening, 2026-03-01 08:00."),
        ({"closes_at": "2026-03-28T23:58"}, "2026-03-28 23:58 is before the due time, 2026-03-28 23:59."),
        ({"slug": "playground"}, "playground is taken by another assignment of this course"),
        ({"title": ""}, "Missing: what students know the assignment by."),
    ],
)
def test_a_refused_assignment_says_why(world: World, data: dict[str, str], words: str) -> None:
    response = make(world, **data)
    assert response.status_code == 422
    assert words in text(response)
    assert Assignment.objects.filter(course=world.course).count() == 1
    assert f'value="{TIMES["opens_at"]}"' in response.content.decode()


def test_a_page_saved_as_it_is_changes_nothing_not_even_fractions_of_a_second(world: World) -> None:
    before = Assignment.objects.get(pk=world.task.assignment.pk)
    assert before.due_at.microsecond or before.opens_at.microsecond
    assert edit(world).status_code == 302
    after = Assignment.objects.get(pk=before.pk)
    assert (after.opens_at, after.due_at, after.closes_at) == (before.opens_at, before.due_at, before.closes_at)
    assert not Event.objects.exists()


def in_zurich(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo('Europe/Zurich')):%Y-%m-%dT%H:%M}"


def test_hand_ins_that_would_become_late_are_counted_before_anything_is_stored(world: World) -> None:
    for person in (world.owner, world.classmate):
        hand_in(world.task, person)
    Submission.objects.update(received_at=timezone.now() - timedelta(hours=2))
    Extension.objects.create(
        assignment=world.task.assignment, enrollment=world.classmate, due_at=timezone.now() + timedelta(days=9)
    )
    due_at = world.task.assignment.due_at
    earlier = in_zurich(timezone.now() - timedelta(hours=5))

    refused = edit(world, due_at=earlier)
    assert refused.status_code == 422
    assert "1 hand-in becomes late and no longer ranks. Extensions hold as before." in text(refused)
    world.task.assignment.refresh_from_db()
    assert world.task.assignment.due_at == due_at

    assert edit(world, due_at=earlier, confirm="on").status_code == 302
    world.task.assignment.refresh_from_db()
    assert world.task.assignment.due_at < due_at
    event = Event.objects.get(action="assignment.changed")
    assert event.details["fields"] == ["due_at"] and list(event.details["times"]) == ["due_at"]


def test_late_hand_ins_that_would_become_on_time_are_counted_too(world: World) -> None:
    for person in (world.owner, world.classmate):
        hand_in(world.task, person)
    now = timezone.now()
    Submission.objects.update(received_at=now - timedelta(hours=1))
    Assignment.objects.filter(pk=world.task.assignment.pk).update(due_at=now - timedelta(hours=2))
    response = edit(world, due_at=in_zurich(now + timedelta(days=1)))
    assert "2 late hand-ins become on time and may rank" in text(response)


def test_a_change_that_moves_no_hand_in_asks_nothing(world: World) -> None:
    hand_in(world.task, world.owner)
    assert edit(world, due_at=in_zurich(timezone.now() + timedelta(days=5))).status_code == 302


def delete(world: World) -> Any:
    url = reverse("assignment_delete", kwargs={"course": "ml-1", "assignment": "playground"})
    return world.client("instructor").post(url)


def test_an_assignment_without_hand_ins_is_deleted_with_its_tasks(world: World) -> None:
    assert delete(world).status_code == 302
    assert not Task.objects.filter(pk=world.task.pk).exists()
    assert Event.objects.get(action="assignment.deleted").course == world.course


def test_one_with_hand_ins_stays_and_the_page_says_why(world: World) -> None:
    hand_in(world.task, world.owner)
    response = delete(world)
    assert response.status_code == 409
    assert "1 hand-in belongs to Playground, so it can" in text(response)
    assert Task.objects.filter(pk=world.task.pk).exists()


def test_a_task_with_drafts_and_seeds_but_no_hand_in_can_go(world: World) -> None:
    delete_task(task=world.task, actor=world.instructor.user)
    assert not Task.objects.filter(pk=world.task.pk).exists()
