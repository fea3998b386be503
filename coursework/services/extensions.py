"""Granting, changing and revoking more time."""

from datetime import datetime

from django.db import transaction

from coursework.models import Assignment, Course, Enrollment, Extension, Section, User
from coursework.services.events import record
from coursework.services.people import lock_people


class ExtensionRefused(Exception):
    """The extension can't be granted; the message says why."""


@transaction.atomic
def grant_extension(
    *,
    assignment: Assignment,
    target: Enrollment | Section,
    due_at: datetime,
    closes_at: datetime | None,
    reason: str,
    actor: User,
) -> Extension:
    """Give a student or a section more time; raises ExtensionRefused if they have an extension already."""
    lock_people(assignment.course)
    if isinstance(target, Section) and not Section.objects.filter(pk=target.pk).exists():
        raise ExtensionRefused("The section was deleted meanwhile.")
    current = _check(assignment, due_at, closes_at)
    of_target = {"enrollment": target} if isinstance(target, Enrollment) else {"section": target}
    if Extension.objects.filter(assignment=current, **of_target).exists():
        raise ExtensionRefused("They have an extension of this assignment already: change that one.")
    extension = Extension.objects.create(
        assignment=current, due_at=due_at, closes_at=closes_at, reason=reason, granted_by=actor, **of_target
    )
    _record("extension.granted", extension, actor, current.course)
    return extension


@transaction.atomic
def change_extension(
    *, extension: Extension, due_at: datetime, closes_at: datetime | None, reason: str, actor: User
) -> Extension:
    """Give an extension other times or another reason; it takes effect at once."""
    assignment = _check(extension.assignment, due_at, closes_at)
    stored = _stored(extension)
    if stored is None:
        raise ExtensionRefused("This extension was revoked meanwhile.")
    before = {"due_at": stored.due_at.isoformat(), "closes_at": _iso(stored.closes_at)}
    stored.due_at, stored.closes_at, stored.reason = due_at, closes_at, reason
    stored.save(update_fields=["due_at", "closes_at", "reason"])
    _record("extension.changed", stored, actor, assignment.course, before=before)
    return stored


@transaction.atomic
def revoke_extension(*, extension: Extension, actor: User) -> None:
    """Take an extension back: what was on time only by it is late from now on."""
    stored = _stored(extension)
    if stored is not None:  # else somebody else did
        _record("extension.revoked", stored, actor, extension.assignment.course)
        stored.delete()


def _stored(extension: Extension) -> Extension | None:
    """Return the extension as it is now, locked."""
    return Extension.objects.select_for_update().filter(pk=extension.pk).first()


def _check(assignment: Assignment, due_at: datetime, closes_at: datetime | None) -> Assignment:
    """Lock the assignment and return it as it is now; refuse times that give nobody more."""
    current = Assignment.objects.select_for_update(of=("self",)).select_related("course").get(pk=assignment.pk)
    if due_at <= current.due_at:
        raise ExtensionRefused("An extension ends after the class’s own due time.")
    if closes_at is not None and closes_at < due_at:
        raise ExtensionRefused("Late hand-ins end at the due time or after it.")
    return current


def _record(action: str, extension: Extension, actor: User, course: Course, **details: object) -> None:
    record(
        action=action,
        actor=actor,
        course=course,
        subject=f"extension {extension.pk}",
        assignment=extension.assignment_id,
        about=[extension.enrollment] if extension.enrollment else [],
        enrollment=extension.enrollment_id,
        section=extension.section_id,
        due_at=extension.due_at.isoformat(),
        closes_at=_iso(extension.closes_at),
        **details,
    )


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
