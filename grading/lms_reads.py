"""Reads for the exchange of files with an LMS: the class, the tasks, and what may be told of each grade."""

from collections import Counter
from collections.abc import Iterable, Sequence

from coursework.models import Course, Enrollment, Role, Task
from coursework.roster.text import key
from grading.grades.reading import grades_of
from grading.lms.columns import TaskColumn
from grading.lms.filling import Values
from grading.lms.matching import Person
from grading.lms.values import value_of
from grading.models import LmsColumn, LmsSystem


def class_of(course: Course) -> list[Enrollment]:
    """Return the active students with their accounts, sorted by name."""
    found = Enrollment.objects.filter(course=course, role=Role.STUDENT, active=True).select_related("user", "section")
    return list(found.order_by("user__last_name", "user__first_name", "user__username"))


def person_of(enrollment: Enrollment) -> Person:
    """Return a student as the files know people."""
    user = enrollment.user
    return Person(
        pk=enrollment.pk,
        first_name=user.first_name,
        last_name=user.last_name,
        username=user.username,
        email=user.email,
        id_number=enrollment.id_number,
        section=enrollment.section.name if enrollment.section else "",
    )


def task_columns(tasks: Sequence[Task], *, system: LmsSystem | None = None) -> list[TaskColumn]:
    """Name tasks for a file: by the title, with the assignment's where two have the same; as last time, if known."""
    headers = dict(LmsColumn.objects.filter(task__in=tasks, system=system).values_list("task", "header"))
    same = Counter(key(task.title) for task in tasks)
    in_assignment = Counter(task.assignment_id for task in tasks)
    named = []
    for task in tasks:
        both = f"{task.assignment.title}: {task.title}"
        others = [both] + ([task.assignment.title] if in_assignment[task.assignment_id] == 1 else [])
        title = task.title if same[key(task.title)] == 1 else both
        named.append(TaskColumn(task.pk, title, task.points, tuple(others), headers.get(task.pk, "")))
    return named


def values_of(tasks: Sequence[Task], students: Iterable[Enrollment], *, unreleased: bool) -> Values:
    """Return what may be written of each grade, by task and enrollment."""
    grades = grades_of(tasks, students)
    return {where: value_of(grade, unreleased=unreleased) for where, grade in grades.items()}
