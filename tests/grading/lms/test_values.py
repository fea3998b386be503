"""What of a grade an LMS may show."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from grading.grades.reading import grade_of
from grading.lms.values import LeftOut, Value, value_of
from grading.models import Grade, GradingPolicy, ReleaseMode, ReleaseState
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def graded(world: World, points: str = "7.5", **fields: Any) -> Grade:
    return Grade.objects.create(
        task=world.task,
        enrollment=world.owner,
        decided_at=timezone.now(),
        decided_by=world.ta.user,
        override=Decimal(points),
        override_reason="as agreed",
        **fields,
    )


def value(world: World, *, unreleased: bool = False) -> Value:
    return value_of(grade_of(world.task, world.owner), unreleased=unreleased)


def policy(world: World, **fields: Any) -> None:
    GradingPolicy.objects.filter(task=world.task).update(**fields)


def test_released_points_are_written_with_one_decimal(world: World) -> None:
    graded(world)
    assert value(world) == Value(points=Decimal("7.5"))
    assert value(world).text(excused="EX") == "7.5"
    assert value(world).text(excused="EX", comma=True) == "7,5"
    assert Value(points=Decimal(10)).text(excused="") == "10.0"


def test_what_is_not_released_is_not_written_unless_wanted(world: World) -> None:
    policy(world, release=ReleaseMode.MANUAL)
    graded(world)
    assert value(world) == Value(why_not=LeftOut.NOT_RELEASED)
    assert value(world, unreleased=True) == Value(points=Decimal("7.5"))


def test_what_is_held_back_is_not_written(world: World) -> None:
    graded(world, release_state=ReleaseState.HIDDEN)
    assert value(world) == Value(why_not=LeftOut.NOT_RELEASED)


def test_blind_work_is_not_told_by_name_before_its_release(world: World) -> None:
    policy(world, release=ReleaseMode.MANUAL, blind=True)
    row = graded(world)
    assert value(world, unreleased=True) == Value(why_not=LeftOut.BLIND)
    row.release_state, row.released_at, row.released_by = ReleaseState.RELEASED, timezone.now(), world.ta.user
    row.save()
    assert value(world) == Value(points=Decimal("7.5"))


def test_excused_is_no_points(world: World) -> None:
    graded(world, excused=True, excused_reason="ill")
    assert value(world) == Value(excused=True)
    assert value(world).text(excused="EX") == "EX"
    assert value(world).text(excused="") == ""


def test_without_points_there_is_a_reason_whether_released_or_not(world: World) -> None:
    policy(world, release=ReleaseMode.MANUAL)
    assert value(world) == Value(why_not=LeftOut.NOT_YET)
    hand_in(world.task, world.owner)
    assert value(world) == Value(why_not=LeftOut.WAITING)
