"""A second chance for what failed only because machines were going down all around it."""

from datetime import datetime

import structlog
from django.db import transaction

from coursework.models import Submission
from grading.models import Status, Verification

# Workers die all around when at least so many other verifications lost theirs meanwhile; then it is nobody's fault.
MANY_LOST = 3
MOST_FRESH_STARTS = 2

log = structlog.get_logger(__name__)


def start_afresh(verification: Verification, *, now: datetime) -> None:
    """Queue the submission of a failed verification once more if its workers were lost through no fault of its own.

    What kills its worker each time is alone in that, and stays failed after three attempts. When machines are going
    down, others lose their workers too: among hundreds, some do so three times by sheer chance.
    """
    lost = Verification.objects.filter(attempt__gt=1, started_at__gte=verification.queued_at)
    others = lost.exclude(submission=verification.submission_id).count()
    with transaction.atomic():
        # Under this lock, so that of two sweepers only one queues it.
        submission = Submission.objects.select_for_update().get(pk=verification.submission_id)
        rows = Verification.objects.filter(submission=submission)
        newest = rows.latest("pk")
        if newest.pk != verification.pk or newest.status != Status.FAILED:
            return
        if others >= MANY_LOST and rows.filter(status=Status.FAILED).count() <= MOST_FRESH_STARTS:
            Verification.objects.create(submission=submission, queued_at=now)
            log.warning("verification_started_afresh", verification=verification.pk, others=others)
