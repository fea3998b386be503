"""What of a student's grade goes into a file for an LMS, which shows it to the student; and if not, why not."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from grading.grades.names import names_hidden
from grading.grades.reading import StudentGrade
from grading.grades.rule import State


class LeftOut(StrEnum):
    """Why nothing is written."""

    BLIND = "blind"
    NOT_RELEASED = "not_released"
    NOT_YET = "not_yet"
    MISSING = "missing"
    WAITING = "waiting"
    TO_REVIEW = "to_review"
    FAILED = "failed"
    NO_POINTS = "no_points"
    EXCUSED = "excused"
    NO_IDENTIFIER = "no_identifier"
    SHARED_IDENTIFIER = "shared_identifier"
    FORMULA = "formula"
    OTHER_MOST = "other_most"
    OVERWRITES = "overwrites"
    NOT_ASSIGNED = "not_assigned"
    NOT_THERE = "not_there"


WHY = {
    LeftOut.BLIND: "graded blind and not released",
    LeftOut.NOT_RELEASED: "not released",
    LeftOut.NOT_YET: "nothing handed in yet",
    LeftOut.MISSING: "nothing handed in",
    LeftOut.WAITING: "still being checked",
    LeftOut.TO_REVIEW: "waits for a person",
    LeftOut.FAILED: "our fault: could not be checked",
    LeftOut.NO_POINTS: "no points yet",
    LeftOut.EXCUSED: "excused: this LMS takes no mark for it, so the cell is left as it is",
    LeftOut.NO_IDENTIFIER: "no identifier",
    LeftOut.SHARED_IDENTIFIER: "the same identifier as somebody else",
    LeftOut.FORMULA: "the identifier would be run as a formula by a spreadsheet",
    LeftOut.OTHER_MOST: "the LMS has another maximum",
    LeftOut.OVERWRITES: "the LMS has another value, which stays",
    LeftOut.NOT_ASSIGNED: "not assigned to the student in the LMS",
    LeftOut.NOT_THERE: "not in the file of the LMS",
}
_WHY_NO_TOTAL = {
    State.NOT_YET: LeftOut.NOT_YET,
    State.MISSING: LeftOut.MISSING,
    State.WAITING: LeftOut.WAITING,
    State.TO_REVIEW: LeftOut.TO_REVIEW,
    State.FAILED: LeftOut.FAILED,
}


@dataclass(frozen=True, slots=True)
class Value:
    """What is to be written: points, or excused; or nothing, for a reason."""

    points: Decimal | None = None
    excused: bool = False
    why_not: LeftOut | None = None

    def text(self, *, excused: str, comma: bool = False) -> str:
        """Return what stands in a cell; with one decimal, as the rule gives points."""
        if self.excused:
            return excused
        text = "" if self.points is None else f"{self.points:.1f}"
        return text.replace(".", ",") if comma else text


def value_of(grade: StudentGrade, *, unreleased: bool) -> Value:
    """Say what an LMS may show of a grade. `unreleased`: also what the student doesn't see here yet.

    Work that is graded blind is never told by name before its release, whoever asks.
    """
    if names_hidden(grade):
        return Value(why_not=LeftOut.BLIND)
    is_excused = grade.result.state is State.EXCUSED
    if grade.result.total is None and not is_excused:
        return Value(why_not=_WHY_NO_TOTAL.get(grade.result.state, LeftOut.NO_POINTS))
    if not grade.is_released and not unreleased:
        return Value(why_not=LeftOut.NOT_RELEASED)
    return Value(excused=True) if is_excused else Value(points=grade.result.total)


def counted(reasons: Iterable[LeftOut]) -> list[tuple[str, int]]:
    """Count reasons, in the order in which they stand above: [("not released", 3), …]."""
    found = Counter(reasons)
    return [(WHY[reason], found[reason]) for reason in LeftOut if found[reason]]
