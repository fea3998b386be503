"""Handing in: the one way in which a submission comes to be."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import DatabaseError, transaction
from django.utils import timezone

from coursework.deadlines import Standing
from coursework.models import Draft, Enrollment, Screenshot, Submission, Task
from coursework.selectors.deadlines import window_for
from coursework.selectors.submissions import attempts_used
from coursework.services.events import record
from coursework.services.screenshots import (
    MOST_SCREENSHOTS,
    PreparedScreenshot,
    StoredScreenshot,
    delete_stored,
    store_screenshots,
)
from coursework.signals import submission_received
from engine.spec import Spec

TOO_MANY_PICTURES = f"{{}} screenshots are too many: hand in 1 to {MOST_SCREENSHOTS}."
DUE_TIME_PASSED = "The due time has passed"
LATE_NOT_CONFIRMED = f"{DUE_TIME_PASSED}: tick this to hand in late."


class HandInRefused(Exception):
    """The hand-in can't be taken; the message says why and what can be done, in words for the student."""


class AttemptsUsedUp(HandInRefused):
    """The student has handed in as often as the task allows."""


class NotOpen(HandInRefused):
    """The assignment is not open yet, or closed."""


class IdempotencyConflict(HandInRefused):
    """The same form was sent before with other content: what became of it then stands under `receipt_number`."""

    def __init__(self, receipt_number: str) -> None:
        self.receipt_number = receipt_number
        super().__init__(
            f"This form was handed in before, with other content (receipt {receipt_number}). "
            "What stands here now would be another attempt: press Hand in again if you want that."
        )


class PicturesGone(HandInRefused):
    """The draft whose pictures were to be handed in holds none any more."""


class TooManyPictures(HandInRefused):
    """The draft's pictures and those sent with the form are more than a hand-in may have."""


class LateNotConfirmed(HandInRefused):
    """The due time has passed, and the student was not asked yet whether to hand in late."""


def submit(
    *,
    task: Task,
    enrollment: Enrollment,
    spec: Spec,
    claimed_epochs: int,
    screenshots: Sequence[PreparedScreenshot] = (),
    from_draft: bool = False,
    idempotency_key: str,
    link: str = "",
    accept_late: bool = True,
) -> Submission:
    """Store one submission and announce it; sending the same form again returns the first one.

    Files go to storage before the transaction, so that a full disk leaves no row behind; what the transaction does not
    need is deleted again. `from_draft`: the pictures of the student's draft are handed in too, and the draft ends with
    that. Raises HandInRefused (each of its kinds has a class of its own), and NotStored where storage fails.
    """
    stored = store_screenshots(screenshots)
    committing = False
    try:
        with transaction.atomic():
            lock_enrollment(enrollment)
            draft = Draft.objects.filter(task=task, enrollment=enrollment).first() if from_draft else None
            drafted = _of_draft(draft)
            submission = _sent_before(enrollment, idempotency_key, task, spec, claimed_epochs, drafted, stored)
            is_new = submission is None
            if submission is None:
                submission = Submission(
                    task=task,
                    enrollment=enrollment,
                    link=link,
                    settings=spec.to_dict(),
                    claimed_epochs=claimed_epochs,
                    idempotency_key=idempotency_key,
                )
                _add(submission, _each_once([*drafted, *stored]), accept_late=accept_late, from_draft=from_draft)
            if draft is not None and (is_new or _is_contained(drafted, submission)):
                draft.delete()
            kept = set(submission.screenshots.values_list("picture", flat=True))
            committing = True
    except Exception:
        if not (committing and _may_be_stored(enrollment, idempotency_key)):
            delete_stored(picture.name for picture in stored)
        raise
    ended: list[StoredScreenshot] = drafted if draft is not None and draft.pk is None else []
    delete_stored(picture.name for picture in (*ended, *stored) if picture.name not in kept)
    return submission


def _add(submission: Submission, pictures: Sequence[StoredScreenshot], *, accept_late: bool, from_draft: bool) -> None:
    """Store a new submission with its pictures' rows, remember it and announce it."""
    task, enrollment = submission.task, submission.enrollment
    submission.attempt = _next_attempt(task, enrollment)
    submission.received_at = _time_of_receipt(task, enrollment, accept_late=accept_late)
    if from_draft and not pictures:
        raise PicturesGone("The pictures of this form were handed in or removed meanwhile: add them again.")
    if len(pictures) > MOST_SCREENSHOTS:
        raise TooManyPictures(TOO_MANY_PICTURES.format(len(pictures)))
    submission.content_hash = _content_hash(submission.spec, submission.claimed_epochs, pictures)
    submission.save()
    Screenshot.objects.bulk_create(_screenshot_rows(submission, pictures))
    record(
        action="submission.received",
        actor=enrollment,
        course=task.assignment.course,
        subject=f"submission {submission.receipt_number}",
        about=[submission],
        attempt=submission.attempt,
        epochs=submission.claimed_epochs,
        pictures=len(pictures),
    )
    submission_received.send(sender=Submission, submission=submission)


