"""Table of attempts: one row for everything handed in, with what its verification found."""

from collections.abc import Iterator

from coursework.models import Submission
from grading.grades.reading import StudentGrade
from grading.grades.rule import AttemptResult, Progress
from grading.models import Outcome, Verification
from grading.reports.cells import Row, Table
from grading.reports.scope import STUDENT_COLUMNS, WORK_COLUMNS, Scope, task_name

COLUMNS = (
    *WORK_COLUMNS,
    *STUDENT_COLUMNS,
    "attempt",
    "receipt",
    "received (UTC)",
    "received (course time)",
    "late",
    "late percent",
    "counts",
    "claimed epochs",
    "outcome",
    "retrained epochs",
    "official epochs",
    "band from",
    "band to",
    "resets",
    "automatic points",
    "engine version",
    "parameters",
    "settings",
)
_AT_ONCE = 400  # attempts whose settings are in memory at once
_UNSETTLED = {Progress.WAITING: "being checked", Progress.FAILED: "failed by us"}


def attempts_table(scope: Scope) -> Table:
    """Make the table."""
    return Table(
        name="Attempts",
        columns=COLUMNS,
        rows=_rows(scope),
        left_out=[*scope.absent, *scope.blind_names, *scope.unfinished],
        count=sum(len(grade.attempts) for grade in scope.grades.values()),
    )


def outcome_word(attempt: AttemptResult) -> str:
    """Say what became of an attempt."""
    return str(Outcome(attempt.outcome).label) if attempt.outcome else _UNSETTLED.get(attempt.progress, "being checked")


def _rows(scope: Scope) -> Iterator[Row]:
    block: list[tuple[StudentGrade, AttemptResult]] = []
    for _task, grades in scope.by_task():
        for grade in grades:
            block += [(grade, attempt) for attempt in grade.attempts]
            if len(block) >= _AT_ONCE:
                yield from _block(scope, block)
                block = []
    yield from _block(scope, block)


def _block(scope: Scope, block: list[tuple[StudentGrade, AttemptResult]]) -> Iterator[Row]:
    submissions = Submission.objects.in_bulk([attempt.submission_id for _, attempt in block])
    verifications = Verification.objects.defer("live_trace", "last_error", "replays").in_bulk(
        [attempt.verification_id for _, attempt in block if attempt.verification_id]
    )
    for grade, attempt in block:
        submission = submissions[attempt.submission_id]
        found = verifications.get(attempt.verification_id or 0) or Verification()
        counting = grade.result.counting
        yield (
            *task_name(grade.task),
            *scope.who(grade.enrollment, hidden=scope.is_hidden(grade)),
            attempt.attempt,
            attempt.receipt_number,
            attempt.received_at,
            scope.local(attempt.received_at),
            attempt.is_late,
            attempt.late_percent,
            counting is not None and counting.submission_id == attempt.submission_id,
            submission.claimed_epochs,
            outcome_word(attempt),
            found.retrained_epochs,
            attempt.official_epochs,
            found.band_low,
            found.band_high,
            found.resets,
            attempt.automatic,
            found.engine_version,
            found.parameters,
            submission.playground_link,
        )
