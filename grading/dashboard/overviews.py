"""The tasks of an assignment, and the assignments of a course, each in a few numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from coursework.models import Assignment, Course, Task
from coursework.selectors.tasks import in_order
from grading.dashboard.numbers import ClassNumbers, numbers_of
from grading.dashboard.rows import classes_of
from grading.selectors import students


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """One task in numbers."""

    task: Task
    numbers: ClassNumbers


@dataclass(frozen=True, slots=True)
class AssignmentSummary:
    """One assignment with its tasks in numbers."""

    assignment: Assignment
    tasks: Sequence[TaskSummary]

    @property
    def needs(self) -> int:
        """How many grades of it wait for a person."""
        return sum(one.numbers.needs for one in self.tasks)


def summaries(course: Course, assignments: Iterable[Assignment], *, now: datetime) -> list[AssignmentSummary]:
    """Summarise assignments of one course; the queries grow with the tasks, not with the students."""
    assignments = list(assignments)
    tasks = list(in_order(Task.objects.filter(assignment__in=assignments).select_related("assignment__course")))
    classes = classes_of(tasks, list(students(course)), now=now)
    found = [TaskSummary(task, numbers_of(classes[task.pk])) for task in tasks]
    return [
        AssignmentSummary(one, [summary for summary in found if summary.task.assignment_id == one.pk])
        for one in assignments
    ]