def _each_once(pictures: Iterable[StoredScreenshot]) -> list[StoredScreenshot]:
    once: dict[str, StoredScreenshot] = {}
    for picture in pictures:
        once.setdefault(picture.upload_hash, picture)
    return list(once.values())


def _is_contained(drafted: Sequence[StoredScreenshot], submission: Submission) -> bool:
    """Whether a draft holds just what was handed in; else it is a draft of the next attempt."""
    handed_in = set(submission.screenshots.values_list("upload_hash", flat=True))
    return bool(drafted) and all(picture.upload_hash in handed_in for picture in drafted)


def _of_draft(draft: Draft | None) -> list[StoredScreenshot]:
    rows = draft.screenshots.all() if draft is not None else ()
    return [
        StoredScreenshot(str(row.picture.name), row.width, row.height, row.original_name, row.upload_hash)
        for row in rows
    ]


def _content_hash(spec: Spec, claimed_epochs: int, pictures: Iterable[StoredScreenshot | Screenshot]) -> str:
    content = {
        "settings": spec.to_dict(),
        "claimed_epochs": claimed_epochs,
        "screenshots": [picture.upload_hash for picture in pictures],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _may_be_stored(enrollment: Enrollment, idempotency_key: str) -> bool:
    """Whether a hand-in whose commit failed may stand in the database all the same.

    A connection that breaks at the commit leaves that open. Files too many harm nobody; pictures missing from a
    hand-in would.
    """
    try:
        return Submission.objects.filter(enrollment=enrollment, idempotency_key=idempotency_key).exists()
    except DatabaseError:
        return True


def lock_enrollment(enrollment: Enrollment) -> None:
    """Let one act of a student through at a time (SQLite's transactions are exclusive anyway)."""
    Enrollment.objects.select_for_update().get(pk=enrollment.pk)


def _sent_before(
    enrollment: Enrollment,
    idempotency_key: str,
    task: Task,
    spec: Spec,
    claimed_epochs: int,
    drafted: Sequence[StoredScreenshot],
    stored: Sequence[StoredScreenshot],
) -> Submission | None:
    """Return what this form stored when it was sent before; raise IdempotencyConflict if it held something else.

    The draft that held its pictures ended with the first time. So the pictures that came with the form count, or those
    together with the draft's, or where there are none at all, those of the first time.
    """
    earlier = Submission.objects.filter(enrollment=enrollment, idempotency_key=idempotency_key).first()
    if earlier is None:
        return None
    both = _each_once([*drafted, *stored])
    hashes = {_content_hash(spec, claimed_epochs, both or earlier.screenshots.all())}
    if stored:
        hashes.add(_content_hash(spec, claimed_epochs, stored))
    if earlier.content_hash not in hashes or earlier.task_id != task.pk:
        raise IdempotencyConflict(earlier.receipt_number)
    return earlier


def _next_attempt(task: Task, enrollment: Enrollment) -> int:
    """Return the number of the attempt; raise AttemptsUsedUp beyond the task's limit. Called under the lock."""
    used = attempts_used(task=task, enrollment=enrollment)
    if used >= task.attempts:
        raise AttemptsUsedUp(f"All {task.attempts} attempts at this task are used. What you handed in counts.")
    return used + 1


def _time_of_receipt(task: Task, enrollment: Enrollment, *, accept_late: bool) -> datetime:
    """Return the server's time; raise NotOpen outside the student's window, LateNotConfirmed in its late part."""
    moment = timezone.now()
    standing = window_for(assignment=task.assignment, enrollment=enrollment).standing(moment)
    if standing is Standing.EARLY:
        raise NotOpen("This assignment is not open yet: hand in once it has opened.")
    if not standing.accepted:
        raise NotOpen("This assignment is closed. What you handed in before counts.")
    if standing is Standing.LATE and not accept_late:
        raise LateNotConfirmed(LATE_NOT_CONFIRMED)
    return moment


def _screenshot_rows(submission: Submission, pictures: Sequence[StoredScreenshot]) -> list[Screenshot]:
    return [
        Screenshot(
            submission=submission,
            position=position,
            picture=picture.name,
            width=picture.width,
            height=picture.height,
            original_name=picture.original_name,
            upload_hash=picture.upload_hash,
        )
        for position, picture in enumerate(pictures, start=1)
    ]
