"""Acts on assignments: making, changing and deleting them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from coursework.models import Assignment, Course, Submission, Task, User
from coursework.services.events import record
from coursework.services.rows import apply, slug_once


class HasHandIns(Exception):
    """Something was handed in, so the row stays: hand-ins are never deleted."""

    def __init__(self, count: int, title: str) -> None:
        belong = "hand-in belongs" if count == 1 else "hand-ins belong"
        super().__init__(f"{count:,} {belong} to {title}, so it can't be deleted.")


class HasGrades(Exception):
    """Staff have worked on grades, so the row stays: what people decided is never deleted."""

    def __init__(self, title: str) -> None:
        super().__init__(f"Staff have worked on grades of {title}, so it can't be deleted.")


@contextmanager
def unless_graded(title: str) -> Iterator[None]:
    """Turn rows of other apps that hold on to what is being deleted into HasGrades."""
    try:
        with transaction.atomic():
            yield
    except ProtectedError:
        raise HasGrades(title) from None


def create_assignment(*, course: Course, actor: User, values: dict[str, Any]) -> Assignment:
    """Make an assignment from its fields; raises SlugTaken."""
    with transaction.atomic(), slug_once(values["slug"]):
        assignment = Assignment.objects.create(course=course, **values)
        record(action="assignment.created", actor=actor, course=course, subject=_subject(assignment))
    return assignment


def change_assignment(*, assignment: Assignment, actor: User, values: dict[str, Any]) -> list[str]:
    """Change an assignment's fields; returns the names of what changed. Raises SlugTaken."""
    before = {name: getattr(assignment, name) for name in ("opens_at", "due_at", "closes_at")}
    late_before = {name: getattr(assignment, name) for name in ("late_percent_per_day", "late_most_percent")}
    with transaction.atomic(), slug_once(values.get("slug", assignment.slug)):
        changed = apply(assignment, values)
        if changed:
            times = {name: [_text(before[name]), _text(values[name])] for name in before if name in changed}
            record(
                action="assignment.changed",
                actor=actor,
                course=assignment.course,
                subject=_subject(assignment),
                fields=changed,
                times=times,
                **{name: [late_before[name], values[name]] for name in late_before if name in changed},
            )
    return changed


def delete_assignment(*, assignment: Assignment, actor: User) -> None:
    """Delete an assignment and its tasks; raises HasHandIns if anything was handed in to it, or HasGrades."""
    with transaction.atomic(), unless_graded(assignment.title):
        # Locked, so that no hand-in arrives between the question and the deed.
        list(Task.objects.select_for_update().filter(assignment=assignment))
        count = Submission.objects.filter(task__assignment=assignment).count()
        if count:
            raise HasHandIns(count, assignment.title)
        record(action="assignment.deleted", actor=actor, course=assignment.course, subject=_subject(assignment))
        assignment.delete()


def _subject(assignment: Assignment) -> str:
    return f"assignment {assignment.slug}"


def _text(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
