"""The life of one submission in a dry run, by the rules of `leases`: its finding stays in its item."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from engine.training import Budget, Progress
from grading.models import BatchState, Outcome, RerunBatch, RerunItem, Stage
from grading.services import leases
from grading.services.leases import HINTS_PER_SWEEP, LeaseLost, WorkerEnds
from grading.services.rerun import finish_batches
from grading.services.verify import Finding, Job, OnProgress, verify

log = structlog.get_logger(__name__)


def _in_running_batches() -> QuerySet[RerunItem]:
    """Items of batches that run. Not a join: in an UPDATE, PostgreSQL would then not look at the row a second time."""
    return RerunItem.objects.filter(Q(batch__in=RerunBatch.objects.filter(state=BatchState.RUNNING)))


@dataclass(frozen=True, slots=True)
class ItemClaim:
    """The right to settle one item, as long as its row still stands at `attempt` and with `worker`."""

    item_id: int
    attempt: int
    worker: str
    job: Job

    @property
    def row(self) -> QuerySet[RerunItem]:
        """The row, if it is still ours and its batch was not stopped."""
        held = leases.held(pk=self.item_id, attempt=self.attempt, worker=self.worker)
        return _in_running_batches().filter(held)


def try_item(*, item_id: int, worker: str, ending: Callable[[], bool] = leases.never) -> bool:
    """Train one submission again and keep what was found apart; True if this call settled the item."""
    claim = claim_item(item_id=item_id, worker=worker)
    if claim is None:
        return False
    try:
        on_progress = _renewer(claim, leases.Pace(ending))
        finding = verify(claim.job, on_progress=on_progress, budget=Budget(seconds=settings.VERIFICATION_SECONDS))
    except LeaseLost:
        return False
    except WorkerEnds:
        leases.give_back_unharmed(claim.row)
        return False
    except Exception as error:
        log.exception("dry_run_attempt_failed", item=item_id, attempt=claim.attempt)
        leases.end_attempts(claim.row, reason=f"{type(error).__name__}: {error}"[:500])
        finish_batches()
        return False
    return settle_item(claim=claim, finding=finding)


def claim_item(*, item_id: int, worker: str) -> ItemClaim | None:
    """Take the lease of a waiting item, or of one whose lease ran out; None if it is not ours to do."""
    if not leases.take(_in_running_batches().filter(pk=item_id), worker=worker):
        return None
    item = RerunItem.objects.select_related("submission__task").get(pk=item_id)
    submission = item.submission
    job = Job(submission.spec, submission.claimed_epochs, submission.task.rules)
    return ItemClaim(item_id, item.attempt, item.worker, job)


def _renewer(claim: ItemClaim, pace: leases.Pace) -> OnProgress:
    """Return a callback that renews the lease when it is time to."""

    def on_progress(_stage: Stage, progress: Progress) -> None:
        if pace.due(progress):
            leases.renew(claim.row, progress=progress)

    return on_progress


def settle_item(*, claim: ItemClaim, finding: Finding) -> bool:
    """Keep the finding if the row is still ours; the last item of a batch ends it."""
    settled = leases.settle(claim.row, finding=_kept(finding))
    finish_batches()
    return settled


def _kept(finding: Finding) -> dict[str, Any]:
    """Name what a result is compared by."""
    return {
        "outcome": Outcome(finding.outcome).value,
        "retrained_epochs": finding.retrained_epochs,
        "official_epochs": finding.official_epochs,
        "engine_version": finding.engine_version,
    }


def sweep_dry_runs(*, now: datetime | None = None) -> list[int]:
    """Free expired leases, end batches that are through, and list the items that the broker should hear of."""
    now = now or timezone.now()
    leases.end_expired(RerunItem.objects.all(), now=now)
    finish_batches()
    return leases.unheard(_in_running_batches().order_by("pk"), now=now, at_most=HINTS_PER_SWEEP)


def mark_item_hinted(*, item_id: int) -> None:
    """Remember that the broker was told of an item just now."""
    leases.mark_hinted(RerunItem.objects.filter(pk=item_id))
