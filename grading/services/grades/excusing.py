"""Excusing a student from a task, and taking that back. Nothing else of the grade changes."""

from django.db import transaction

from coursework.models import Enrollment, Task, User
from coursework.services.events import record
from grading.models import Grade
from grading.services.grades.rows import locked_grade
from grading.services.lti.passback import mark_scores


def excuse(*, task: Task, enrollment: Enrollment, reason: str, actor: User, version: int | None = None) -> Grade:
    """Let the task not count for the student; again with another reason changes that. Raises GradeChanged."""
    return _change("grade.excused", task, enrollment, actor, version, reason=reason)


def unexcuse(*, task: Task, enrollment: Enrollment, actor: User, version: int | None = None) -> Grade:
    """Let the task count again; whatever was decided before holds as it did. Raises GradeChanged."""
    return _change("grade.unexcused", task, enrollment, actor, version, reason="")


def _change(action: str, task: Task, enrollment: Enrollment, actor: User, version: int | None, *, reason: str) -> Grade:
    excused = bool(reason)
    with transaction.atomic():
        grade = locked_grade(task=task, enrollment=enrollment, version=version)
        if (grade.excused, grade.excused_reason) == (excused, reason):
            return grade
        was = grade.excused
        grade.excused, grade.excused_reason = excused, reason
        grade.version += 1
        grade.save(update_fields=["excused", "excused_reason", "version"])
        record(
            action=action,
            actor=actor,
            course=task.assignment.course,
            subject=f"enrollment {enrollment.pk}",
            about=[task, enrollment],
            was_excused=was,
            reason_letters=len(reason),
        )
        mark_scores(task=task, enrollments=[enrollment])
    return grade
