"""The life of a verification row: queued, claimed, renewed, settled or given back. The row is the queue.

Every step is one conditional UPDATE, so that of two workers only one gets through. `attempt` fences: who lost the
lease can neither renew nor settle.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from coursework.models import Submission
from engine.training import Budget, Progress, Report
from grading.models import Outcome, RunKind, Stage, Status, Verification, VerificationRun
from grading.models.verification import MOST_ATTEMPTS, STORED_FLOAT, pack_network
from grading.services.verify import Finding, Job, OnProgress, best_epoch, verify

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
RENEW_EVERY = timedelta(seconds=1)  # also how often the page sees progress
HINT_AGAIN_AFTER = timedelta(seconds=settings.HINT_AGAIN_SECONDS)
HINTS_PER_SWEEP = 50  # a long queue must not flood the broker with copies; the oldest come first
LOST_WORKER = "The worker was lost before it had a result."

# Workers die all around when at least so many other verifications lost theirs meanwhile; then it is nobody's fault.
MANY_LOST = 3
MOST_FRESH_STARTS = 2

log = structlog.get_logger(__name__)


class LeaseLost(Exception):
    """Somebody else has the verification now; what we compute can't count any more."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to settle one verification, as long as the row still stands at `attempt`."""

    verification_id: int
    attempt: int
    job: Job

    @property
    def row(self) -> Q:
        """The row, if it is still ours."""
        return Q(pk=self.verification_id, attempt=self.attempt, status=Status.RUNNING)


def queue_verification(*, submission: Submission) -> Verification:
    """Put a submission in the queue; called in the transaction that stores it."""
    return Verification.objects.create(submission=submission, queued_at=timezone.now())


def run_verification(*, verification_id: int, worker: str) -> bool:
    """Verify one queued submission; True if this call settled it, False if it was not ours to do or was given back."""
    claim = claim_verification(verification_id=verification_id, worker=worker)
    if claim is None:
        return False  # delivered twice, or another worker has it
    try:
        finding = verify(claim.job, on_progress=_renewer(claim), budget=Budget(seconds=settings.VERIFICATION_SECONDS))
    except LeaseLost:
        log.warning("lease_lost", verification=verification_id, attempt=claim.attempt)
        return False
    except Exception as error:
        log.exception("verification_attempt_failed", verification=verification_id, attempt=claim.attempt)
        give_back(claim=claim, reason=f"{type(error).__name__}: {error}"[:500])
        return False
    return settle_verification(claim=claim, finding=finding)


def claim_verification(*, verification_id: int, worker: str) -> Claim | None:
    """Take the lease of a queued verification, or of one whose lease ran out; None if somebody else has it."""
    now = timezone.now()
    free = Q(status=Status.QUEUED) | Q(status=Status.RUNNING, lease_expires_at__lt=now)
    with transaction.atomic():
        taken = Verification.objects.filter(free, pk=verification_id, attempt__lt=MOST_ATTEMPTS).update(
            status=Status.RUNNING,
            attempt=F("attempt") + 1,
            worker=worker[:120],
            lease_expires_at=now + LEASE,
            started_at=now,
            stage=Stage.RUNS,
            epochs_done=0,
            runs_left=0,
        )
        if not taken:
            return None
        verification = Verification.objects.select_related("submission__task").get(pk=verification_id)
        submission = verification.submission
        job = Job(submission.spec, submission.claimed_epochs, submission.task.rules)
        return Claim(verification_id, verification.attempt, job)


def renew(*, claim: Claim, stage: Stage, progress: Progress) -> None:
    """Lengthen the lease and store how far the runs are; raises LeaseLost if the row is not ours any more."""
    renewed = Verification.objects.filter(claim.row).update(
        lease_expires_at=timezone.now() + LEASE,
        stage=stage,
        epochs_done=progress.epoch,
        runs_left=progress.running,
    )
    if not renewed:
        raise LeaseLost


def _renewer(claim: Claim) -> OnProgress:
    """Return a callback that renews the lease at most once in RENEW_EVERY."""
    last = timezone.now()

    def on_progress(stage: Stage, progress: Progress) -> None:
        nonlocal last
        now = timezone.now()
        if now - last >= RENEW_EVERY:
            renew(claim=claim, stage=stage, progress=progress)
            last = now

    return on_progress


