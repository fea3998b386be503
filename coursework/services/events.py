"""Remembering who did what."""

from typing import Any

from coursework.models import Course, Event, User


def record(
    *, action: str, actor: User | None, course: Course | None = None, subject: str = "", **details: Any
) -> Event:
    """Add an event; called in the transaction of the act, so that both are stored or neither.

    `details` are plain JSON values. They name people by the primary keys of rows, never by name, so that erasing a
    person leaves nothing behind here.
    """
    return Event.objects.create(action=action, actor=actor, course=course, subject=subject, details=details)
