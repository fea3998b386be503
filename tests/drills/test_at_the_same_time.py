"""Drills d and e: fifty posts at the same time. One form is one submission; quota and deadline hold to the last bit."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier, local
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile
from django.db import connections
from django.utils import timezone

from coursework.deadlines import Standing
from coursework.models import Assignment, Extension, Submission
from coursework.selectors.deadlines import window_for
from coursework.services.screenshots import PreparedScreenshot
from coursework.services.submissions import HandInRefused, NotOpen
from grading.models import Verification
from tests.drills.crew import WebServer
from tests.drills.students import Answer, Student, make_students, receipts, rows_of
from tests.world import QUICK_SPEC, World, hand_in, make_world

T = TypeVar("T")
AT_ONCE = 50
ZURICH = ZoneInfo("Europe/Zurich")
A_BIT = timedelta(microseconds=1)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of it at the same time, each in a thread with a database connection of its own."""
    barrier = Barrier(len(acts))

    def do(act: Callable[[], T]) -> T:
        barrier.wait(timeout=60)
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(do, acts))


def test_fifty_clicks_with_one_key_are_one_submission(world: World, web: WebServer) -> None:
    student = Student(web.port, world.owner)
    answers: list[Answer] = at_once([lambda: student.hand_in(world.task, spec=QUICK_SPEC, key="a" * 32)] * AT_ONCE)
    assert {answer.status for answer in answers} == {302}
    assert set(receipts(answers)) == {Submission.objects.get().receipt_number}
    assert Verification.objects.count() == 1
    other = student.hand_in(world.task, spec=QUICK_SPEC, claimed_epochs=57, key="a" * 32)
    assert other.status == 409
    assert Submission.objects.count() == 1


def test_one_key_with_fifty_contents_keeps_the_first_and_refuses_the_others(world: World, web: WebServer) -> None:
    student = Student(web.port, world.owner)

    def click(claimed: int) -> Callable[[], Answer]:
        return lambda: student.hand_in(world.task, spec=QUICK_SPEC, claimed_epochs=claimed, key="a" * 32)

    answers = at_once([click(claimed) for claimed in range(1, AT_ONCE + 1)])
    assert Counter(answer.status for answer in answers) == {302: 1, 409: AT_ONCE - 1}
    assert Submission.objects.count() == 1


def test_three_attempts_are_three_however_many_come_at_once(world: World, web: WebServer) -> None:
    student = Student(web.port, world.owner)
    answers = at_once([lambda: student.hand_in(world.task, spec=QUICK_SPEC)] * AT_ONCE)
    assert Counter(answer.status for answer in answers) == {302: 3, 422: AT_ONCE - 3}
    assert rows_of(answers) == 3
    assert sorted(Submission.objects.values_list("attempt", flat=True)) == [1, 2, 3]


def test_fifty_across_the_deadline_are_each_right(world: World, web: WebServer) -> None:
    """Real time: those who come to the lock after the due instant are refused, and have no row."""
    students = [Student(web.port, person) for person in make_students(world.course, AT_ONCE)]
    due = timezone.now() + timedelta(seconds=1)
    Assignment.objects.filter(pk=world.task.assignment.pk).update(due_at=due)
    answers = at_once([partial(who.hand_in, world.task, spec=QUICK_SPEC) for who in students])
    assert {answer.status for answer in answers} <= {302, 422}
    assert rows_of(answers) == Submission.objects.count()
    assert all(row.received_at <= due for row in Submission.objects.all())
    assert students[0].hand_in(world.task, spec=QUICK_SPEC).status == 422


# Both days of the year on which the clock changes, at hours that come twice, never, or only look far apart.
DUE = [
    datetime(2026, 3, 29, 1, 59, 59, 999999, tzinfo=ZURICH),
    datetime(2026, 3, 29, 2, 30, tzinfo=ZURICH),  # does not exist
    datetime(2026, 3, 29, 3, 0, tzinfo=ZURICH),
    datetime(2026, 3, 29, 23, 59, 59, tzinfo=ZURICH),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH, fold=0),
    datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH, fold=1),
    datetime(2026, 10, 25, 3, 0, tzinfo=ZURICH),
    datetime(2026, 10, 25, 23, 59, 59, 999999, tzinfo=ZURICH),
]
OFFSETS = [
    (-A_BIT, Standing.ON_TIME),
    (timedelta(0), Standing.ON_TIME),
    (A_BIT, Standing.LATE),
    (timedelta(hours=1) - A_BIT, Standing.LATE),
    (timedelta(hours=1), Standing.LATE),
    (timedelta(hours=1) + A_BIT, Standing.CLOSED),
    (timedelta(days=-1) - A_BIT, Standing.EARLY),
]


@pytest.fixture
def own_clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give each thread a clock of its own: set `.now` in it."""
    clock = local()
    monkeypatch.setattr(
        "coursework.services.submissions.timezone.now", lambda: getattr(clock, "now", None) or datetime.now(UTC)
    )
    return clock


@pytest.mark.parametrize("extended", [False, True], ids=["for everybody", "by an extension"])
@pytest.mark.parametrize("due", DUE, ids=str)
def test_a_microsecond_decides_on_the_days_of_clock_change(
    due: datetime, extended: bool, world: World, own_clock: Any
) -> None:
    people = make_students(world.course, AT_ONCE)
    assignment = world.task.assignment
    due = due.astimezone(UTC)
    earlier = due - timedelta(hours=12) if extended else due
    assignment.opens_at, assignment.due_at = due - timedelta(days=1), earlier
    assignment.closes_at = earlier + timedelta(hours=1)
    assignment.save()
    if extended:
        Extension.objects.bulk_create(
            Extension(assignment=assignment, enrollment=person, due_at=due, closes_at=due + timedelta(hours=1))
            for person in people
        )
    cases = [(person, *OFFSETS[number % len(OFFSETS)]) for number, person in enumerate(people)]

    def try_it(person: Any, offset: timedelta) -> Standing | None:
        own_clock.now = due + offset
        try:
            row = hand_in(world.task, person, screenshots=[prepared()])
        except NotOpen:
            return None
        stored = Submission.objects.get(pk=row.pk)
        return window_for(assignment=stored.task.assignment, enrollment=person).standing(stored.received_at)

    got = at_once([partial(try_it, person, offset) for person, offset, _ in cases])
    assert got == [standing if standing.accepted else None for _, _, standing in cases]
    assert Submission.objects.count() == sum(standing is not None for standing in got)


def prepared() -> PreparedScreenshot:
    return PreparedScreenshot(ContentFile(b"\x89PNG", name="s.png"), 64, 48, "s.png", "0" * 64)


def test_quota_and_deadline_together(world: World, own_clock: Any) -> None:
    """What comes too late uses up no attempt, and what is too many does not hide the deadline."""
    due = world.task.assignment.due_at

    def try_it(number: int) -> bool:
        own_clock.now = due + (A_BIT if number % 2 else -A_BIT)
        try:
            hand_in(world.task, world.owner, screenshots=[prepared()])
        except HandInRefused:
            return False
        return True

    taken = at_once([partial(try_it, number) for number in range(AT_ONCE)])
    assert sum(taken) == 3
    assert not any(taken[1::2])
    assert sorted(Submission.objects.values_list("attempt", flat=True)) == [1, 2, 3]
