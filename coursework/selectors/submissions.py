"""Reads of submissions, each bound to who asks."""

from django.db.models import QuerySet

from coursework.models import Enrollment, Submission, Task


def attempts_used(*, task: Task, enrollment: Enrollment) -> int:
    """Count the submissions of one student to one task."""
    return Submission.objects.filter(task=task, enrollment=enrollment).count()


def own_submissions(*, task: Task, enrollment: Enrollment) -> QuerySet[Submission]:
    """Return one student's submissions to one task, newest first."""
    return Submission.objects.filter(task=task, enrollment=enrollment).order_by("-attempt")
