"""One student's row of the gradebook in full, for staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from grading.gradebook.book import Row
from grading.gradebook.cells import Cell
from grading.gradebook.excuse_box import BACK_TO_STUDENT, ExcuseBox, excuse_box
from grading.grades.keys import grading_url
from grading.grades.reading import StudentGrade
from grading.grades.rule import AttemptResult, Progress
from grading.models import Status
from grading.wording import MARKS, Mark


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt."""

    attempt: AttemptResult
    mark: Mark
    counts: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the points, with a sign where it is added or taken off, and why."""

    name: str
    points: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class StudentTask:
    """One task of a student: the cell, what its points are made of, the attempts, and the box to excuse."""

    cell: Cell
    parts: Sequence[Part]
    attempts: Sequence[AttemptLine]  # newest first
    url: str
    box: ExcuseBox

    @property
    def grade(self) -> StudentGrade:
        """What the cell shows."""
        return self.cell.grade

    @property
    def due_at(self) -> datetime:
        """The student's own due time."""
        return self.grade.window.due_at


def student_tasks(row: Row) -> list[StudentTask]:
    """Make all tasks of a row; of one that is graded blind there is nothing but its box."""
    return [
        StudentTask(
            cell=cell,
            parts=[] if cell.hidden else parts_of(cell.grade),
            attempts=[] if cell.hidden else _attempts(cell.grade),
            url=cell_url(cell),
            box=excuse_box(cell.grade, back=BACK_TO_STUDENT),
        )
        for cell in row.cells
    ]


def cell_url(cell: Cell) -> str:
    """Return the address of the grading page; "" where the work is graded blind: the address would name it."""
    return "" if cell.hidden else grading_url(cell.grade.task, cell.grade.enrollment.pk)


def parts_of(grade: StudentGrade) -> list[Part]:
    """List what the points are made of, leaving out what is not there."""
    points, row = grade.result.points, grade.row
    counting = grade.result.counting
    percent = counting.late_percent if counting is not None else 0
    found = [Part("Automatic points", points.automatic)]
    if points.rubric is not None:
        found.append(Part("Rubric", points.rubric))
    if points.late:
        found.append(Part("Taken off for lateness", -points.late, f"{percent} percent"))
    if points.adjustment:
        found.append(Part("Adjustment", points.adjustment, row.adjustment_reason if row else ""))
    if points.override is not None:
        found.append(Part("Set by a person, in place of all that", points.override, row.override_reason if row else ""))
    return found


def _attempts(grade: StudentGrade) -> list[AttemptLine]:
    return [AttemptLine(one, mark_of(one), one is grade.result.counting) for one in reversed(grade.attempts)]


def mark_of(attempt: AttemptResult) -> Mark:
    """Return the mark of an attempt: its outcome, or how far it is."""
    if attempt.outcome is not None:
        return MARKS[attempt.outcome]
    return MARKS[Status.FAILED if attempt.progress is Progress.FAILED else Status.RUNNING]
