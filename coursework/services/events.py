"""Remembering who did what."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from coursework.models import Course, Enrollment, Event, Submission, Task, User


def record(
    *,
    action: str,
    actor: User | Enrollment | None,
    course: Course | None = None,
    subject: str = "",
    about: Iterable[Task | Enrollment | Submission] = (),
    **details: Any,
) -> Event:
    """Add an event; called in the transaction of the act, so that both are stored or neither.

    `actor` is who did it, a person or their enrollment; None: we did. `about` is what it can be found by again: at most
    one each of task, enrollment and submission; a submission brings the other two along. `details` are plain JSON
    values. They name people by the primary keys of rows, never by name, so that erasing a person leaves nothing here.
    """
    actor_id = actor.user_id if isinstance(actor, Enrollment) else actor.pk if actor is not None else None
    return Event.objects.create(
        action=action, actor_id=actor_id, course=course, subject=subject, details=details, **_keys(about)
    )


@dataclass(frozen=True, slots=True)
class Act:
    """One of many acts of the same kind, as `record` takes them one by one."""

    subject: str = ""
    about: Iterable[Task | Enrollment | Submission] = ()
    details: dict[str, Any] = field(default_factory=dict)


def record_all(acts: Iterable[Act], *, action: str, actor: User | None, course: Course | None = None) -> None:
    """Add an event for each act, in a few queries for a whole class; called in the transaction of the acts."""
    Event.objects.bulk_create(
        (
            Event(
                action=action,
                actor=actor,
                course=course,
                subject=act.subject,
                details=act.details,
                **_keys(act.about),
            )
            for act in acts
        ),
        batch_size=500,
    )


def _keys(about: Iterable[Task | Enrollment | Submission]) -> dict[str, int]:
    """Name the columns by which an event is found again."""
    found: dict[str, int] = {}
    for row in about:
        if isinstance(row, Submission):
            found |= {"submission_id": row.pk, "task_id": row.task_id, "enrollment_id": row.enrollment_id}
        else:
            found["task_id" if isinstance(row, Task) else "enrollment_id"] = row.pk
    return found
