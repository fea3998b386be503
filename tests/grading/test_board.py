"""The leaderboard as one person sees it: order, top places, freeze, hiding, and the person's own place."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coursework.models import Enrollment, Task
from coursework.services.courses import enroll
from engine.spec import Spec
from grading.board import SORTS, Board, Sorting, board_for, sorting_from
from grading.models import Verification
from grading.services.board import set_board
from grading.visibility import is_over
from tests.world import World, hand_in, make_user, make_world, verification_of


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def ranked(world: World, enrollment: Enrollment, epochs: float | None, spec: Spec | None = None) -> Verification:
    """Hand in something that is verified with so many official epochs."""
    submission = hand_in(world.task, enrollment, spec=spec or Spec(hidden_layers=(3,), seed="0.5"))
    verification = verification_of(submission)
    now = timezone.now()
    Verification.objects.filter(pk=verification.pk).update(
        status="completed", outcome="verified", official_epochs=epochs, finished_at=now, parameters=13
    )
    return verification


def student(world: World, name: str) -> Enrollment:
    return enroll(course=world.course, user=make_user(name))


def board(world: World, viewer: Enrollment, **wanted: str) -> Board:
    task = Task.objects.get(pk=world.task.pk)
    viewer = Enrollment.objects.get(pk=viewer.pk)
    return board_for(task=task, viewer=viewer, wanted=wanted, over=is_over(task, timezone.now()))


def places(shown: Board) -> list[int]:
    return [row.place for row in shown.rows]


def change(world: World, **values: Any) -> None:
    frozen = values.pop("frozen", False)
    settings = {"board_hidden": False, "board_top": None, "designs_shown": False, "seeds_shown": False}
    set_board(task=world.task, actor=world.instructor.user, frozen=frozen, values=settings | values)


def test_one_knows_where_one_stands(world: World) -> None:
    ranked(world, world.classmate, 40)
    ranked(world, world.owner, 58.5)
    shown = board(world, world.owner)
    assert shown.own is not None and shown.ahead is not None
    assert (shown.own.place, shown.ranked, shown.behind_by, shown.sharing) == (2, 2, 18.5, 0)
    assert shown.ahead.entry.shown_name == world.classmate.pseudonym
    assert board(world, world.ta).own is None


def test_equal_ones_share_a_place_and_the_next_is_skipped(world: World) -> None:
    rows = [ranked(world, student(world, f"s{number}"), epochs) for number, epochs in enumerate((10, 20, 20, 30))]
    moment = timezone.now()
    for row in rows:
        type(row.submission).objects.filter(pk=row.submission_id).update(received_at=moment)
    assert places(board(world, world.ta)) == [1, 2, 2, 4]


def test_the_own_place_is_there_beyond_the_top(world: World) -> None:
    for number in range(4):
        ranked(world, student(world, f"s{number}"), 10 + number)
    ranked(world, world.owner, 90)
    change(world, board_top=2)
    assert places(board(world, world.owner)) == [1, 2, 5]
    assert places(board(world, world.owner, sort="median", order="desc")) == [5, 2, 1]
    assert places(board(world, world.classmate)) == [1, 2]
    assert places(board(world, world.ta)) == [1, 2, 3, 4, 5]
    assert board(world, world.owner).ahead is None  # who stands 4th is not shown, so not named either


def test_a_frozen_board_stands_still_for_students(world: World) -> None:
    ranked(world, world.classmate, 40)
    ranked(world, world.owner, 50)
    change(world, frozen=True)
    ranked(world, world.owner, 30)
    shown = board(world, world.owner)
    assert [row.entry.official_epochs for row in shown.rows] == [40, 50]
    assert shown.own is not None and shown.own.place == 2
    assert shown.newer is not None and (shown.newer.place, shown.newer.entry.official_epochs) == (1, 30)
    assert [row.entry.official_epochs for row in board(world, world.ta).rows] == [30, 40]
    change(world, frozen=False)
    assert [row.entry.official_epochs for row in board(world, world.classmate).rows] == [30, 40]


def test_who_came_after_the_freeze_hears_where_that_would_be(world: World) -> None:
    ranked(world, world.classmate, 40)
    change(world, frozen=True)
    ranked(world, world.owner, 60)
    shown = board(world, world.owner)
    assert (shown.own, shown.ranked) == (None, 1)
    assert shown.newer is not None and shown.newer.place == 2


def test_a_worse_newer_result_is_no_news(world: World) -> None:
    ranked(world, world.owner, 40)
    change(world, frozen=True)
    ranked(world, world.owner, 60)
    assert board(world, world.owner).newer is None


def test_hidden_leaves_students_their_own_result(world: World) -> None:
    ranked(world, world.classmate, 40)
    ranked(world, world.owner, 50)
    change(world, board_hidden=True)
    shown = board(world, world.owner)
    assert (shown.rows, shown.ranked, shown.own) == ((), 0, None)
    assert shown.own_entry is not None and shown.own_entry.official_epochs == 50
    assert len(board(world, world.ta).rows) == 2


def test_designs_and_seeds_are_shown_once_nobody_can_hand_in_or_by_the_instructor(world: World) -> None:
    assert (board(world, world.owner).designs, board(world, world.owner).seeds) == (False, ())
    assert (board(world, world.ta).designs, board(world, world.ta).seeds) == (True, ("0.1", "0.2", "0.3"))
    change(world, designs_shown=True, seeds_shown=True)
    assert (board(world, world.owner).designs, len(board(world, world.owner).seeds)) == (True, 3)
    change(world)
    assignment = world.task.assignment
    assignment.due_at = timezone.now() - timedelta(minutes=1)
    assignment.opens_at = assignment.due_at - timedelta(days=1)
    assignment.save()
    assert (board(world, world.owner).designs, len(board(world, world.owner).seeds)) == (True, 3)


def test_an_extension_keeps_designs_hidden_from_everybody(world: World) -> None:
    assignment = world.task.assignment
    assignment.opens_at, assignment.due_at = (timezone.now() - timedelta(days=days) for days in (2, 1))
    assignment.save()
    assignment.extensions.create(enrollment=world.classmate, due_at=timezone.now() + timedelta(hours=1))
    assert board(world, world.owner).designs is False


def test_a_board_is_final_once_nothing_can_come_any_more(world: World) -> None:
    assert board(world, world.owner).is_final is False
    waiting = hand_in(world.task, world.owner)
    assignment = world.task.assignment
    assignment.due_at = timezone.now()
    assignment.save()
    assert board(world, world.owner).is_final is False  # one is still being checked
    Verification.objects.filter(submission=waiting).update(status="failed")
    assert board(world, world.owner).is_final is True


def test_a_rerun_keeps_the_place_until_it_has_come_out(world: World) -> None:
    first = ranked(world, world.owner, 40)
    rerun = Verification.objects.create(submission=first.submission, queued_at=timezone.now())
    assert places(board(world, world.ta)) == [1]
    Verification.objects.filter(pk=rerun.pk).update(status="completed", outcome="target_not_reached")
    assert places(board(world, world.ta)) == []


@pytest.mark.parametrize("column", SORTS)
def test_each_column_sorts_both_ways(world: World, column: str) -> None:
    specs = [Spec(hidden_layers=(size,), features=("x", "y")[:size], seed="0.5") for size in (1, 2)]
    ranked(world, world.owner, 50, specs[0])
    ranked(world, world.classmate, 40, specs[1])
    up, down = (board(world, world.ta, sort=column, order=order) for order in ("asc", "desc"))
    assert [row.entry for row in up.rows] == [row.entry for row in reversed(down.rows)]
    assert sorted(places(up)) == [1, 2]  # the places are those of the ranking, however it is sorted


def test_an_order_by_what_is_hidden_is_not_there(world: World) -> None:
    for column in ("parameters", "inputs"):
        assert board(world, world.owner, sort=column, order="desc").sorting == Sorting()
        assert board(world, world.ta, sort=column).sorting.column == column


@given(st.dictionaries(st.sampled_from(["sort", "order", "other"]), st.text(max_size=12)), st.booleans())
def test_whatever_is_asked_for_is_an_order(wanted: dict[str, str], designs: bool) -> None:
    sorting = sorting_from(wanted, designs=designs)
    assert sorting.column in SORTS and sorting.order in ("asc", "desc")
    assert sorting.aria(sorting.column) in ("ascending", "descending")
    assert sorting.next_of(sorting.column).order != sorting.order
