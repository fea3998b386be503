"""Classes for the tests of the overview: hand-ins with results as a worker would have stored them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from coursework.models import Enrollment, Submission, Task
from grading.models import CONFIRMED, Grade, Outcome, RegradeRequest, Status, Verification
from tests.grading.graded import decided
from tests.world import hand_in


def settled(
    task: Task, person: Enrollment, outcome: Outcome = Outcome.VERIFIED, *, epochs: float | None = 100.0, **fields: Any
) -> Submission:
    """Hand in, and store what came of it, without training anything."""
    submission = hand_in(task, person, **fields)
    Verification.objects.filter(submission=submission).update(
        status=Status.COMPLETED,
        outcome=outcome,
        official_epochs=epochs if outcome in CONFIRMED else None,
        retrained_epochs=101,
        band_low=95,
        band_high=108,
        finished_at=timezone.now(),
    )
    return submission


def failed(task: Task, person: Enrollment) -> Submission:
    submission = hand_in(task, person)
    Verification.objects.filter(submission=submission).update(
        status=Status.FAILED, attempt=3, finished_at=timezone.now(), last_error="lost"
    )
    return submission


def rerun(submission: Submission, outcome: Outcome = Outcome.VERIFIED, *, epochs: float | None = 10.0) -> Verification:
    """Store what a rerun found."""
    now = timezone.now() + timedelta(seconds=1)
    return Verification.objects.create(
        submission=submission,
        status=Status.COMPLETED,
        outcome=outcome,
        official_epochs=epochs,
        queued_at=now,
        finished_at=now,
    )


def graded(submission: Submission, by: Enrollment, automatic: str = "5.0", **fields: Any) -> Grade:
    """Store that a person decided on a submission."""
    return decided(submission.verifications.latest("pk"), by, automatic=Decimal(automatic), **fields)


def asked_again(grade: Grade, reason: str = "My test loss did show 0.001") -> RegradeRequest:
    return RegradeRequest.objects.create(grade=grade, about="automatic", reason=reason, asked_at=timezone.now())
