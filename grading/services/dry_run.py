"""The life of one submission in a dry run: claimed, trained, settled. Its finding stays in its item.

Like a verification's life, every step is one conditional UPDATE, and `attempt` fences.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from engine.training import Budget, Progress
from grading.models import BatchState, Outcome, RerunBatch, RerunItem, Stage, Status
from grading.models.verification import MOST_ATTEMPTS
from grading.services.rerun import finish_batches
from grading.services.verification import HINT_AGAIN_AFTER, HINTS_PER_SWEEP, LEASE, LOST_WORKER, RENEW_EVERY, LeaseLost
from grading.services.verify import Finding, Job, verify

log = structlog.get_logger(__name__)


def _in_a_running_batch() -> Q:
    """Items of batches that run. Not a join: in an UPDATE, PostgreSQL would then not look at the row a second time."""
    return Q(batch__in=RerunBatch.objects.filter(state=BatchState.RUNNING))


@dataclass(frozen=True, slots=True)
class ItemClaim:
    """The right to settle one item, as long as its row still stands at `attempt`."""

    item_id: int
    attempt: int
    job: Job

    @property
    def row(self) -> Q:
        """The row, if it is still ours and its batch was not stopped."""
        return Q(pk=self.item_id, attempt=self.attempt, status=Status.RUNNING) & _in_a_running_batch()


def try_item(*, item_id: int, worker: str) -> bool:
    """Train one submission again and keep what was found apart; True if this call settled the item."""
    claim = claim_item(item_id=item_id, worker=worker)
    if claim is None:
        return False
    try:
        finding = verify(claim.job, on_progress=_Renewer(claim), budget=Budget(seconds=settings.VERIFICATION_SECONDS))
    except LeaseLost:
        return False
    except Exception as error:
        log.exception("dry_run_attempt_failed", item=item_id, attempt=claim.attempt)
        _end_attempts(claim.row, f"{type(error).__name__}: {error}"[:500])
        finish_batches()
        return False
    return settle_item(claim=claim, finding=finding)


def claim_item(*, item_id: int, worker: str) -> ItemClaim | None:
    """Take the lease of a waiting item, or of one whose lease ran out; None if it is not ours to do."""
    now = timezone.now()
    free = Q(status=Status.QUEUED) | Q(status=Status.RUNNING, lease_expires_at__lt=now)
    taken = RerunItem.objects.filter(free, _in_a_running_batch(), pk=item_id, attempt__lt=MOST_ATTEMPTS).update(
        status=Status.RUNNING, attempt=F("attempt") + 1, worker=worker[:120], lease_expires_at=now + LEASE
    )
    if not taken:
        return None
    item = RerunItem.objects.select_related("submission__task").get(pk=item_id)
    submission = item.submission
    return ItemClaim(item_id, item.attempt, Job(submission.spec, submission.claimed_epochs, submission.task.rules))


class _Renewer:
    """Renews the lease at most once in RENEW_EVERY; raises LeaseLost if the item is not ours any more."""

    def __init__(self, claim: ItemClaim) -> None:
        self._rows = RerunItem.objects.filter(claim.row)
        self._last = timezone.now()

    def __call__(self, _stage: Stage, _progress: Progress) -> None:
        now = timezone.now()
        if now - self._last >= RENEW_EVERY:
            if not self._rows.all().update(lease_expires_at=now + LEASE):
                raise LeaseLost
            self._last = now


def settle_item(*, claim: ItemClaim, finding: Finding) -> bool:
    """Keep the finding if the row is still ours; the last item of a batch ends it."""
    settled = RerunItem.objects.filter(claim.row).update(
        status=Status.COMPLETED, finding=_kept(finding), lease_expires_at=None, last_error=""
    )
    finish_batches()
    return bool(settled)


def _kept(finding: Finding) -> dict[str, Any]:
    """Name what a result is compared by."""
    return {
        "outcome": Outcome(finding.outcome).value,
        "retrained_epochs": finding.retrained_epochs,
        "official_epochs": finding.official_epochs,
        "engine_version": finding.engine_version,
    }


def _end_attempts(rows: Q, reason: str) -> None:
    """Return running items to the queue while attempts are left, else mark them failed."""
    running = RerunItem.objects.filter(rows, status=Status.RUNNING)
    running.filter(attempt__gte=MOST_ATTEMPTS).update(status=Status.FAILED, lease_expires_at=None, last_error=reason)
    running.update(status=Status.QUEUED, lease_expires_at=None, hinted_at=None, last_error=reason)


def sweep_dry_runs(*, now: datetime | None = None) -> list[int]:
    """Free expired leases, end batches that are through, and list the items that the broker should hear of."""
    now = now or timezone.now()
    _end_attempts(Q(lease_expires_at__lt=now), LOST_WORKER)
    finish_batches()
    unheard = Q(hinted_at__isnull=True) | Q(hinted_at__lt=now - HINT_AGAIN_AFTER)
    waiting = RerunItem.objects.filter(unheard, _in_a_running_batch(), status=Status.QUEUED)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:HINTS_PER_SWEEP])


def mark_item_hinted(*, item_id: int) -> None:
    """Remember that the broker was told of an item just now."""
    RerunItem.objects.filter(pk=item_id, status=Status.QUEUED).update(hinted_at=timezone.now())
