"""Saying who is to grade whose work."""

from collections.abc import Iterable

from django.db import models, transaction
from django.db.models import F, Q

from coursework.models import Enrollment, Task, User
from coursework.models.courses import STAFF_ROLES
from coursework.services.events import Act, record_all
from grading.models import Grade
from grading.services.grades.rows import locked_grade


class AssigningRefused(Exception):
    """Nothing is assigned; the message says why."""


@transaction.atomic
def assign(*, task: Task, enrollments: Iterable[Enrollment], reviewer: User | None, actor: User) -> int:
    """Give the work of these students to a reviewer of the course, None takes it back; returns how many changed.

    Raises AssigningRefused for somebody who does not grade in the course.
    """
    course = task.assignment.course
    if reviewer is not None and not _grades_in(reviewer, task):
        raise AssigningRefused(f"reviewer: {reviewer.display_name} does not grade in this course; choose its staff.")
    people = {person.pk: person for person in enrollments}
    missing = people.keys() - set(_rows(task, people).values_list("enrollment", flat=True))
    Grade.objects.bulk_create(
        (Grade(task=task, enrollment_id=pk) for pk in sorted(missing)), ignore_conflicts=True, batch_size=500
    )
    others = Q(assigned_to__isnull=False) if reviewer is None else ~Q(assigned_to=reviewer) | Q(assigned_to=None)
    changed = _rows(task, people).filter(others).order_by("pk").select_for_update(of=("self",))
    rows = list(changed.values_list("pk", "enrollment"))
    Grade.objects.filter(pk__in=[pk for pk, _ in rows]).update(assigned_to=reviewer, version=F("version") + 1)
    details = {"reviewer": reviewer.pk if reviewer else None}
    record_all(
        (Act(f"enrollment {pk}", (task, people[pk]), details) for _, pk in rows),
        action="grade.assigned",
        actor=actor,
        course=course,
    )
    return len(rows)


@transaction.atomic
def pass_on(*, task: Task, enrollment: Enrollment, version: int | None, reviewer: User | None, actor: User) -> int:
    """Do so for one student's work as somebody saw it, with None whatever stands there; raises GradeChanged, too."""
    locked_grade(task=task, enrollment=enrollment, version=version)
    return assign(task=task, enrollments=[enrollment], reviewer=reviewer, actor=actor)


def _rows(task: Task, people: Iterable[int]) -> models.QuerySet[Grade]:
    return Grade.objects.filter(task=task, enrollment__in=list(people))


def _grades_in(user: User, task: Task) -> bool:
    return Enrollment.objects.filter(
        user=user, course=task.assignment.course, role__in=STAFF_ROLES, active=True
    ).exists()
