from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from coursework.models import Event, Task, User
from grading.evidence_marks import marks_of
from grading.models import EvidenceMark
from grading.services.evidence.marks import LONGEST_NOTE, LONGEST_SUBJECT, MarkRefused, mark_seen, write_note
from tests.world import make_course, make_task, make_user

pytestmark = pytest.mark.django_db

SUBJECT = "pictures:K7Q4-9XRB-1"
MEMBERS = ("K7Q4-9XRB-1", "2222-2222-1")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def task() -> Task:
    return make_task(make_course())


@pytest.fixture
def actor() -> User:
    return make_user("ta")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_seen_is_kept_with_who_and_when(task: Task, actor: User) -> None:
    mark_seen(task=task, subject=SUBJECT, members=MEMBERS, actor=actor, seen=True)
    mark = marks_of(task)[SUBJECT]
    assert (mark.seen_by, mark.seen_at) == (actor, NOW)
    assert mark.is_seen(reversed(MEMBERS))


def test_a_group_that_has_grown_is_not_seen(task: Task, actor: User) -> None:
    mark_seen(task=task, subject=SUBJECT, members=MEMBERS, actor=actor, seen=True)
    assert not marks_of(task)[SUBJECT].is_seen([*MEMBERS, "3333-3333-1"])
    mark_seen(task=task, subject=SUBJECT, members=[*MEMBERS, "3333-3333-1"], actor=actor, seen=True)
    assert marks_of(task)[SUBJECT].is_seen([*MEMBERS, "3333-3333-1"])
    assert EvidenceMark.objects.count() == 1


def test_seen_can_be_taken_back(task: Task, actor: User) -> None:
    mark_seen(task=task, subject=SUBJECT, members=MEMBERS, actor=actor, seen=True)
    mark_seen(task=task, subject=SUBJECT, members=MEMBERS, actor=actor, seen=False)
    mark = marks_of(task)[SUBJECT]
    assert (mark.seen_at, mark.seen_by, mark.members_digest) == (None, None, "")


def test_a_note_has_its_author_and_time_and_replaces_the_earlier_one(task: Task, actor: User) -> None:
    other = make_user("instructor")
    write_note(task=task, subject=SUBJECT, note="First\r\nsecond line ", actor=actor)
    assert marks_of(task)[SUBJECT].note == "First\nsecond line"
    write_note(task=task, subject=SUBJECT, note="They work as a pair.", actor=other)
    mark = marks_of(task)[SUBJECT]
    assert (mark.note, mark.note_by, mark.note_at) == ("They work as a pair.", other, NOW)


def test_a_note_and_seen_leave_each_other_alone(task: Task, actor: User) -> None:
    mark_seen(task=task, subject=SUBJECT, members=MEMBERS, actor=actor, seen=True)
    write_note(task=task, subject=SUBJECT, note="Fine.", actor=actor)
    mark_seen(task=task, subject=SUBJECT, members=MEMBERS, actor=actor, seen=False)
    assert marks_of(task)[SUBJECT].note == "Fine."


def test_what_is_done_is_recorded_once_and_without_the_notes_words(task: Task, actor: User) -> None:
    for _ in range(2):
        mark_seen(task=task, subject=SUBJECT, members=MEMBERS, actor=actor, seen=True)
        write_note(task=task, subject=SUBJECT, note="Orla told me.", actor=actor)
    mark_seen(task=task, subject=SUBJECT, members=MEMBERS, actor=actor, seen=False)
    events = list(Event.objects.order_by("pk"))
    assert [(event.action, event.actor, event.course, event.subject) for event in events] == [
        ("evidence.seen", actor, task.assignment.course, SUBJECT),
        ("evidence.noted", actor, task.assignment.course, SUBJECT),
        ("evidence.not_seen", actor, task.assignment.course, SUBJECT),
    ]
    assert [event.details for event in events] == [
        {"task": task.pk, "members": 2},
        {"task": task.pk, "characters": 13},
        {"task": task.pk, "members": 2},
    ]


def test_the_longest_note_is_kept_and_a_longer_one_is_refused(task: Task, actor: User) -> None:
    write_note(task=task, subject=SUBJECT, note="x" * LONGEST_NOTE, actor=actor)
    with pytest.raises(MarkRefused, match=r"2,001 characters; at most 2,000"):
        write_note(task=task, subject=SUBJECT, note="y" * (LONGEST_NOTE + 1), actor=actor)
    assert marks_of(task)[SUBJECT].note == "x" * LONGEST_NOTE


def test_a_note_that_no_database_stores_is_refused(task: Task, actor: User) -> None:
    with pytest.raises(MarkRefused, match="NUL"):
        write_note(task=task, subject=SUBJECT, note="a\0b", actor=actor)


@pytest.mark.parametrize("subject", ["", "x" * (LONGEST_SUBJECT + 1), "a\0b"])
def test_a_subject_that_is_none_is_refused(subject: str, task: Task, actor: User) -> None:
    with pytest.raises(MarkRefused, match="1 to 120 characters"):
        mark_seen(task=task, subject=subject, members=MEMBERS, actor=actor, seen=True)
    assert not EvidenceMark.objects.exists()


def test_marks_belong_to_one_task(task: Task, actor: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    other = make_task(task.assignment.course, slug="spiral")
    for number in range(3):
        mark_seen(task=task, subject=f"link:{number}", members=MEMBERS, actor=actor, seen=True)
    with django_assert_num_queries(1):
        assert {mark.seen_by for mark in marks_of(task).values()} == {actor}
    assert marks_of(other) == {}
