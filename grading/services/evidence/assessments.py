"""The life of an assessment, one a submission: asked for, claimed, run and settled by the rules of `leases`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from coursework.models import Screenshot, Submission
from grading.checks.assessing import Assessed, PictureResult
from grading.models import Assessment, CheckResult, PictureReading, Status, Verification
from grading.models.work import LIVE
from grading.services import leases
from grading.services.evidence.gathering import assess
from grading.services.evidence.others import submissions_to_tell
from grading.services.leases import HINTS_PER_SWEEP, LOST_WORKER, WorkerEnds

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=3)  # the retraining is bounded by seconds, the rest takes moments: nothing needs renewing


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to settle one assessment, as long as the row still stands at `attempt` and with `worker`."""

    assessment_id: int
    submission_id: int
    attempt: int
    worker: str
    begun_at: datetime  # what came later may not be in the result

    @property
    def row(self) -> QuerySet[Assessment]:
        """The row, if it is still ours."""
        held = leases.held(pk=self.assessment_id, attempt=self.attempt, worker=self.worker)
        return Assessment.objects.filter(held)


def ask_for_assessment(*, submission_id: int) -> int | None:
    """Queue a submission's assessment, or queue it again since something new is known; gives its key to hint at.

    None where there is nothing to hint at: there are no pictures, one of them is not read yet (its reading asks again),
    screenshots are not read here, or the assessment is queued or running already. A running one runs once more.
    Call it with or after what stores the news, never before.
    """
    if not settings.READ_SCREENSHOTS:
        return None
    with transaction.atomic():
        # Of two readings that end at the same time the later one sees both.
        Submission.objects.select_for_update(no_key=True).get(pk=submission_id)
        if not _is_read(submission_id):
            return None
        assessment, is_new = Assessment.objects.select_for_update().get_or_create(
            submission_id=submission_id, defaults={"queued_at": timezone.now()}
        )
        row = Assessment.objects.filter(pk=assessment.pk)
        if assessment.status == Status.RUNNING:
            row.update(ask_again=True)
        if assessment.is_live and not is_new:
            return None
        if not is_new:
            _queue_again(row)
        return assessment.pk


def ask_after_verification(*, verification_id: int) -> int | None:
    """Ask for the assessment of a submission that has just been verified; gives its key to hint at, or None."""
    completed = Verification.objects.filter(pk=verification_id, status=Status.COMPLETED)
    submission_id = completed.values_list("submission_id", flat=True).first()
    return None if submission_id is None else ask_for_assessment(submission_id=submission_id)


def _is_read(submission_id: int) -> bool:
    """Say whether there are pictures and all of them have been read, or could not be."""
    names = list(Screenshot.objects.filter(submission=submission_id).values_list("picture", flat=True))
    done = PictureReading.objects.filter(picture__in=names).exclude(status__in=LIVE)
    return bool(names) and done.count() == len(names)


def _queue_again(rows: QuerySet[Assessment]) -> int:
    return rows.update(
        status=Status.QUEUED, queued_at=timezone.now(), hinted_at=None, attempt=0, ask_again=False, last_error=""
    )


def run_assessment(*, assessment_id: int, worker: str, ending: Callable[[], bool] = leases.never) -> list[int]:
    """Run the checks of one queued assessment; gives the keys of assessments to hint at because of what was found.

    These are its own if something new came meanwhile, and those of others whose pictures equal one of this submission
    and who were checked before it was there. Empty if it was not ours to do or was given back.
    """
    claim = claim_assessment(assessment_id=assessment_id, worker=worker)
    if claim is None:
        return []  # delivered twice, or another worker has it
    try:
        assessed = assess(submission_id=claim.submission_id, ending=ending)
    except WorkerEnds:
        log.info("given_back_unharmed", assessment=assessment_id)
        leases.give_back_unharmed(claim.row)
        return []
    except Exception as error:
        log.exception("assessment_attempt_failed", assessment=assessment_id, attempt=claim.attempt)
        leases.end_attempts(claim.row, reason=f"{type(error).__name__}: {error}"[:500])
        return []
    return settle_assessment(claim=claim, assessed=assessed)


def claim_assessment(*, assessment_id: int, worker: str) -> Claim | None:
    """Take the lease of a queued assessment, or of one whose lease ran out; None if somebody else has it."""
    with transaction.atomic():
        rows = Assessment.objects.filter(pk=assessment_id)
        if not leases.take(rows, worker=worker, lease=LEASE, ask_again=False):
            return None
        row = rows.get()
        return Claim(row.pk, row.submission_id, row.attempt, row.worker, row.started_at or timezone.now())


def settle_assessment(*, claim: Claim, assessed: Assessed) -> list[int]:
    """Store the results in place of earlier ones if the row is still ours; gives the keys of assessments to hint at.

    Nothing is stored for the late result of a lost worker.
    """
    with transaction.atomic():
        fields = {"weight": assessed.weight, "differences": assessed.differences, "checked_at": claim.begun_at}
        if not leases.settle(claim.row, **fields):
            return []
        CheckResult.objects.filter(assessment=claim.assessment_id).delete()
        CheckResult.objects.bulk_create(_rows(claim, assessed.results))
        again = _queue_again(Assessment.objects.filter(pk=claim.assessment_id, ask_again=True))
    log.info("assessment_settled", assessment=claim.assessment_id, differences=assessed.differences)
    # Not inside the transaction: two that ask for each other would wait for each other's rows.
    others = submissions_to_tell(submission_id=claim.submission_id, results=assessed.results)
    asked = [ask_for_assessment(submission_id=other) for other in others]
    return [claim.assessment_id] * again + [pk for pk in asked if pk is not None]


def _rows(claim: Claim, results: Sequence[PictureResult]) -> list[CheckResult]:
    return [
        CheckResult(
            assessment_id=claim.assessment_id,
            screenshot_id=result.screenshot_id,
            check_name=result.check.name,
            outcome=result.finding.outcome,
            counts=result.counts,
            weight=result.finding.weight,
            sentence=result.finding.sentence,
            innocent=list(result.finding.innocent),
            compared=[line.to_dict() for line in result.finding.compared],
            details={**result.finding.details, "about": list(result.finding.about)},
        )
        for result in results
    ]


def sweep_assessments(*, now: datetime | None = None) -> list[int]:
    """Return expired leases to the queue and list the assessments that the broker should hear of (again)."""
    now = now or timezone.now()
    failed = leases.end_expired(Assessment.objects.all(), now=now)
    if failed:
        log.error("assessments_failed", count=failed, reason=LOST_WORKER)
    oldest_first = Assessment.objects.order_by("queued_at", "pk")
    return leases.unheard(oldest_first, now=now, at_most=HINTS_PER_SWEEP)


def mark_assessment_hinted(*, assessment_id: int) -> None:
    """Remember that the broker was told of an assessment just now."""
    leases.mark_hinted(Assessment.objects.filter(pk=assessment_id))
