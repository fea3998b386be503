"""Table of rubric items: for each student whom somebody has graded one row an item."""

from collections import defaultdict
from collections.abc import Iterator

from coursework.models import Task, User
from grading.grades.reading import StudentGrade
from grading.models import RubricItem, RubricMark
from grading.reports.cells import Row, Table
from grading.reports.scope import STUDENT_COLUMNS, WORK_COLUMNS, Scope, counted, task_name

COLUMNS = (*WORK_COLUMNS, *STUDENT_COLUMNS, "group", "item", "points", "ticked", "decided by", "decided at")
_NOBODY = "not graded by a person yet, so no item is decided"


def rubric_table(scope: Scope) -> Table:
    """Make the table."""
    items = items_of(scope)
    grades = [grade for grade in scope.grades.values() if grade.task.pk in items]
    decided = [grade for grade in grades if grade.is_decided]
    without = [(task.title, "it has no rubric") for task in scope.tasks if task.pk not in items]
    return Table(
        name="Rubric items",
        columns=COLUMNS,
        rows=_rows(scope, items),
        left_out=[
            *scope.absent,
            *scope.blind_names,
            *counted(len(grades) - len(decided), "grade", _NOBODY),
            *without,
        ],
        count=sum(len(items[grade.task.pk]) for grade in decided),
    )


def items_of(scope: Scope) -> dict[int, list[RubricItem]]:
    """Return the rubric items by task."""
    found: dict[int, list[RubricItem]] = defaultdict(list)
    for item in RubricItem.objects.filter(task__in=scope.tasks).select_related("group"):
        found[item.task_id].append(item)
    return dict(found)


def ticked_of(task: Task) -> dict[int, set[int]]:
    """Return by grade the items of a task's rubric that hold."""
    found: dict[int, set[int]] = defaultdict(set)
    for grade, item in RubricMark.objects.filter(grade__task=task).values_list("grade", "item"):
        found[grade].add(item)
    return found


def _rows(scope: Scope, items: dict[int, list[RubricItem]]) -> Iterator[Row]:
    deciders = {grade.row.decided_by_id for grade in scope.grades.values() if grade.row and grade.row.decided_by_id}
    names = {user.pk: user.display_name for user in User.objects.filter(pk__in=deciders)}
    for task, grades in scope.by_task():
        if task.pk not in items:
            continue
        ticked = ticked_of(task)
        for grade in grades:
            if grade.row is not None and grade.is_decided:
                yield from _student(scope, grade, items[task.pk], ticked.get(grade.row.pk, set()), names)


def _student(
    scope: Scope, grade: StudentGrade, items: list[RubricItem], ticked: set[int], names: dict[int, str]
) -> Iterator[Row]:
    row = grade.row
    assert row is not None
    shared = (*task_name(grade.task), *scope.who(grade.enrollment, hidden=scope.is_hidden(grade)))
    decided = (names.get(row.decided_by_id or 0, ""), scope.local(row.decided_at))
    for item in items:
        yield *shared, item.group.title if item.group else None, item.title, item.points, item.pk in ticked, *decided
