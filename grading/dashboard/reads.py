"""What the lines of a class need besides its rows, read for those rows alone that are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coursework.models import Submission, Task
from grading.dashboard.rows import ClassRow
from grading.evidence.queue import findings_of
from grading.grades.rule import AttemptResult
from grading.models import RegradeRequest, RegradeState, Verification


@dataclass(frozen=True, slots=True)
class Verified:
    """What a verification says, as far as lines need it."""

    retrained: int | None
    band: tuple[int, int] | None
    tries: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Read:
    """What was read for the rows that are shown, by the keys of submissions, verifications and enrollments."""

    claimed: Mapping[int, int]
    verified: Mapping[int, Verified]
    findings: Mapping[int, str]
    asked: Mapping[int, str]


def read_for(task: Task, rows: Sequence[ClassRow]) -> Read:
    """Read what the lines of these rows need, in four queries."""
    attempts = [one for row in rows for one in _looked_at(row)]
    submissions = {one.submission_id for one in attempts}
    verifications = Verification.objects.filter(pk__in={one.verification_id for one in attempts})
    columns = ("pk", "retrained_epochs", "band_low", "band_high", "attempt", "finished_at")
    people = [row.grade.enrollment.pk for row in rows if row.regrade_since]
    asked = RegradeRequest.objects.filter(
        grade__task=task, grade__enrollment__in=people, state=RegradeState.OPEN
    ).order_by("-asked_at")
    return Read(
        claimed=dict(Submission.objects.filter(pk__in=submissions).order_by().values_list("pk", "claimed_epochs")),
        verified={
            pk: Verified(retrained, None if low is None else (low, high), tries, finished)
            for pk, retrained, low, high, tries, finished in verifications.order_by().values_list(*columns)
        },
        findings=findings_of(list(submissions)),
        asked=dict(asked.values_list("grade__enrollment", "reason")),
    )


def _looked_at(row: ClassRow) -> set[AttemptResult]:
    return {one for one in (row.spoken, row.grade.newest, row.grade.result.counting, row.grade.result.differs) if one}
