"""By what a student's work on a task is addressed while it is graded: a key that says nothing about who it is.

Sorted by these keys, students stand in an order that is always the same and has nothing to do with their names.
"""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.crypto import salted_hmac

from coursework.models import Enrollment, Task

_LETTERS = 16  # hexadecimal: no two of a class will ever share them


def grade_key(task_id: int, enrollment_id: int) -> str:
    """Return the key of a student's work on a task."""
    return salted_hmac("grading.grades.keys", f"{task_id}:{enrollment_id}", algorithm="sha256").hexdigest()[:_LETTERS]


def with_key(task: Task, students: Iterable[Enrollment], key: str) -> Enrollment | None:
    """Return the one of these students that the key stands for."""
    return next((student for student in students if grade_key(task.pk, student.pk) == key), None)


def in_blind_order(task: Task, students: Iterable[Enrollment]) -> list[Enrollment]:
    """Sort students by their keys."""
    return sorted(students, key=lambda student: grade_key(task.pk, student.pk))


def grading_url(task: Task, enrollment_id: int) -> str:
    """Return the address of a student's grading page; the task comes with assignment and course."""
    return reverse("grading", kwargs={**task.url_arguments(), "key": grade_key(task.pk, enrollment_id)})
