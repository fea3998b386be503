"""What the overview says of each student: one bucket, one attempt, and why a person has to look."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from coursework.models import Assignment, Enrollment
from grading.dashboard.needs import Reason
from grading.dashboard.rows import Bucket, ClassRow, class_of
from grading.evidence.standing import standing_of, subject_of
from grading.grades.keys import in_blind_order
from grading.models import Grade, Outcome
from grading.services.evidence.marks import mark_seen
from tests.grading.dashboard.classes import asked_again, failed, graded, rerun, settled
from tests.grading.evidence.rows import differing
from tests.grading.graded import make_blind, released
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def row(world: World, person: Enrollment | None = None) -> ClassRow:
    wanted = person or world.owner
    return next(one for one in class_of(world.task) if one.grade.enrollment == wanted)


@pytest.mark.parametrize(
    ("outcome", "bucket"),
    [
        (Outcome.VERIFIED, Bucket.VERIFIED),
        (Outcome.AFTER_RESETS, Bucket.VERIFIED),
        (Outcome.INSIDE_BAND, Bucket.VERIFIED),
        (Outcome.CLAIM_NOT_REPRODUCED, Bucket.TO_REVIEW),
        (Outcome.TARGET_NOT_REACHED, Bucket.NOT_REACHED),
        (Outcome.DIVERGED, Bucket.DIVERGED),
        (Outcome.SETTINGS_NOT_ALLOWED, Bucket.NOT_ALLOWED),
    ],
)
def test_every_outcome_is_in_one_part_of_the_bar(outcome: Outcome, bucket: Bucket, world: World) -> None:
    settled(world.task, world.owner, outcome)
    found = row(world)
    assert found.bucket is bucket and found.mark is not None
    assert bool(found.reasons) == (bucket is Bucket.TO_REVIEW)


def test_who_handed_in_nothing_is_there_too(world: World) -> None:
    found = row(world)
    assert (found.bucket, found.spoken, found.mark, list(found.reasons)) == (Bucket.NONE, None, None, [])


def test_what_waits_is_running_and_what_we_failed_at_needs_a_person(world: World) -> None:
    hand_in(world.task, world.owner)
    failed(world.task, world.classmate)
    waiting = row(world)
    assert waiting.bucket is Bucket.RUNNING and waiting.mark is not None and waiting.mark.word == "Running"
    other = row(world, world.classmate)
    assert (other.bucket, list(other.reasons)) == (Bucket.FAILED, [Reason.FAILED])


def test_the_row_is_about_what_counts_unless_the_newest_needs_something(world: World) -> None:
    first = settled(world.task, world.owner)
    settled(world.task, world.owner, Outcome.TARGET_NOT_REACHED)
    found = row(world)
    assert found.spoken is not None and found.spoken.submission_id == first.pk and found.bucket is Bucket.VERIFIED
    newest = settled(world.task, world.owner, Outcome.CLAIM_NOT_REPRODUCED)
    found = row(world)
    assert found.spoken is not None and found.spoken.submission_id == newest.pk and found.bucket is Bucket.TO_REVIEW


def test_a_claim_that_a_person_decided_on_is_no_more_to_review(world: World) -> None:
    submission = settled(world.task, world.owner, Outcome.CLAIM_NOT_REPRODUCED)
    graded(submission, world.ta)
    found = row(world)
    assert (found.bucket, list(found.reasons)) == (Bucket.DECIDED, [])
    assert found.mark is not None and found.mark.word == "Not reproduced, graded"


def test_weighty_evidence_asks_until_it_is_seen_or_graded(world: World) -> None:
    submission = settled(world.task, world.owner)
    differing(submission, weight=0.3)
    assert list(row(world).reasons) == []
    differing(settled(world.task, world.classmate), weight=0.8)
    assert list(row(world, world.classmate).reasons) == [Reason.EVIDENCE]
    seen = world.classmate.submissions.get()
    members = standing_of(seen).members
    grade = graded(seen, world.ta)
    assert list(row(world, world.classmate).reasons) == []
    grade.delete()
    subject = subject_of(seen.receipt_number)
    mark_seen(task=world.task, subject=subject, members=members, actor=world.ta.user, seen=True)
    assert list(row(world, world.classmate).reasons) == []


def test_a_rerun_that_differs_and_an_open_request_ask_again_after_a_decision(world: World) -> None:
    submission = settled(world.task, world.owner)
    grade = graded(submission, world.ta)
    assert list(row(world).reasons) == []
    rerun(submission)
    asked_again(grade)
    assert list(row(world).reasons) == [Reason.REGRADE, Reason.DIFFERS]
    assert row(world).grade.result.total == 5  # what the person decided stays


def test_late_is_the_attempt_that_the_row_is_about(world: World) -> None:
    settled(world.task, world.owner)
    now = timezone.now()
    Assignment.objects.filter(pk=world.task.assignment_id).update(
        due_at=now - timedelta(seconds=1), closes_at=now + timedelta(days=1)
    )
    world.task.assignment.refresh_from_db()
    world.task.submissions.update(received_at=now - timedelta(hours=1))
    assert not row(world).is_late
    settled(world.task, world.owner, Outcome.CLAIM_NOT_REPRODUCED, accept_late=True)
    assert row(world).is_late and not row(world).grade.is_late  # which of them counts is another matter


def test_nothing_is_asked_of_an_excused_student_s_work(world: World) -> None:
    submission = settled(world.task, world.owner, Outcome.CLAIM_NOT_REPRODUCED)
    Grade.objects.create(task=world.task, enrollment=world.owner, excused=True, excused_reason="ill")
    assert submission.pk and list(row(world).reasons) == []


def test_without_names_the_class_stands_by_keys_until_every_grade_is_released(world: World) -> None:
    students = [world.owner, world.classmate]
    assert [one.name for one in class_of(world.task)] == ["classmate", "Orla Owner"]
    make_blind(world.task)
    rows = class_of(world.task)
    assert [one.grade.enrollment for one in rows] == in_blind_order(world.task, students)
    assert {one.name for one in rows} == {student.pseudonym for student in students}
    released(world.task, world.owner, world.instructor)
    assert {one.name for one in class_of(world.task)} == {"Orla Owner", world.classmate.pseudonym}


def test_a_class_takes_as_many_queries_as_one_student(world: World, django_assert_num_queries: Any) -> None:
    settled(world.task, world.owner)
    with django_assert_num_queries(14):
        class_of(world.task)
    settled(world.task, world.owner)
    settled(world.task, world.classmate)
    with django_assert_num_queries(14):
        class_of(world.task)
