"""The gradebook of a course: its rows, read in a fixed number of queries, filtered and sorted by what they show."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from coursework.addresses import NO_SECTION
from coursework.models import Assignment, Course, Enrollment, Task
from coursework.selectors.tasks import tasks_of
from grading.gradebook.cells import KINDS, Cell, Kind, cell_of
from grading.gradebook.wanted import BY_NAME, BY_SECTION, BY_TOTAL, Wanted
from grading.grades.reading import StudentGrade, grades_of
from grading.grades.rule import course_total
from grading.selectors import students


@dataclass(frozen=True, slots=True)
class Row:
    """One student. The total leaves out what is graded blind: a total with it would give those points away."""

    enrollment: Enrollment
    cells: Sequence[Cell]  # in the order of the tasks
    total: Decimal | None
    most: Decimal

    @property
    def percent(self) -> Decimal | None:
        """The total in percent of the most, with one decimal; None without a total, or where nothing counts."""
        return percent(self.total, self.most)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of marks in the row."""
        return frozenset().union(*(cell.kinds for cell in self.cells))


@dataclass(frozen=True, slots=True)
class Book:
    """A course's gradebook as somebody wants to see it."""

    tasks: Sequence[Task]  # with assignments and course, in the order of the columns
    rows: Sequence[Row]  # those wanted, in the order wanted
    students: int  # in the course
    released: dict[int, int]  # by task: how many students see their grade
    kinds: Sequence[tuple[str, Kind]]  # those that occur in the rows

    @property
    def groups(self) -> list[tuple[Assignment, int]]:
        """The assignments in the order of the columns, and how many tasks each has."""
        found: dict[int, tuple[Assignment, int]] = {}
        for task in self.tasks:
            assignment, count = found.get(task.assignment_id, (task.assignment, 0))
            found[task.assignment_id] = (assignment, count + 1)
        return list(found.values())


def percent(total: Decimal | None, most: Decimal) -> Decimal | None:
    """Return the total in percent of the most, with one decimal; None without a total, or where nothing counts."""
    if total is None or not most:
        return None
    return (100 * total / most).quantize(Decimal("0.1"), ROUND_HALF_UP)


def gradebook(course: Course, wanted: Wanted, *, now: datetime | None = None) -> Book:
    """Read the gradebook of a course; as many queries for a thousand students as for one."""
    tasks = tasks_of(course)
    people = list(students(course).select_related("user", "section"))
    grades = grades_of(tasks, people, now=now)
    released = {task.pk: sum(grades[task.pk, one.pk].is_released for one in people) for task in tasks}
    found = [one for one in people if _is_wanted(one, wanted)]
    zone = ZoneInfo(course.time_zone)
    made = (_row(one, [grades[task.pk, one.pk] for task in tasks], zone, released) for one in found)
    rows = [row for row in made if not wanted.state or wanted.state in row.kinds]
    occurring = frozenset().union(*(row.kinds for row in rows))
    return Book(
        tasks=tasks,
        rows=in_order(rows, tasks, wanted),
        students=len(people),
        released=released,
        kinds=[(kind, look) for kind, look in KINDS.items() if kind in occurring],
    )


def row_of(enrollment: Enrollment, *, now: datetime | None = None) -> Row:
    """Read one student's row, as the gradebook has it; the enrollment comes with its course."""
    tasks = tasks_of(enrollment.course)
    grades = grades_of(tasks, [enrollment], now=now)
    return _row(enrollment, list(grades.values()), ZoneInfo(enrollment.course.time_zone), {})


def in_order(rows: Iterable[Row], tasks: Sequence[Task], wanted: Wanted) -> list[Row]:
    """Sort rows, which come by name. Who has nothing there comes last either way; equals stay by name."""
    key = _sort_key(tasks, wanted.sort)
    if key is None:
        found = list(rows)
        return found[::-1] if wanted.descending and wanted.sort == BY_NAME else found
    with_key = [(key(row), row) for row in rows]
    have = sorted((pair for pair in with_key if pair[0] is not None), key=_first, reverse=wanted.descending)
    return [row for _, row in (*have, *(pair for pair in with_key if pair[0] is None))]


def _first(pair: tuple[Any, Row]) -> Any:
    return pair[0]


def _sort_key(tasks: Sequence[Task], sort: str) -> Callable[[Row], Any] | None:
    """Return what rows are sorted by; None for by name, and for a task that is not of this course."""
    if sort == BY_SECTION:
        return lambda row: row.enrollment.section.name if row.enrollment.section else None
    if sort == BY_TOTAL:
        return lambda row: row.total
    place = next((place for place, task in enumerate(tasks) if str(task.pk) == sort), None)
    return None if place is None else lambda row: row.cells[place].points


def _is_wanted(enrollment: Enrollment, wanted: Wanted) -> bool:
    if wanted.section:
        own = NO_SECTION if enrollment.section_id is None else str(enrollment.section_id)
        if own != wanted.section:
            return False
    if not wanted.search:
        return True
    user = enrollment.user
    names = f"{user.first_name} {user.last_name} {user.username} {user.email} {enrollment.id_number}".casefold()
    return all(word in names for word in wanted.search.casefold().split())


def _row(enrollment: Enrollment, grades: Sequence[StudentGrade], zone: ZoneInfo, released: dict[int, int]) -> Row:
    cells = [cell_of(one, zone=zone, some_released=released.get(one.task.pk, 0) > 0) for one in grades]
    total, most = course_total((cell.grade.rule, cell.grade.result) for cell in cells if not cell.hidden)
    return Row(enrollment, cells, total, most)
