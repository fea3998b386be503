"""Tasks with a rubric, and students whose work a person has graded by it."""

import re
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from coursework.models import Enrollment, Role, Task
from coursework.services.courses import enroll
from grading.grades.reading import grade_of
from grading.models import Grade, RubricItem, RubricMark
from tests.world import World, make_user


def item(task: Task, title: str = "Report", points: str = "2", **fields: Any) -> RubricItem:
    return RubricItem.objects.create(task=task, title=title, points=Decimal(points), **fields)


def graded(world: World, student: Enrollment, *items: RubricItem, automatic: str = "4.0", **fields: Any) -> Grade:
    """A grade that a person gave, without any attempt."""
    row = Grade.objects.create(
        task=world.task,
        enrollment=student,
        automatic=Decimal(automatic),
        decided_at=timezone.now(),
        decided_by=world.ta.user,
        version=1,
        **fields,
    )
    RubricMark.objects.bulk_create(RubricMark(grade=row, item=one) for one in items)
    return row


def another(world: World, name: str) -> Enrollment:
    return enroll(course=world.course, user=make_user(name), role=Role.STUDENT)


def total(world: World, student: Enrollment) -> Decimal | None:
    world.task.refresh_from_db()
    return grade_of(world.task, student).result.total


def url(world: World, name: str, **more: Any) -> str:
    return reverse(name, kwargs=world.task.url_arguments() | more)


def words(response: Any) -> str:
    """What stands on a page, without tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def digest_in(response: Any) -> str:
    """What the button of a preview stands for."""
    return str(response.context["effect"].digest)
