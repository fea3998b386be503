"""Why a grade can't be shown to its student yet. Pure."""

from enum import Enum

from grading.grades.reading import StudentGrade
from grading.grades.rule import Progress, State


class LeftOut(Enum):
    """Why a release or taking it back leaves a grade as it is, in words for staff."""

    RELEASED = "already released"
    NOT_RELEASED = "not released"
    TO_REVIEW = "to review by a person"
    CHECKING = "still being checked"
    FAILED = "not checked, by our fault: run it again"
    NOT_YET = "nothing handed in, and still open"


_BY_STATE = {
    State.TO_REVIEW: LeftOut.TO_REVIEW,
    State.FAILED: LeftOut.FAILED,
    State.WAITING: LeftOut.CHECKING,
    State.NOT_YET: LeftOut.NOT_YET,
}
_BY_PROGRESS = {Progress.WAITING: LeftOut.CHECKING, Progress.FAILED: LeftOut.FAILED}


def waits_for(grade: StudentGrade) -> LeftOut | None:
    """Return why the grade waits; None if it can be released.

    Once a person decided or excused nothing waits. Otherwise every attempt counts: while the newest is not settled, a
    release would fix points that the student may be about to better.
    """
    if grade.result.state in (State.EXCUSED, State.GRADED, State.MISSING):
        return None
    if grade.result.state in _BY_STATE:
        return _BY_STATE[grade.result.state]
    if grade.result.to_review:
        return LeftOut.TO_REVIEW
    return _BY_PROGRESS.get(grade.newest.progress) if grade.newest is not None else None


def why_not_released(grade: StudentGrade) -> LeftOut | None:
    """Return why a release leaves the grade as it is; None if it shows it."""
    return LeftOut.RELEASED if grade.is_released else waits_for(grade)
