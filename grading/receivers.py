"""What grading does when coursework announces something."""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction

from coursework.models import Submission, Task
from coursework.signals import picture_stored, submission_received, task_copied
from grading import signs
from grading.services.evidence.readings import ask_if_all_read, queue_readings
from grading.services.grades.copying import copy_grading
from grading.services.verification import queue_verification
from grading.tasks import hint, hint_at_assessment, hint_at_readings


def connect() -> None:
    """Listen to coursework, and to Celery's workers; called once when the apps are ready."""
    submission_received.connect(queue_submission, dispatch_uid="grading.queue_submission")
    submission_received.connect(queue_pictures, dispatch_uid="grading.queue_pictures")
    picture_stored.connect(queue_draft_picture, dispatch_uid="grading.queue_draft_picture")
    task_copied.connect(copy_task, dispatch_uid="grading.copy_task")
    signs.connect()


def queue_submission(*, submission: Submission, **_: Any) -> None:
    """Queue the verification in the submission's own transaction, and hint at it once that is stored."""
    verification = queue_verification(submission=submission)

    def hint_at_it() -> None:
        hint(verification.pk)

    # Robust: whatever the broker does, the hand-in is stored by then and its answer must say so.
    transaction.on_commit(hint_at_it, robust=True)


def queue_draft_picture(*, name: str, upload_hash: str, **_: Any) -> None:
    """Queue the reading of a draft's picture where its row is stored, and hint at it once that is done."""
    if settings.READ_SCREENSHOTS:
        readings = queue_readings([(name, upload_hash)])
        transaction.on_commit(partial(hint_at_readings, readings), robust=True)


def queue_pictures(*, submission: Submission, **_: Any) -> None:
    """Queue what of a submission's pictures was not queued with the draft; if all are read, have them checked."""
    if not settings.READ_SCREENSHOTS:
        return
    pictures = list(submission.screenshots.values_list("picture", "upload_hash"))
    readings = queue_readings(pictures)

    def hint_and_ask() -> None:
        told = hint_at_readings(readings)
        for assessment in ask_if_all_read(name for name, _ in pictures):
            told = told and hint_at_assessment(assessment)

    transaction.on_commit(hint_and_ask, robust=True)


def copy_task(*, source: Task, copy: Task, **_: Any) -> None:
    """Bring rubric, saved comments and the way of grading along, in the transaction that copies the task."""
    copy_grading(source=source, copy=copy)
