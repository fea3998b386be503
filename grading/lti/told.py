"""What an LMS is told of a student's grades in one of its columns. Pure.

As in files for an LMS, `grading.lms.values.value_of` says what may be told of one grade; nothing that is not released
is. A column of an assignment is told the sum over its tasks as soon as all of them have points that are released:
excused tasks count neither in the points nor in the maximum, and what was not handed in and is closed counts nothing,
both as in the total of the course. A maximum that is smaller for who is excused does no harm: an LMS scales
scoreGiven / scoreMaximum to the column's own.

Until points are told for the first time, nothing is. A score without points, which LTI has for "submitted" and "not
graded yet", would let Moodle and Canvas clear what a teacher has typed into the column. Points that were told and hold
no more, since they were taken back, say, are cleared by such a score. While an attempt is being checked (again), the
LMS keeps what it has: that is over in a minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from grading.grades.reading import StudentGrade
from grading.grades.rule import ZERO, State
from grading.lms.values import LeftOut, Value, value_of
from grading.lti.ags import timestamp
from grading.models import Outcome

_BEING_CHECKED = {LeftOut.WAITING, LeftOut.FAILED}  # what failed is our fault, and is run again


@dataclass(frozen=True, slots=True)
class Points:
    """What is to be told."""

    given: Decimal
    most: Decimal
    submitted_at: datetime | None
    comment: str


class Untold(Enum):
    """Why there are no points to be told."""

    NONE = "there are none that may be told; what was told holds no more"
    UNSETTLED = "they are being worked out; what was told holds until then"


def points_of(grades: Sequence[StudentGrade], *, page: str) -> Points | Untold:
    """Sum up a student's grades on the tasks of one column. `page` is where the student reads more."""
    told = [(grade, value_of(grade, unreleased=False)) for grade in grades]
    counted = [(grade, value) for grade, value in told if not value.excused]
    given = [(grade, value.points) for grade, value in counted if value.points is not None]
    open_reasons = {value.why_not for _, value in counted if value.points is None and not _is_missing(value)}
    if open_reasons or not given:
        is_unsettled = bool(open_reasons) and open_reasons <= _BEING_CHECKED
        return Untold.UNSETTLED if is_unsettled else Untold.NONE
    most = sum((grade.task.points for grade, _ in counted), ZERO)
    if not most:
        return Untold.NONE  # an LMS can't scale that
    handed_in = [grade.result.counting.received_at for grade, _ in given if grade.result.counting is not None]
    return Points(
        given=sum((points for _, points in given), ZERO),
        most=most,
        submitted_at=max(handed_in, default=None),
        comment=f"{_words([grade for grade, _ in given])} See {page}",
    )


def next_to_tell(
    found: Points | Untold, sent: Mapping[str, Any] | None, *, uncertain: bool = False
) -> dict[str, Any] | None:
    """Return what to tell next, given what the LMS said yes to last (without user and time); None: nothing.

    `uncertain`: the LMS may hold something else by now, so that also what is the same has to be told.
    """
    if found is Untold.UNSETTLED:
        return None
    if isinstance(found, Points):
        wanted = _given(found)
        return wanted if uncertain or wanted != sent else None
    is_given = sent is not None and "scoreGiven" in sent
    return {"activityProgress": "Submitted", "gradingProgress": "NotReady"} if is_given or uncertain else None


def _given(points: Points) -> dict[str, Any]:
    wanted: dict[str, Any] = {
        "scoreGiven": float(points.given),
        "scoreMaximum": float(points.most),
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "comment": points.comment,
    }
    if points.submitted_at is not None:
        wanted["submittedAt"] = timestamp(points.submitted_at)
    return wanted


def _is_missing(value: Value) -> bool:
    return value.why_not is LeftOut.MISSING


def _words(grades: Sequence[StudentGrade]) -> str:
    """Say in a few words where the points come from; nothing that anybody wrote, which stands on our page."""
    if len(grades) > 1:
        return f"Points of {len(grades)} tasks."
    grade = grades[0]
    counting = grade.result.counting
    if grade.result.state is State.SETTLED and counting is not None and counting.outcome == Outcome.VERIFIED:
        epochs = f", {counting.official_epochs:,.0f} official epochs" if counting.official_epochs else ""
        return f"Verified{epochs}."
    return "Graded."