def settle_verification(*, claim: Claim, finding: Finding) -> bool:
    """Store the finding if the row is still ours; False (and nothing stored) for the late result of a lost worker."""
    with transaction.atomic():
        settled = Verification.objects.filter(claim.row).update(
            status=Status.COMPLETED,
            outcome=finding.outcome,
            finished_at=timezone.now(),
            lease_expires_at=None,
            last_error="",
            **_result_fields(finding),
        )
        if not settled:
            return False
        rows = [_run_row(claim, position, report) for position, report in enumerate(finding.reports)]
        VerificationRun.objects.bulk_create(rows)
    log.info("verification_settled", verification=claim.verification_id, outcome=Outcome(finding.outcome).value)
    return True


def _result_fields(finding: Finding) -> dict[str, Any]:
    """Name the columns that hold the result."""
    own = finding.reports[0] if finding.reports else None
    sensitivity = finding.sensitivity
    low, high = (sensitivity.band if sensitivity else None) or (None, None)
    return {
        "engine_version": finding.engine_version,
        "parameters": own.parameters if own else None,
        "retrained_epochs": finding.retrained_epochs,
        "official_epochs": finding.official_epochs,
        "band_low": low,
        "band_high": high,
        "replays": list(sensitivity.replays) if sensitivity else [],
        "resets": finding.resets,
        "chance_match": finding.chance_match,
        "disallowed": list(finding.disallowed),
    }


def _run_row(claim: Claim, position: int, report: Report) -> VerificationRun:
    """Make the row of one run. Trace and weights are large, and only the submitted run's are shown."""
    criterion = claim.job.rules.criterion
    epoch, loss = best_epoch(report.losses, criterion)
    is_own = position == 0
    return VerificationRun(
        verification_id=claim.verification_id,
        kind=RunKind.OWN if is_own else RunKind.COURSE_SEED,
        position=position,
        seed=report.spec.seed or "",
        epochs_run=report.epochs_run,
        reached_train=report.reached.train,
        reached_test=report.reached.test,
        reached_both=report.reached.both,
        reached=report.reached.first(criterion),
        diverged_at=report.diverged_at,
        best_epoch=epoch,
        best_loss=loss,
        trace=np.ascontiguousarray(report.losses, dtype=STORED_FLOAT).tobytes() if is_own else b"",
        weights=pack_network(report.network) if is_own else b"",
    )


def give_back(*, claim: Claim, reason: str) -> None:
    """End an attempt that brought no result: back into the queue, or failed after the last attempt."""
    _end_attempts(Q(claim.row), reason=reason, now=timezone.now())


def _end_attempts(rows: Q, *, reason: str, now: datetime) -> int:
    """Return running rows to the queue while attempts are left, else mark them failed; returns how many failed."""
    running = Verification.objects.filter(rows, status=Status.RUNNING)
    running.filter(attempt__lt=MOST_ATTEMPTS).update(
        status=Status.QUEUED, lease_expires_at=None, hinted_at=None, last_error=reason
    )
    return running.filter(attempt__gte=MOST_ATTEMPTS).update(
        status=Status.FAILED, lease_expires_at=None, finished_at=now, last_error=reason
    )


def sweep(*, now: datetime | None = None) -> list[int]:
    """Return expired leases to the queue and list the verifications that the broker should hear of (again).

    The broker may have lost its data or never heard: whoever waits longer than HINT_AGAIN_AFTER without a hint is
    named, oldest first. Naming one twice is harmless, since claiming is exclusive.
    """
    now = now or timezone.now()
    expired = Q(lease_expires_at__lt=now)
    unlucky = list(Verification.objects.filter(expired, status=Status.RUNNING, attempt__gte=MOST_ATTEMPTS))
    failed = _end_attempts(expired, reason=LOST_WORKER, now=now)
    if failed:
        log.error("verifications_failed", count=failed, reason=LOST_WORKER)
    for verification in unlucky:
        _start_afresh(verification, now)
    unheard = Q(hinted_at__isnull=True) | Q(hinted_at__lt=now - HINT_AGAIN_AFTER)
    waiting = Verification.objects.filter(unheard, status=Status.QUEUED).order_by("queued_at", "pk")
    return list(waiting.values_list("pk", flat=True)[:HINTS_PER_SWEEP])


def _start_afresh(verification: Verification, now: datetime) -> None:
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


def mark_hinted(*, verification_id: int) -> None:
    """Remember that the broker was told of a verification just now."""
    Verification.objects.filter(pk=verification_id, status=Status.QUEUED).update(hinted_at=timezone.now())
