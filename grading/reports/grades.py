"""Table of grades: one row a student, the parts of the points kept apart for each task, and a total."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from coursework.models import Enrollment, Task
from grading.grades.reading import StudentGrade
from grading.grades.rule import State, course_total
from grading.reports.cells import Cell, Row, Table
from grading.reports.scope import BLIND, STATES, STUDENT_COLUMNS, Scope

PARTS = (
    "points",
    "state",
    "late percent",
    "late points",
    "automatic",
    "rubric",
    "adjustment",
    "override",
    "released",
    "excused",
    "attempt",
    "receipt",
)


def grades_table(scope: Scope) -> Table:
    """Make the table. Where a task is graded blind and not released, there is no number beside the name."""
    columns = [*STUDENT_COLUMNS]
    for task, head in zip(scope.tasks, task_heads(scope.tasks), strict=True):
        columns += [f"{head}: {part}" for part in PARTS]
        columns[-len(PARTS)] += f" (of {task.points.normalize():f})"
    return Table(
        name="Grades",
        columns=[*columns, "total", "total of"],
        rows=_rows(scope),
        left_out=[*scope.absent, *scope.blind_points, *scope.unfinished],
        count=len(scope.students),
    )


def task_heads(tasks: Sequence[Task]) -> list[str]:
    """Name tasks for the heads of columns, none twice: with the assignment before it where titles alone don't do."""
    titles = [task.title for task in tasks]
    if len(set(titles)) == len(titles):
        return titles
    heads: list[str] = []
    for task in tasks:
        head, number = f"{task.assignment.title}, {task.title}", 1
        while head in heads:
            number += 1
            head = f"{task.assignment.title}, {task.title} ({number})"
        heads.append(head)
    return heads


def _rows(scope: Scope) -> Iterator[Row]:
    for student in scope.students:
        grades = [scope.grades[task.pk, student.pk] for task in scope.tasks]
        cells: list[Cell] = []
        for grade in grades:
            cells += [None, BLIND, *[None] * (len(PARTS) - 2)] if scope.is_hidden(grade) else _parts(grade)
        yield *scope.who(student), *cells, *_total(scope, student)


def _parts(grade: StudentGrade) -> list[Cell]:
    points, counting = grade.result.points, grade.result.counting
    decided = grade.is_decided
    return [
        points.total,
        STATES[grade.result.state],
        counting.late_percent if counting else None,
        points.late if counting or decided else None,
        points.automatic,
        points.rubric,
        points.adjustment if decided else None,
        points.override,
        grade.is_released,
        grade.result.state is State.EXCUSED,
        counting.attempt if counting else None,
        counting.receipt_number if counting else None,
    ]


def _total(scope: Scope, student: Enrollment) -> tuple[Decimal | None, Decimal]:
    """Sum up what the row shows: a total over hidden work would tell its points."""
    grades = [scope.grades[task.pk, student.pk] for task in scope.tasks]
    return course_total((grade.rule, grade.result) for grade in grades if not scope.is_hidden(grade))
