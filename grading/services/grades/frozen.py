"""The result that a decision rests on, kept in the row, and how acts on a grade are recorded."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from coursework.models import Enrollment, Submission, Task, User
from coursework.services.events import record
from grading.grades.reading import StudentGrade, grade_of
from grading.grades.rule import AttemptResult, Progress, counting_attempt
from grading.models import LIVE, Grade, Verification

DECIDED = (
    *("decided_at", "decided_by", "by_release", "submission", "verification", "automatic", "kept_against"),
    *("adjustment", "adjustment_reason", "override", "override_reason", "comment", "version"),
)

# What is set where a decision is taken back, however it was made.
UNDECIDED: dict[str, Any] = {
    **dict.fromkeys(("decided_at", "decided_by", "submission", "verification", "automatic", "kept_against")),
    "by_release": False,
}


class ResultChanged(Exception):
    """What the machine says is not what the person saw any more; the message says what it was and is."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """The result that a decision rests on."""

    submission_id: int | None = None
    verification_id: int | None = None
    automatic: Decimal | None = None
    kept_against: int | None = None


def frozen_in(row: Grade) -> Frozen:
    """Return what a row rests on."""
    return Frozen(row.submission_id, row.verification_id, row.automatic, row.kept_against_id)


def freeze(row: Grade, frozen: Frozen, actor: User) -> None:
    """Let a row rest on a result from now on, by this person; the caller saves the columns of DECIDED."""
    row.decided_at, row.decided_by = timezone.now(), actor
    row.submission_id, row.verification_id = frozen.submission_id, frozen.verification_id
    row.automatic, row.kept_against_id = frozen.automatic, frozen.kept_against
    row.version += 1


def passed_over(grade: StudentGrade, attempt: AttemptResult | None) -> int | None:
    """Return the result that counts by the policy, where another is graded: it was in view, so it is no news.

    Not while an earlier verification of the student still runs: what comes of that one will be news.
    """
    now = counting_attempt(grade.attempts, grade.rule.counts)
    key = None if now is None or now == attempt else settled_key(now)
    return None if key is None or runs_before(grade, key) else key


def runs_before(grade: StudentGrade, verification_id: int) -> bool:
    """Whether an earlier verification of the student’s work is still running."""
    own = Verification.objects.filter(submission__task=grade.task, submission__enrollment=grade.enrollment)
    return own.filter(status__in=LIVE, pk__lt=verification_id).exists()


def settled_key(attempt: AttemptResult) -> int | None:
    """Return the verification of an attempt if it is settled."""
    return attempt.verification_id if attempt.progress is Progress.SETTLED else None


def totals(before: StudentGrade, row: Grade) -> dict[str, Any]:
    """Return the totals before and after an act, for its event."""
    after = grade_of(before.task, before.enrollment)
    return {
        "points_from": text_of(before.result.total),
        "points_to": text_of(after.result.total),
        "version": row.version,
    }


def text_of(points: Decimal | None) -> str | None:
    """Write points as events have them."""
    return None if points is None else f"{points:.1f}"


def record_act(action: str, row: Grade, before: StudentGrade | None, actor: User, **details: Any) -> None:
    """Add an event about the attempt that was graded, else about the student's work on the task."""
    course = row.task.assignment.course
    pk = row.submission_id or (before.row.submission_id if before is not None and before.row is not None else None)
    submission = Submission.objects.filter(pk=pk).first() if pk else None
    if submission is not None:
        subject = f"submission {submission.receipt_number}"
        record(action=action, actor=actor, course=course, subject=subject, about=[submission], **details)
    else:
        about: list[Task | Enrollment | Submission] = [row.task, row.enrollment]
        subject = f"enrollment {row.enrollment_id}"
        record(action=action, actor=actor, course=course, subject=subject, about=about, **details)
