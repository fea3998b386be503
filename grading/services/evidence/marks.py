"""What staff note about a task's evidence: a subject is seen, or not; a note stands beside it. Students see neither."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from coursework.models import Submission, Task, User
from coursework.services.events import record
from grading.models import EvidenceMark
from grading.models.evidence import digest_of

LONGEST_SUBJECT = 120  # the column's
LONGEST_NOTE = 2000


class MarkRefused(Exception):
    """The mark can't be kept; the message names the field, the value and what is allowed."""


@transaction.atomic
def mark_seen(*, task: Task, subject: str, members: Iterable[str], actor: User, seen: bool) -> EvidenceMark:
    """Note that somebody looked at a subject with just these members, or that it is to be looked at again.

    Saying twice what stands already changes and records nothing. Raises MarkRefused for a subject that can't be one.
    """
    mark = _locked(task, subject)
    members = tuple(members)
    if mark.is_seen(members) if seen else mark.seen_at is None:
        return mark
    mark.seen_at, mark.seen_by = (timezone.now(), actor) if seen else (None, None)
    mark.members_digest = digest_of(members) if seen else ""
    mark.save(update_fields=["seen_at", "seen_by", "members_digest"])
    _record("evidence.seen" if seen else "evidence.not_seen", mark, actor, members=len(set(members)))
    return mark


@transaction.atomic
def write_note(*, task: Task, subject: str, note: str, actor: User) -> EvidenceMark:
    """Put a note beside a subject in place of the earlier one; an empty one takes it away.

    The event says who wrote when and how much, not what: a note may name people. Raises MarkRefused for a note longer
    than LONGEST_NOTE, and for a subject that can't be one.
    """
    text = note.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_NOTE:
        raise MarkRefused(f"The note has {len(text):,} characters; at most {LONGEST_NOTE:,} are kept.")
    if "\0" in text:
        raise MarkRefused("The note has a character that can’t be stored (NUL); please leave it out.")
    mark = _locked(task, subject)
    if mark.note == text:
        return mark
    mark.note, mark.note_at, mark.note_by = text, timezone.now(), actor
    mark.save(update_fields=["note", "note_at", "note_by"])
    _record("evidence.noted", mark, actor, characters=len(text))
    return mark


def _locked(task: Task, subject: str) -> EvidenceMark:
    """Return the subject's mark, made if there is none, locked until the transaction ends."""
    if not subject or len(subject) > LONGEST_SUBJECT or "\0" in subject:
        raise MarkRefused(f"The subject {subject[:40]!r} is not one: it has 1 to {LONGEST_SUBJECT} characters.")
    mark, _ = EvidenceMark.objects.select_for_update().get_or_create(task=task, subject=subject)
    return mark


def _record(action: str, mark: EvidenceMark, actor: User, **details: Any) -> None:
    course = mark.task.assignment.course
    record(
        action=action,
        actor=actor,
        course=course,
        subject=mark.subject,
        about=_about(mark),
        task=mark.task_id,
        **details,
    )


def _about(mark: EvidenceMark) -> list[Task | Submission]:
    """Return the submission that a mark is about; the task for a mark of a group."""
    kind, _, receipt_number = mark.subject.partition(":")
    found = Submission.objects.filter(task=mark.task, receipt_number=receipt_number).first()
    return [found] if kind == "submission" and found is not None else [mark.task]
