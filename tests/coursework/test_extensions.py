"""More time for one student or a section, in the one rule and in everything that asks it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from coursework.deadlines import MoreTime, Standing, Window, extended
from coursework.models import Assignment, Enrollment, Extension, Section
from coursework.selectors.deadlines import last_instant, window_for, windows_of
from coursework.services.submissions import NotOpen
from grading.grades.reading import grade_of
from grading.selectors import leaderboard
from grading.services.verification import run_verification
from tests.world import World, hand_in, make_world, verification_of

START = datetime(2026, 3, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 100).map(lambda hours: START + timedelta(hours=hours))
MORE = st.builds(MoreTime, INSTANTS, st.none() | INSTANTS)
HOUR = timedelta(hours=1)


@given(INSTANTS, st.none() | st.integers(0, 50), st.lists(MORE, max_size=4))
def test_an_extension_never_takes_time_away(due_at: datetime, late_hours: int | None, more: list[MoreTime]) -> None:
    window = Window(START, due_at, None if late_hours is None else due_at + late_hours * HOUR)
    longer = extended(window, more)
    assert longer.due_at == max([due_at, *(one.due_at for one in more)])
    assert longer.closes_at is None or longer.closes_at >= longer.due_at
    if window.closes_at is not None:
        assert longer.closes_at is not None and longer.closes_at >= window.closes_at


def test_the_most_generous_one_counts_and_the_end_moves_with_it() -> None:
    window = Window(START, START + 10 * HOUR, START + 12 * HOUR)
    assert extended(window, []) == window
    assert extended(window, [MoreTime(START + 20 * HOUR)]).closes_at == START + 20 * HOUR
    assert extended(window, [MoreTime(START + 5 * HOUR, START + 30 * HOUR)]).due_at == START + 10 * HOUR


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def due_yesterday(world: World) -> Assignment:
    now = timezone.now()
    assignment = world.task.assignment
    assignment.opens_at, assignment.due_at = now - timedelta(days=9), now - timedelta(days=1)
    assignment.save()
    return assignment


def in_section(enrollment: Enrollment) -> Section:
    section = Section.objects.create(course=enrollment.course, name="Lab 1")
    enrollment.section = section
    enrollment.save()
    return section


def test_a_student_and_a_section_get_theirs_and_nobody_else(world: World) -> None:
    assignment = due_yesterday(world)
    section = in_section(world.classmate)
    now = timezone.now()
    Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=now + HOUR)
    Extension.objects.create(assignment=assignment, section=section, due_at=now + 2 * HOUR)
    of_all = windows_of(assignment)
    for person, due_at in (
        (world.owner, now + HOUR),
        (world.classmate, now + 2 * HOUR),
        (world.ta, assignment.due_at),
    ):
        assert window_for(assignment=assignment, enrollment=person).due_at == due_at
        assert of_all(person).due_at == due_at
    assert last_instant(assignment).due_at == now + 2 * HOUR


def test_an_extension_opens_the_hand_in_and_counts_on_the_board(world: World) -> None:
    assignment = due_yesterday(world)
    Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=timezone.now() + HOUR)
    submission = hand_in(world.task, world.owner)
    with pytest.raises(NotOpen):
        hand_in(world.task, world.classmate)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    assert [row.entry.enrollment_id for row in leaderboard(world.task)] == [world.owner.pk]
    assert grade_of(world.task, world.owner).is_late is False
    Extension.objects.all().delete()
    assert leaderboard(world.task) == []
    assert grade_of(world.task, world.owner).is_late is True


def test_standing_at_the_extended_instant(world: World) -> None:
    assignment = due_yesterday(world)
    extension = Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=timezone.now() + HOUR)
    window = window_for(assignment=assignment, enrollment=world.owner)
    assert window.standing(extension.due_at) is Standing.ON_TIME
    assert window.standing(extension.due_at + timedelta(microseconds=1)) is Standing.CLOSED


def test_an_extension_is_for_one_student_or_one_section(world: World) -> None:
    with pytest.raises(IntegrityError):
        Extension.objects.create(assignment=world.task.assignment, due_at=timezone.now())
