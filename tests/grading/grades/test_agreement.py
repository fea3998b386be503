"""Banner, grade, gradebook and exports agree on who is late, what that costs and which attempt counts.

Random windows, extensions and hand-ins around the nights on which clocks change, in zones that change them by an hour,
by half an hour, or never. What each shows is held against sums made here by hand, in whole seconds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursework.deadlines import LatePolicy, Standing, Window
from coursework.late_words import late_sentence
from coursework.models import Assignment, Extension, Section, Submission
from coursework.selectors.deadlines import window_for, windows_of
from grading.gradebook.book import gradebook
from grading.gradebook.own import own_grades
from grading.gradebook.wanted import Wanted
from grading.grades.reading import StudentGrade, grade_of, grades_of
from grading.lms.values import value_of
from grading.models import GradingPolicy, Outcome, Status, Verification
from grading.reports.attempts import COLUMNS as ATTEMPT_COLUMNS
from grading.reports.attempts import attempts_table
from grading.reports.grades import grades_table
from grading.reports.scope import STUDENT_COLUMNS, Scope
from tests.world import QUICK_SPEC, World, make_world

pytestmark = pytest.mark.django_db
EXAMPLES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
FEW = settings(EXAMPLES, max_examples=8)
DAY = 86_400
# Around these the clocks change: an hour on and back, half an hour, and a zone where they never do.
CHANGES = (
    ("Europe/Zurich", datetime(2026, 3, 29)),
    ("Europe/Zurich", datetime(2026, 10, 25)),
    ("America/New_York", datetime(2026, 11, 1)),
    ("Australia/Lord_Howe", datetime(2026, 4, 5)),
    ("America/Santiago", datetime(2026, 9, 6)),
    ("Asia/Kathmandu", datetime(2026, 10, 25)),
)
CLOCK_TIMES = ((23, 59), (0, 0), (1, 30), (2, 30), (3, 0))
# Seconds after a due time: its instant, days to the second, days as the clock has them when it changes.
NEAR = [days * DAY + shift for days in (0, 1, 2) for shift in (-3600, -1800, -1, 0, 1, 1800, 3600)]
_numbers = count(1)


@dataclass(frozen=True)
class HandIn:
    """An attempt: so many seconds after the student's own due time or the class's; `epochs` None: to review."""

    after: int
    of_own: bool
    epochs: float | None


@dataclass(frozen=True)
class Case:
    """All that decides on lateness; times are instants in the course's zone, as forms give them."""

    zone: str
    due: datetime
    late_seconds: int | None  # late hand-ins are taken so long; None: none are
    own: int | None  # seconds that the student's extension gives
    section: int | None  # and that of the section
    policy: LatePolicy
    counts: str
    hand_ins: tuple[HandIn, ...]

    @property
    def due_second(self) -> int:
        """The student's own due time, in whole seconds since 1970: the most generous one."""
        return int(self.due.timestamp()) + max(0, self.own or 0, self.section or 0)

    @property
    def close_second(self) -> int | None:
        """When nothing is taken any more; None: from the due time on."""
        if self.late_seconds is None:
            return None
        return max(int(self.due.timestamp()) + self.late_seconds, self.due_second)

    @property
    def attempts(self) -> list[tuple[int, float | None]]:
        """When the attempts came, in whole seconds, and their official epochs; in the order of the attempts."""
        class_due = int(self.due.timestamp())
        came = [((self.due_second if one.of_own else class_due) + one.after, one.epochs) for one in self.hand_ins]
        return sorted(came, key=lambda pair: pair[0])

    @property
    def moments(self) -> list[int]:
        """When the attempts came."""
        return [second for second, _ in self.attempts]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, night = draw(st.sampled_from(CHANGES))
    hour, minute = draw(st.sampled_from(CLOCK_TIMES))
    day = night + timedelta(days=draw(st.integers(-1, 1)))
    fold = draw(st.integers(0, 1))
    seconds = st.one_of(st.sampled_from(NEAR), st.integers(-3 * DAY, 4 * DAY))
    more = st.one_of(st.none(), st.sampled_from([one for one in NEAR if one > 0]), st.integers(1, 3 * DAY))
    worth = st.sampled_from((50.0, 120.0, 200.0, 399.0, None))
    hand_ins = draw(st.lists(st.builds(HandIn, seconds, st.booleans(), worth), min_size=1, max_size=3))
    return Case(
        zone=zone,
        due=day.replace(hour=hour, minute=minute, fold=fold, tzinfo=ZoneInfo(zone)),
        late_seconds=draw(st.one_of(st.none(), st.just(0), st.integers(0, 4 * DAY))),
        own=draw(more),
        section=draw(more),
        policy=LatePolicy(draw(st.integers(0, 100)), draw(st.integers(0, 100))),
        counts=draw(st.sampled_from(("best", "last"))),
        hand_ins=tuple(hand_ins),
    )


# --- By hand -------------------------------------------------------------------------------------------------------


