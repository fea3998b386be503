"""Remembering that grades left for an LMS, and in which of its columns they go."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from coursework.models import Course, Task, User
from coursework.services.events import record
from grading.lms.values import LeftOut
from grading.lms_exchange import Own
from grading.models import LmsColumn, LmsSystem

_LONGEST_HEADER = 255  # as the column of LmsColumn has it


@transaction.atomic
def record_export(
    *,
    course: Course,
    actor: User | None,
    kind: str,
    way: str,
    tasks: Sequence[Task],
    rows: int,
    left_out: Iterable[LeftOut],
    unreleased: bool,
    headers: Mapping[int, str] | None = None,
) -> None:
    """Record a file that was given out: how many rows, and how many cells were left out for which reason.

    `way`: "filled" for an LMS's own file, "written" for one of our data, "command" for a schedule's. `headers`, by
    task, are the columns that a person chose; they are suggested the next time.
    """
    reasons: dict[str, int] = {}
    for reason in left_out:
        reasons[reason.value] = reasons.get(reason.value, 0) + 1
    record(
        action="lms.exported",
        actor=actor,
        course=course,
        subject=f"course {course.pk}",
        about=tasks if len(tasks) == 1 else (),
        kind=kind,
        way=way,
        tasks=[task.pk for task in tasks],
        rows=rows,
        left_out=reasons,
        unreleased=unreleased,
    )
    for task in tasks:
        header = (headers or {}).get(task.pk, "")
        if kind in LmsSystem.values and 0 < len(header) <= _LONGEST_HEADER:
            LmsColumn.objects.update_or_create(task=task, system=kind, defaults={"header": header})


def record_own(own: Own, *, course: Course, actor: User) -> None:
    """Record a file of our data that a person was given."""
    record_export(
        course=course,
        actor=actor,
        kind=own.system.value,
        way="written",
        tasks=own.tasks,
        rows=own.file.rows,
        left_out=[why for _, _, why in own.file.left],
        unreleased=own.unreleased,
    )
