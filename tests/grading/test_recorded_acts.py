"""What happens to a submission stands in the record, and is found by submission, task and student."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from coursework.models import Event, Submission
from coursework.services.course_seeds import add_course_seed
from coursework.services.extensions import grant_extension
from coursework.services.joining import join_course
from coursework.services.submissions import AttemptsUsedUp
from coursework.services.tasks import change_task
from grading.models import Outcome, Verification
from grading.models.work import MOST_ATTEMPTS
from grading.services.evidence.marks import mark_seen, write_note
from grading.services.rerun import run_again
from grading.services.verification import (
    Claim,
    claim_verification,
    give_back,
    run_verification,
    settle_verification,
    sweep,
)
from grading.services.verify import Finding
from tests.world import World, hand_in, make_user, make_world, verification_of

NOTHING_RUN = Finding(Outcome.SETTINGS_NOT_ALLOWED, "1.0.0", disallowed=("Noise 50 is not allowed: 0.",))
pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def submission(world: World) -> Submission:
    return hand_in(world.task, world.owner)


def claim(submission: Submission) -> Claim:
    claimed = claim_verification(verification_id=verification_of(submission).pk, worker="one")
    assert claimed is not None
    return claimed


def named(event: Event) -> tuple[int | None, int | None, int | None]:
    return event.task_id, event.enrollment_id, event.submission_id


def whole(submission: Submission) -> tuple[int, int, int]:
    return submission.task_id, submission.enrollment_id, submission.pk


def test_a_hand_in_is_the_student_s_act(world: World, submission: Submission) -> None:
    event = Event.objects.get()
    assert (event.action, event.actor, event.course) == ("submission.received", world.owner.user, world.course)
    assert event.subject == f"submission {submission.receipt_number}"
    assert named(event) == whole(submission)
    assert event.details == {"attempt": 1, "epochs": 101, "pictures": 1}


def test_one_hand_in_is_remembered_once(world: World) -> None:
    for _ in range(2):
        hand_in(world.task, world.owner, idempotency_key="0" * 32)
    assert Event.objects.filter(action="submission.received").count() == 1


def test_what_was_not_taken_is_not_remembered(world: World) -> None:
    world.task.attempts = 1
    world.task.save()
    hand_in(world.task, world.owner)
    with pytest.raises(AttemptsUsedUp):
        hand_in(world.task, world.owner)
    assert Event.objects.filter(action="submission.received").count() == 1


def test_a_result_is_our_act(submission: Submission) -> None:
    verification = verification_of(submission)
    run_verification(verification_id=verification.pk, worker="one")
    verification.refresh_from_db()
    event = Event.objects.get(action="verification.settled")
    assert event.actor is None and named(event) == whole(submission)
    assert event.details == {
        "verification": verification.pk,
        "attempt": 1,
        "outcome": "verified",
        "engine": verification.engine_version,
        "retrained_epochs": 101,
        "official_epochs": verification.official_epochs,
    }


def test_a_late_result_of_a_lost_worker_leaves_no_trace(submission: Submission) -> None:
    lost = claim(submission)
    Verification.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    again = claim(submission)
    assert not settle_verification(claim=lost, finding=NOTHING_RUN)
    assert settle_verification(claim=again, finding=NOTHING_RUN)
    assert Event.objects.get(action="verification.settled").details["attempt"] == 2


def test_settling_takes_one_statement_more_than_it_did(
    submission: Submission, django_assert_num_queries: object
) -> None:
    claimed = claim(submission)
    with django_assert_num_queries(6):  # type: ignore[operator]  # savepoint, result, event, LMS, webhooks, savepoint
        settle_verification(claim=claimed, finding=NOTHING_RUN)


def test_attempts_without_a_result_are_remembered_once_they_end(submission: Submission) -> None:
    for _ in range(MOST_ATTEMPTS):
        assert not Event.objects.filter(action="verification.failed").exists()
        give_back(claim=claim(submission), reason="ValueError: something")
    event = Event.objects.get(action="verification.failed")
    assert (event.actor, named(event)) == (None, whole(submission))
    assert event.details == {"verification": verification_of(submission).pk, "attempt": MOST_ATTEMPTS}


def test_so_are_those_whose_workers_were_lost(submission: Submission) -> None:
    for _ in range(MOST_ATTEMPTS):
        claim(submission)
        Verification.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        sweep()
        sweep()
    event = Event.objects.get(action="verification.failed")
    assert named(event) == whole(submission) and event.details["attempt"] == MOST_ATTEMPTS


def test_a_rerun_is_found_by_its_submission(world: World, submission: Submission) -> None:
    run_verification(verification_id=verification_of(submission).pk, worker="one")
    run_again(submission=submission, actor=world.instructor.user, reason="asked for")
    assert named(Event.objects.get(action="verification.rerun")) == whole(submission)


def test_what_staff_mark_is_found_by_its_submission_or_by_the_task_of_a_group(
    world: World, submission: Submission
) -> None:
    actor = world.ta.user
    mark_seen(task=world.task, subject=f"submission:{submission.receipt_number}", members=["a"], actor=actor, seen=True)
    write_note(task=world.task, subject="pictures:9f3a", note="Same room.", actor=actor)
    assert named(Event.objects.get(action="evidence.seen")) == whole(submission)
    assert named(Event.objects.get(action="evidence.noted")) == (world.task.pk, None, None)


def test_acts_on_tasks_students_and_seeds_are_found_by_them(world: World) -> None:
    actor, assignment = world.instructor.user, world.task.assignment
    later = assignment.due_at + timedelta(days=1)
    grant_extension(assignment=assignment, target=world.owner, due_at=later, closes_at=None, reason="", actor=actor)
    change_task(task=world.task, actor=actor, values={"attempts": 7})
    add_course_seed(task=world.task, seed="0.77", actor=actor)
    newcomer = make_user("newcomer")
    join_course(course=world.course, user=newcomer)
    found = {event.action: named(event) for event in Event.objects.all()}
    enrollment = world.course.enrollments.get(user=newcomer)
    assert found == {
        "extension.granted": (None, world.owner.pk, None),
        "task.changed": (world.task.pk, None, None),
        "seed.added": (world.task.pk, None, None),
        "course.joined": (None, enrollment.pk, None),
    }


def test_the_act_and_its_event_are_stored_together_or_not_at_all(world: World) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        hand_in(world.task, world.owner)
        raise RuntimeError
    assert not Submission.objects.exists() and not Event.objects.exists()
