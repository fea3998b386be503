"""The one rule of what needs a person, and why: for the overview's order, its list and its counts."""

from collections.abc import Sequence
from enum import StrEnum

from grading.evidence.standing import Standing
from grading.grades.reading import StudentGrade
from grading.grades.rule import Progress, State


class Reason(StrEnum):
    """Why a person has to look, what presses most first."""

    NOT_REPRODUCED = "not_reproduced"
    EVIDENCE = "evidence"
    REGRADE = "regrade"
    DIFFERS = "differs"
    FAILED = "failed"


def reasons_of(grade: StudentGrade, standing: Standing | None, *, has_request: bool) -> Sequence[Reason]:
    """Say why a student's work waits for a person.

    `standing` is that of the newest attempt's evidence. What a person has decided on is not asked about again; a
    regrade request and a newer result that differs are. Nothing is asked of an excused student's work.
    """
    if grade.result.state == State.EXCUSED:
        return [Reason.REGRADE] if has_request else []
    found = []
    newest = grade.newest
    is_graded = grade.row is not None and newest is not None and grade.row.submission_id == newest.submission_id
    if grade.result.to_review and grade.result.differs is None:
        found.append(Reason.NOT_REPRODUCED)
    if standing is not None and standing.is_heavy and not is_graded:
        found.append(Reason.EVIDENCE)
    if has_request:
        found.append(Reason.REGRADE)
    if grade.result.differs is not None:
        found.append(Reason.DIFFERS)
    if newest is not None and newest.progress is Progress.FAILED and not is_graded:
        found.append(Reason.FAILED)
    return found