def standing_by_hand(case: Case, second: int) -> Standing:
    if second <= case.due_second:
        return Standing.ON_TIME
    if case.close_second is not None and second <= case.close_second:
        return Standing.LATE
    return Standing.CLOSED


def percent_by_hand(case: Case, second: int) -> int:
    late = max(0, second - case.due_second)
    return min(-(-late // DAY) * case.policy.percent_per_day, case.policy.most_percent)


def after_lateness(points: Decimal, percent: int) -> Decimal:
    return points - (points * percent / 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def counting_by_hand(case: Case, automatic: list[Decimal | None]) -> int:
    """Return the place of the attempt that counts."""
    if case.counts == "last":
        return len(automatic) - 1
    worth = [
        None if points is None else after_lateness(points, percent_by_hand(case, second))
        for points, second in zip(automatic, case.moments, strict=True)
    ]
    best = max((one for one in worth if one is not None), default=None)
    return len(worth) - 1 if best is None else worth.index(best)


# --- The same, stored -----------------------------------------------------------------------------------------------


@contextmanager
def stored(world: World, case: Case) -> Iterator[World]:
    """Store a case for the owner, and take it back afterwards."""
    with transaction.atomic():
        world.course.time_zone = case.zone
        world.course.save()
        section = Section.objects.create(course=world.course, name="Lab")
        type(world.owner).objects.filter(pk=world.owner.pk).update(section=section)
        world.owner.refresh_from_db()
        end = None if case.late_seconds is None else later(case.due, case.late_seconds)
        Assignment.objects.filter(pk=world.task.assignment_id).update(
            opens_at=case.due - timedelta(days=30),
            due_at=case.due,
            closes_at=end,
            late_percent_per_day=case.policy.percent_per_day,
            late_most_percent=case.policy.most_percent,
        )
        world.task.refresh_from_db()
        assert world.task.assignment.course.time_zone == case.zone
        for seconds, target in ((case.own, {"enrollment": world.owner}), (case.section, {"section": section})):
            if seconds is not None:
                due = later(case.due, seconds)
                Extension.objects.create(assignment=world.task.assignment, due_at=due, **target)
        GradingPolicy.objects.filter(task=world.task).update(counts=case.counts)
        hand_in_all(world, case)
        yield world
        transaction.set_rollback(True)


def later(moment: datetime, seconds: int) -> datetime:
    """So many seconds later by a stopwatch, written in the zone of the first."""
    return (moment.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(moment.tzinfo)


def hand_in_all(world: World, case: Case) -> None:
    rows = Submission.objects.bulk_create(
        Submission(
            task=world.task,
            enrollment=world.owner,
            attempt=number,
            settings=QUICK_SPEC.to_dict(),
            claimed_epochs=101,
            received_at=datetime.fromtimestamp(second, UTC),
            content_hash="0" * 64,
            idempotency_key=f"{next(_numbers):032x}",
        )
        for number, second in enumerate(case.moments, start=1)
    )
    Verification.objects.bulk_create(
        Verification(
            submission=row,
            status=Status.COMPLETED,
            queued_at=row.received_at,
            outcome=Outcome.VERIFIED if epochs else Outcome.CLAIM_NOT_REPRODUCED,
            official_epochs=epochs,
        )
        for row, (_, epochs) in zip(rows, case.attempts, strict=True)
    )


@pytest.fixture
def world() -> World:
    return make_world()


# --- They agree -----------------------------------------------------------------------------------------------------


@settings(max_examples=300)
@given(case=cases())
def test_the_pure_rule_is_the_sum_by_hand_in_whatever_zone_instants_are_written(case: Case) -> None:
    end = None if case.close_second is None else datetime.fromtimestamp(case.close_second, ZoneInfo(case.zone))
    due = datetime.fromtimestamp(case.due_second, ZoneInfo(case.zone))
    window = Window(case.due - timedelta(days=30), due, end)
    for second in case.moments:
        for zone in (case.zone, "UTC", "Asia/Tokyo"):
            moment = datetime.fromtimestamp(second, ZoneInfo(zone))
            assert window.standing(moment) is standing_by_hand(case, second), zone
            assert case.policy.percent(window, moment) == percent_by_hand(case, second), zone


@EXAMPLES
@given(case=cases())
def test_grade_gradebook_and_exports_say_the_same(case: Case, world: World) -> None:
    with stored(world, case):
        grade = grade_of(world.task, world.owner)
        assert grade.window == window_for(assignment=world.task.assignment, enrollment=world.owner)
        assert grade.window == windows_of(world.task.assignment)(world.owner)
        for attempt, second in zip(grade.attempts, case.moments, strict=True):
            assert grade.window.standing(attempt.received_at) is standing_by_hand(case, second)
            assert attempt.is_late == (second > case.due_second)
            assert attempt.late_percent == percent_by_hand(case, second)
        place = counting_by_hand(case, [one.automatic for one in grade.attempts])
        expected = Shown.by_hand(case, grade, place)
        assert {name: show(world) for name, show in SHOWS.items()} == dict.fromkeys(SHOWS, expected)


@dataclass(frozen=True)
class Shown:
    """What a reader learns of a grade: None where that place does not show it."""

    points: Decimal | None
    late: bool
    percent: int
    attempt: int

    @classmethod
    def by_hand(cls, case: Case, grade: StudentGrade, place: int) -> "Shown":
        """Sum up by hand."""
        second, automatic = case.moments[place], grade.attempts[place].automatic
        percent = percent_by_hand(case, second)
        points = None if automatic is None else after_lateness(automatic, percent)
        return cls(points, second > case.due_second, percent, place + 1)


def of_grade(grade: StudentGrade) -> Shown:
    counting = grade.result.counting
    assert counting is not None
    return Shown(grade.result.total, grade.is_late, counting.late_percent, counting.attempt)


def from_the_class(world: World) -> Shown:
    found = grades_of([world.task], [world.owner, world.classmate])
    return of_grade(found[world.task.pk, world.owner.pk])


def from_the_gradebook(world: World) -> Shown:
    """Points and lateness as the cell has them; the rest of the row's grade."""
    row = next(row for row in gradebook(world.course, Wanted()).rows if row.enrollment == world.owner)
    (cell,) = row.cells
    shown = of_grade(cell.grade)
    assert row.total == cell.points
    return Shown(cell.points, "late" in cell.kinds, shown.percent, shown.attempt)


def from_my_grades(world: World) -> Shown:
    own = own_grades(world.owner)
    return Shown(own.total, own.tasks[0].grade.is_late, *_rest(own.tasks[0].grade))


def _rest(grade: StudentGrade) -> tuple[int, int]:
    shown = of_grade(grade)
    return shown.percent, shown.attempt


def from_the_table_of_grades(world: World) -> Shown:
    table = grades_table(_scope(world))
    row = next(row for row in table.rows if row[1] == "owner")
    cells = dict(zip((name.split(": ")[-1] for name in table.columns[len(STUDENT_COLUMNS) :]), row[5:], strict=True))
    points, percent, attempt = cells["points (of 10)"], cells["late percent"], cells["attempt"]
    return Shown(points, _of_attempts(world, int(str(attempt)))["late"], percent, attempt)  # type: ignore[arg-type]


def from_the_table_of_attempts(world: World) -> Shown:
    """The row that counts; its points are before lateness, so they are taken from it by hand."""
    cells = next(cells for cells in _all_attempts(world) if cells["counts"] is True)
    points = cells["automatic points"]
    total = None if points is None else after_lateness(points, cells["late percent"])
    return Shown(total, cells["late"], cells["late percent"], cells["attempt"])


def _of_attempts(world: World, attempt: int) -> dict[str, Any]:
    return next(cells for cells in _all_attempts(world) if cells["attempt"] == attempt)


def _all_attempts(world: World) -> Iterator[dict[str, Any]]:
    return (dict(zip(ATTEMPT_COLUMNS, row, strict=True)) for row in attempts_table(_scope(world)).rows)


def _scope(world: World) -> Scope:
    return Scope(course=world.course, tasks=[world.task], now=datetime(2026, 12, 1, tzinfo=UTC))


def from_the_files_for_the_lms(world: World) -> Shown:
    """What each of them writes in its cell; they say nothing of lateness."""
    shown = of_grade(grade_of(world.task, world.owner))
    value = value_of(grade_of(world.task, world.owner), unreleased=True)
    return Shown(value.points, shown.late, shown.percent, shown.attempt)


# Every place that shows a grade; another export is one line more.
SHOWS: dict[str, Callable[[World], Shown]] = {
    "grade": lambda world: of_grade(grade_of(world.task, world.owner)),
    "class": from_the_class,
    "gradebook": from_the_gradebook,
    "my grades": from_my_grades,
    "table of grades": from_the_table_of_grades,
    "table of attempts": from_the_table_of_attempts,
    "files for the LMS": from_the_files_for_the_lms,
}


@FEW
@given(case=cases())
def test_the_banner_at_the_instant_of_a_hand_in_says_what_its_grade_will(case: Case, world: World) -> None:
    with stored(world, case):
        url = reverse("hand_in", kwargs=world.task.url_arguments())
        for second in case.moments:
            with time_machine.travel(datetime.fromtimestamp(second, UTC), tick=False):
                world.client("owner").force_login(world.owner.user)
                page = world.client("owner").get(url)
            assert page.context["standing"] is standing_by_hand(case, second)
            sentence = late_sentence(
                world.task.assignment.late_policy, page.context["window"], datetime.fromtimestamp(second, UTC)
            )
            if standing_by_hand(case, second) is Standing.LATE and case.policy.costs:
                assert f"costs {percent_by_hand(case, second)} %" in sentence
            else:
                assert "Handing in now costs" not in sentence
