"""Acts on several students' grades at once: all of them, or where one was changed meanwhile none."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from django.db import transaction

from coursework.models import Enrollment, Task, User
from grading.models import Grade
from grading.services.grades.excusing import excuse, unexcuse
from grading.services.grades.rows import GradeChanged

Done = TypeVar("Done")


@transaction.atomic
def as_seen(*, task: Task, versions: Mapping[int, int], act: Callable[[], Done]) -> Done:
    """Act while the grades of these enrollments are as somebody saw them (0: no row); raises GradeChanged else."""
    for enrollment in sorted(versions):  # made in one order and locked in one, so that two of these never wait
        Grade.objects.get_or_create(task=task, enrollment_id=enrollment)
    rows = Grade.objects.filter(task=task, enrollment__in=versions).order_by("pk").select_for_update()
    for row in rows:
        if row.version != versions[row.enrollment_id]:
            raise GradeChanged(row)
    return act()


@transaction.atomic
def excuse_all(*, task: Task, enrollments: Iterable[Enrollment], reason: str, actor: User) -> int:
    """Let the task not count for these students; an empty reason lets it count again. Returns for how many."""
    people = sorted(enrollments, key=lambda one: one.pk)
    for person in people:
        if reason:
            excuse(task=task, enrollment=person, reason=reason, actor=actor)
        else:
            unexcuse(task=task, enrollment=person, actor=actor)
    return len(people)
