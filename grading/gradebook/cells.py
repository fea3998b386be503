"""One cell of the gradebook: the points that count, and why they are special if they are.

A cell is all that the gradebook shows, sorts and filters by. So where work is graded blind, nothing of the grade gets
into it: neither a mark, nor a place in an order, nor the address of the grading page would fit a name then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from coursework.templatetags.durations import duration
from grading.grades.names import names_hidden
from grading.grades.reading import StudentGrade
from grading.grades.rule import State

BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mark: its look, what it is called in lists of choices, and what it means."""

    tone: str
    icon: str
    word: str
    meaning: str


KINDS = {
    "late": Kind("warn", "late", "late", "the attempt that counts came after the student’s own due time"),
    "until": Kind("info", "calendar", "until", "more time than the class has: an extension"),
    "missing": Kind("bad", "x", "missing", "nothing was handed in, and no more time is left"),
    "to_review": Kind("warn", "eye", "to review", "a person has to look at the result"),
    "differs": Kind("warn", "warn", "differs", "a newer result would give other points than the person gave"),
    "running": Kind("info", "run", "running", "being checked"),
    "failed": Kind("bad", "tool", "failed by us", "we could not finish the run"),
    "by_hand": Kind("calm", "pen", "by hand", "a person decided"),
    "excused": Kind("calm", "dash", "excused", "the task does not count for this student"),
    "held": Kind("calm", "clock", "not released", "others see their grade of this task, this student does not yet"),
    BLIND: Kind("calm", "user", "graded blind", "no points by name until the grade is released"),
}


@dataclass(frozen=True, slots=True)
class CellMark:
    """One mark of a cell: its kind, and the words that it has here."""

    kind: str
    word: str

    @property
    def look(self) -> Kind:
        """Tone and icon."""
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Cell:
    """What the gradebook shows of a grade."""

    grade: StudentGrade
    points: Decimal | None
    marks: tuple[CellMark, ...]
    hidden: bool  # graded blind, and not released

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of its marks."""
        return frozenset(mark.kind for mark in self.marks)


def cell_of(grade: StudentGrade, *, zone: tzinfo, some_released: bool = False) -> Cell:
    """Make the cell of a grade; `some_released`: others see theirs of this task, so it is worth saying who does not."""
    if names_hidden(grade):
        return Cell(grade, None, _hidden_marks(grade, zone), hidden=True)
    return Cell(grade, grade.result.total, _marks(grade, zone, some_released=some_released), hidden=False)


def late_by(grade: StudentGrade) -> timedelta | None:
    """Return by how much the attempt that counts came late; None if it did not."""
    counting = grade.result.counting
    return counting.received_at - grade.window.due_at if counting is not None and counting.is_late else None


def _hidden_marks(grade: StudentGrade, zone: tzinfo) -> tuple[CellMark, ...]:
    """Return the marks that say nothing of the work: who has more time, who is excused."""
    if grade.result.state is State.EXCUSED:
        return (_plain("excused"),)
    until = (_until(grade, zone),) if grade.has_own_time else ()
    return (*until, _plain(BLIND))


def _marks(grade: StudentGrade, zone: tzinfo, *, some_released: bool) -> tuple[CellMark, ...]:
    result = grade.result
    if result.state is State.EXCUSED:
        return (_plain("excused"),)
    late = late_by(grade)
    found = [CellMark("late", f"late {duration(late)}")] if late is not None else []
    if grade.has_own_time:
        found.append(_until(grade, zone))
    found += [_plain(kind) for kind, holds in _HOLDS.items() if holds(grade)]
    if some_released and not grade.is_released and result.total is not None:
        found.append(_plain("held"))
    return tuple(found)


_HOLDS: dict[str, Callable[[StudentGrade], bool]] = {
    "missing": lambda grade: grade.result.state is State.MISSING,
    "to_review": lambda grade: grade.result.to_review and grade.result.differs is None,
    "differs": lambda grade: grade.result.differs is not None,
    "running": lambda grade: grade.result.state is State.WAITING,
    "failed": lambda grade: grade.result.state is State.FAILED,
    "by_hand": lambda grade: grade.is_decided,
}


def _until(grade: StudentGrade, zone: tzinfo) -> CellMark:
    return CellMark("until", f"until {day(grade.window.due_at, zone)}")


def _plain(kind: str) -> CellMark:
    return CellMark(kind, KINDS[kind].word)


def day(moment: datetime, zone: tzinfo) -> str:
    """Write a day in the course's zone, such as 24 Nov."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b}"
