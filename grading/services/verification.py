"""The life of a verification: queued, claimed, renewed, settled or given back, by the rules of `leases`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from coursework.drawing.live_trace import packed
from coursework.models import Submission, User
from coursework.services.events import record
from engine.training import Budget, Progress, Report
from grading.models import Outcome, RunKind, Stage, Status, Verification, VerificationRun
from grading.models.verification import pack_network
from grading.models.work import MOST_ATTEMPTS, pack_losses
from grading.services import leases
from grading.services.fresh_starts import start_afresh
from grading.services.leases import HINTS_PER_SWEEP, LOST_WORKER, LeaseLost, WorkerEnds
from grading.services.lti.passback import mark_scores
from grading.services.verify import Finding, Job, OnProgress, best_epoch, verify
from grading.services.webhooks.telling import tell_verified

log = structlog.get_logger(__name__)
_WITH_COURSE = "submission__task__assignment__course"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to settle one verification, as long as the row still stands at `attempt` and with `worker`."""

    verification_id: int
    attempt: int
    worker: str
    job: Job
    submission: Submission  # with its task, assignment and course

    @property
    def row(self) -> QuerySet[Verification]:
        """The row, if it is still ours."""
        held = leases.held(pk=self.verification_id, attempt=self.attempt, worker=self.worker)
        return Verification.objects.filter(held)


def queue_verification(*, submission: Submission, requested_by: User | None = None) -> Verification:
    """Put a submission in the queue; called in the transaction that stores it, or that asks for a rerun."""
    return Verification.objects.create(submission=submission, queued_at=timezone.now(), requested_by=requested_by)


def run_verification(*, verification_id: int, worker: str, ending: Callable[[], bool] = leases.never) -> bool:
    """Verify one queued submission; True if this call settled it, False if it was not ours to do or was given back.

    `ending` is asked several times a second: once it says yes, the work stops and is given back without harm.
    """
    claim = claim_verification(verification_id=verification_id, worker=worker)
    if claim is None:
        return False  # delivered twice, or another worker has it
    try:
        on_progress = _renewer(claim, leases.Pace(ending))
        finding = verify(claim.job, on_progress=on_progress, budget=Budget(seconds=settings.VERIFICATION_SECONDS))
    except LeaseLost:
        log.warning("lease_lost", verification=verification_id, attempt=claim.attempt)
        return False
    except WorkerEnds:
        log.info("given_back_unharmed", verification=verification_id)
        leases.give_back_unharmed(claim.row)
        return False
    except Exception as error:
        log.exception("verification_attempt_failed", verification=verification_id, attempt=claim.attempt)
        give_back(claim=claim, reason=f"{type(error).__name__}: {error}"[:500])
        return False
    return settle_verification(claim=claim, finding=finding)


def claim_verification(*, verification_id: int, worker: str) -> Claim | None:
    """Take the lease of a queued verification, or of one whose lease ran out; None if somebody else has it."""
    with transaction.atomic():
        if not leases.take(Verification.objects.filter(pk=verification_id), worker=worker, stage=Stage.RUNS):
            return None
        verification = Verification.objects.select_related(_WITH_COURSE).get(pk=verification_id)
        submission = verification.submission
        job = Job(submission.spec, submission.claimed_epochs, submission.task.rules)
        return Claim(verification_id, verification.attempt, verification.worker, job, submission)


def renew(*, claim: Claim, stage: Stage, progress: Progress) -> None:
    """Lengthen the lease and store how far the runs are; raises LeaseLost if the row is not ours any more."""
    fields: dict[str, Any] = {"stage": stage}
    if stage is Stage.RUNS:  # in the later stages the first run is another than the submitted one
        fields["live_trace"] = packed(progress.first_losses())
    leases.renew(claim.row, progress=progress, **fields)


def _renewer(claim: Claim, pace: leases.Pace) -> OnProgress:
    """Return a callback that renews the lease when it is time to."""

    def on_progress(stage: Stage, progress: Progress) -> None:
        if pace.due(progress):
            renew(claim=claim, stage=stage, progress=progress)

    return on_progress


def settle_verification(*, claim: Claim, finding: Finding) -> bool:
    """Store the finding if the row is still ours; False (and nothing stored) for the late result of a lost worker."""
    with transaction.atomic():
        if not leases.settle(claim.row, outcome=finding.outcome, **_result_fields(finding)):
            return False
        rows = [_run_row(claim, position, report) for position, report in enumerate(finding.reports)]
        VerificationRun.objects.bulk_create(rows)
        _record(
            "verification.settled",
            claim.submission,
            verification=claim.verification_id,
            attempt=claim.attempt,
            outcome=str(finding.outcome),
            engine=finding.engine_version,
            retrained_epochs=finding.retrained_epochs,
            official_epochs=finding.official_epochs,
        )
        tell_verified(claim.submission, claim.verification_id)
        mark_scores(task=claim.submission.task, enrollments=[claim.submission.enrollment_id])
    log.info("verification_settled", verification=claim.verification_id, outcome=Outcome(finding.outcome).value)
    return True


def _record(action: str, submission: Submission, **details: Any) -> None:
    """Remember what came of a verification; nobody did it but us."""
    course, subject = submission.task.assignment.course, f"submission {submission.receipt_number}"
    record(action=action, actor=None, course=course, subject=subject, about=[submission], **details)


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
        trace=pack_losses(report.losses) if is_own else b"",
        weights=pack_network(report.network) if is_own else b"",
    )


def give_back(*, claim: Claim, reason: str) -> None:
    """End an attempt that brought no result: back into the queue, or failed after the last attempt."""
    with transaction.atomic():
        if leases.end_attempts(claim.row, reason=reason):
            _record("verification.failed", claim.submission, verification=claim.verification_id, attempt=claim.attempt)


def sweep(*, now: datetime | None = None) -> list[int]:
    """Return expired leases to the queue and list the verifications that the broker should hear of (again).

    Hand-ins come before reruns, and of both the oldest first.
    """
    now = now or timezone.now()
    rows = Verification.objects.all()
    unlucky = rows.filter(lease_expires_at__lt=now, status=Status.RUNNING, attempt__gte=MOST_ATTEMPTS)
    for verification in list(unlucky.select_related(_WITH_COURSE)):
        _fail_lost(verification, now=now)
        start_afresh(verification, now=now)
    leases.end_expired(rows, now=now)
    is_rerun = ExpressionWrapper(Q(requested_by__isnull=False), output_field=BooleanField())
    in_order = Verification.objects.order_by(is_rerun, "queued_at", "pk")
    return leases.unheard(in_order, now=now, at_most=HINTS_PER_SWEEP)


def _fail_lost(verification: Verification, *, now: datetime) -> None:
    """End a verification whose last attempt lost its worker, unless another sweeper just did."""
    with transaction.atomic():
        if leases.end_expired(Verification.objects.filter(pk=verification.pk), now=now):
            details = {"verification": verification.pk, "attempt": verification.attempt}
            _record("verification.failed", verification.submission, **details)
            log.error("verification_failed", verification=verification.pk, reason=LOST_WORKER)


def mark_hinted(*, verification_id: int) -> None:
    """Remember that the broker was told of a verification just now."""
    leases.mark_hinted(Verification.objects.filter(pk=verification_id))
