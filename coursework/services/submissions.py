"""Handing in: the one way in which a submission comes to be."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

import structlog
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone

from coursework.deadlines import Standing
from coursework.models import Enrollment, Screenshot, Submission, Task, screenshot_path
from coursework.selectors.deadlines import window_for
from coursework.selectors.submissions import attempts_used
from coursework.services.screenshots import PreparedScreenshot
from coursework.signals import submission_received
from engine.spec import Spec

log = structlog.get_logger(__name__)


class HandInRefused(Exception):
    """The hand-in can't be taken; the message says why and what can be done, in words for the student."""


class AttemptsUsedUp(HandInRefused):
    """The student has handed in as often as the task allows."""


class NotOpen(HandInRefused):
    """The assignment is not open yet, or closed."""


class IdempotencyConflict(HandInRefused):
    """The same form was sent before with other content."""


class NotStored(HandInRefused):
    """Our storage did not take the pictures. Nothing was handed in, and the fault is ours."""


def submit(
    *,
    task: Task,
    enrollment: Enrollment,
    spec: Spec,
    claimed_epochs: int,
    screenshots: Sequence[PreparedScreenshot],
    idempotency_key: str,
    link: str = "",
) -> Submission:
    """Store one submission and announce it; sending the same form again returns the first one.

    Files go to storage before the transaction, so that a full disk leaves no row behind; where the transaction does
    not store them they are deleted again. Raises NotOpen, AttemptsUsedUp, IdempotencyConflict and NotStored.
    """
    content_hash = _content_hash(spec, claimed_epochs, screenshots)
    stored = _store(screenshots)
    committing = False
    try:
        with transaction.atomic():
            _lock(enrollment)
            submission = _sent_before(enrollment, idempotency_key, task, content_hash)
            is_new = submission is None
            if submission is None:
                submission = Submission.objects.create(
                    task=task,
                    enrollment=enrollment,
                    attempt=_next_attempt(task, enrollment),
                    link=link,
                    settings=spec.to_dict(),
                    claimed_epochs=claimed_epochs,
                    received_at=_time_of_receipt(task, enrollment),
                    content_hash=content_hash,
                    idempotency_key=idempotency_key,
                )
                Screenshot.objects.bulk_create(_screenshot_rows(submission, screenshots, stored))
                submission_received.send(sender=Submission, submission=submission)
            committing = True
    except Exception:
        if not (committing and _may_be_stored(enrollment, idempotency_key)):
            _delete(stored)
        raise
    if not is_new:
        _delete(stored)
    return submission


def _content_hash(spec: Spec, claimed_epochs: int, screenshots: Sequence[PreparedScreenshot]) -> str:
    content = {
        "settings": spec.to_dict(),
        "claimed_epochs": claimed_epochs,
        "screenshots": [picture.upload_hash for picture in screenshots],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _store(screenshots: Sequence[PreparedScreenshot]) -> list[str]:
    """Write the pictures to storage and return the names under which they stand there; NotStored, and none is left."""
    names = [screenshot_path(None, picture.content.name or "") for picture in screenshots]
    try:
        return [default_storage.save(name, picture.content) for name, picture in zip(names, screenshots, strict=True)]
    except Exception as error:  # a full disk, a bucket out of reach: every storage has errors of its own
        log.exception("screenshots_not_stored")
        _delete(names)
        raise NotStored(
            "We could not store your screenshots just now; the fault is ours. Nothing was handed in and no attempt is "
            "used up: try again in a few minutes."
        ) from error


def _delete(names: Sequence[str]) -> None:
    """Take files away again, half-written ones too. What can't be deleted is logged: it is in nobody's way."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:
            log.exception("file_left_over", name=name)


def _may_be_stored(enrollment: Enrollment, idempotency_key: str) -> bool:
    """Whether a hand-in whose commit failed may stand in the database all the same.

    A connection that breaks at the commit leaves that open. Files too many harm nobody; pictures missing from a
    hand-in would.
    """
    try:
        return Submission.objects.filter(enrollment=enrollment, idempotency_key=idempotency_key).exists()
    except DatabaseError:
        return True


def _lock(enrollment: Enrollment) -> None:
    """Let one hand-in of a student through at a time (SQLite's transactions are exclusive anyway)."""
    Enrollment.objects.select_for_update().get(pk=enrollment.pk)


def _sent_before(enrollment: Enrollment, idempotency_key: str, task: Task, content_hash: str) -> Submission | None:
    """Return what this form stored when it was sent before; raise IdempotencyConflict if it held something else."""
    earlier = Submission.objects.filter(enrollment=enrollment, idempotency_key=idempotency_key).first()
    if earlier is not None and (earlier.content_hash, earlier.task_id) != (content_hash, task.pk):
        raise IdempotencyConflict(
            f"This form was handed in before, with other content (receipt {earlier.receipt_number}). "
            "Open the hand-in page again to hand in something else."
        )
    return earlier


def _next_attempt(task: Task, enrollment: Enrollment) -> int:
    """Return the number of the attempt; raise AttemptsUsedUp beyond the task's limit. Called under the lock."""
    used = attempts_used(task=task, enrollment=enrollment)
    if used >= task.attempts:
        raise AttemptsUsedUp(f"All {task.attempts} attempts at this task are used. What you handed in counts.")
    return used + 1


def _time_of_receipt(task: Task, enrollment: Enrollment) -> datetime:
    """Return the server's time; raise NotOpen outside the student's window."""
    moment = timezone.now()
    standing = window_for(assignment=task.assignment, enrollment=enrollment).standing(moment)
    if standing is Standing.EARLY:
        raise NotOpen("This assignment is not open yet: hand in once it has opened.")
    if not standing.accepted:
        raise NotOpen("This assignment is closed. What you handed in before counts.")
    return moment


def _screenshot_rows(
    submission: Submission, screenshots: Sequence[PreparedScreenshot], stored: Sequence[str]
) -> list[Screenshot]:
    return [
        Screenshot(
            submission=submission,
            position=position,
            picture=name,
            width=prepared.width,
            height=prepared.height,
            original_name=prepared.original_name,
            upload_hash=prepared.upload_hash,
        )
        for position, (prepared, name) in enumerate(zip(screenshots, stored, strict=True), start=1)
    ]
