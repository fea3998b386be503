"""What grading does when coursework announces something."""

from typing import Any

from django.db import transaction

from coursework.models import Submission
from coursework.signals import submission_received
from grading import signs
from grading.services.verification import queue_verification
from grading.tasks import hint


def connect() -> None:
    """Listen to coursework, and to Celery's workers; called once when the apps are ready."""
    submission_received.connect(queue_submission, dispatch_uid="grading.queue_submission")
    signs.connect()


def queue_submission(*, submission: Submission, **_: Any) -> None:
    """Queue the verification in the submission's own transaction, and hint at it once that is stored."""
    verification = queue_verification(submission=submission)

    def hint_at_it() -> None:
        hint(verification.pk)

    # Robust: whatever the broker does, the hand-in is stored by then and its answer must say so.
    transaction.on_commit(hint_at_it, robust=True)
