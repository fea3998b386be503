"""Every cell shows the points that count, and why they are special if they are."""

from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from coursework.models import Assignment, Extension
from grading.gradebook.cells import KINDS, Cell, cell_of
from grading.models import Grade, Outcome, Status, Verification
from tests.grading.gradebook.rows import TEN, by_hand, decide, read, settled_as
from tests.grading.graded import released, settled
from tests.world import World, hand_in, make_world, verification_of

pytestmark = pytest.mark.django_db
ZURICH = ZoneInfo("Europe/Zurich")


@pytest.fixture
def world() -> World:
    return make_world()


def cell(world: World, *, some_released: bool = False) -> Cell:
    return cell_of(read(world), zone=ZURICH, some_released=some_released)


def words(world: World) -> list[str]:
    return [mark.word for mark in cell(world).marks]


def close(world: World, *, ago: timedelta, late_until: timedelta | None = None, percent: int = 0) -> None:
    now = timezone.now()
    Assignment.objects.update(
        due_at=now - ago, closes_at=now + late_until if late_until else None, late_percent_per_day=percent
    )
    world.task.assignment.refresh_from_db()


def test_plain_points_have_no_mark(world: World) -> None:
    settled(world.task, world.owner)
    assert (cell(world).points, words(world)) == (TEN, [])


def test_nothing_handed_in_is_missing_only_when_no_time_is_left(world: World) -> None:
    assert (cell(world).points, words(world)) == (None, [])
    close(world, ago=timedelta(hours=1))
    assert words(world) == ["missing"]


def test_late_says_by_how_much(world: World) -> None:
    close(world, ago=timedelta(hours=2), late_until=timedelta(days=1), percent=20)
    settled(world.task, world.owner)
    assert (cell(world).points, words(world)) == (Decimal("8.0"), ["late 2 h"])


def test_an_extension_says_until_when_by_the_course_s_clock(world: World) -> None:
    due = timezone.now() + timedelta(days=40)
    Extension.objects.create(assignment=world.task.assignment, enrollment=world.owner, due_at=due)
    local = due.astimezone(ZURICH)
    assert words(world) == [f"until {local.day} {local:%b}"]


def test_what_runs_and_what_failed_by_us(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    assert words(world) == ["running"]
    Verification.objects.filter(submission=submission).update(status=Status.FAILED)
    assert (cell(world).points, words(world)) == (None, ["failed by us"])


def test_to_review(world: World) -> None:
    settled(world.task, world.owner, None)
    assert words(world) == ["to review"]


def test_by_hand_and_what_came_since(world: World) -> None:
    settled(world.task, world.owner, 300.0)
    decide(world.task, world.owner, world.ta, adjustment=Decimal(1), adjustment_reason="Good report.")
    assert words(world) == ["by hand"]
    settled(world.task, world.owner, 100.0, claimed_epochs=100)
    assert words(world) == ["differs", "by hand"]


def test_excused_is_all_there_is_to_say(world: World) -> None:
    settled(world.task, world.owner)
    Grade.objects.create(task=world.task, enrollment=world.owner, excused=True, excused_reason="Ill.")
    assert (cell(world).points, words(world)) == (None, ["excused"])


def test_not_released_is_said_where_others_have_theirs(world: World) -> None:
    by_hand(world.task)
    settled(world.task, world.owner)
    assert words(world) == []
    assert cell(world, some_released=True).kinds == {"held"}
    released(world.task, world.owner, world.instructor)
    assert cell(world, some_released=True).kinds == set()


def test_blind_work_shows_nothing_until_it_is_released(world: World) -> None:
    by_hand(world.task, blind=True)
    close(world, ago=timedelta(hours=2), late_until=timedelta(days=1))
    settled(world.task, world.owner)
    decide(world.task, world.owner, world.ta)
    found = cell(world)
    assert (found.points, set(found.kinds), found.hidden) == (None, {"blind"}, True)
    released(world.task, world.owner, world.instructor)
    assert (cell(world).points, set(cell(world).kinds)) == (TEN, {"late", "by_hand"})


def test_excused_and_more_time_are_no_secret_of_blind_work(world: World) -> None:
    by_hand(world.task, blind=True)
    due = timezone.now() + timedelta(days=40)
    Extension.objects.create(assignment=world.task.assignment, enrollment=world.owner, due_at=due)
    assert cell(world).kinds == {"until", "blind"}
    Grade.objects.create(task=world.task, enrollment=world.owner, excused=True, excused_reason="Ill.")
    assert cell(world).kinds == {"excused"}


@pytest.mark.parametrize("outcome", [Outcome.DIVERGED, Outcome.SETTINGS_NOT_ALLOWED, Outcome.TARGET_NOT_REACHED])
def test_no_points_are_points(world: World, outcome: Outcome) -> None:
    settled_as(verification_of(hand_in(world.task, world.owner)), outcome)
    assert (cell(world).points, words(world)) == (Decimal("0.0"), [])


def test_every_kind_has_a_word_and_a_meaning() -> None:
    assert len({kind.word for kind in KINDS.values()}) == len(KINDS)
    assert all(kind.meaning and kind.icon for kind in KINDS.values())
