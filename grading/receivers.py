"""What grading does when coursework announces something."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest

from coursework.models import Submission, Task, User
from coursework.signals import picture_stored, submission_received, task_copied
from grading import signs
from grading.services.api_tokens import live_tokens
from grading.services.evidence.readings import ask_if_all_read, queue_readings
from grading.services.grades.copying import copy_grading
from grading.services.verification import queue_verification
from grading.services.webhooks.telling import tell_received
from grading.tasks import hint, hint_at_assessment, hint_at_readings


def connect() -> None:
    """Listen to coursework, and to Celery's workers; called once when the apps are ready."""
    submission_received.connect(queue_submission, dispatch_uid="grading.queue_submission")
    submission_received.connect(queue_pictures, dispatch_uid="grading.queue_pictures")
    picture_stored.connect(queue_draft_picture, dispatch_uid="grading.queue_draft_picture")
    task_copied.connect(copy_task, dispatch_uid="grading.copy_task")
    for new_password in (password_changed, password_reset, password_set):
        new_password.connect(name_tokens, dispatch_uid="grading.name_tokens")
    signs.connect()


def name_tokens(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Say to whoever changes the password which other ways in there are: tokens outlive it, so that programs go on."""
    tokens = live_tokens(user).count()
    if tokens:
        those = "token, by which a program signs" if tokens == 1 else "tokens, by which programs sign"
        messages.info(request, f"You have {tokens} {those} in as you. Your account page leads to revoking.")


def queue_submission(*, submission: Submission, **_: Any) -> None:
    """Queue the verification and tell webhooks in the submission's own transaction; hint once that is stored."""
    verification = queue_verification(submission=submission)
    tell_received(submission)

    def hint_at_it() -> None:
        hint(verification.pk)

    # Robust: whatever the broker does, the hand-in is stored by then and its answer must say so.
    transaction.on_commit(hint_at_it, robust=True)


def queue_draft_picture(*, name: str, upload_hash: str, **_: Any) -> None:
    """Queue the reading of a draft's picture where its row is stored, and hint at it once that is done."""
    if settings.READ_SCREENSHOTS:
        readings = queue_readings([(name, upload_hash)])

        def hint_at_them() -> None:  # no partial: Django names by its function what fails here
            hint_at_readings(readings)

        transaction.on_commit(hint_at_them, robust=True)


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
