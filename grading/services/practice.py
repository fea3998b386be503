"""Practice runs: started within limits, then queued, claimed, renewed and settled by the rules of `leases`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from coursework.deadlines import Standing
from coursework.drawing.live_trace import packed
from coursework.models import Enrollment, Task
from coursework.rules import TaskRules
from coursework.selectors.deadlines import window_for
from engine.errors import BudgetExceeded
from engine.spec import Spec
from engine.training import Budget, Progress, Report, Start, train
from grading.models import PracticeRun
from grading.models.practice import SeedResult
from grading.models.work import LIVE, pack_losses
from grading.practice_reads import quota_of
from grading.services import leases
from grading.services.leases import HINTS_PER_SWEEP, LOST_WORKER, LeaseLost, WorkerEnds
from grading.services.verify import best_epoch

log = structlog.get_logger(__name__)


class PracticeRefused(Exception):
    """The practice run can't be started; the message says why and what can be done, in words for the student."""


class OneIsLive(PracticeRefused):
    """The person has a practice run that is not done yet."""


class NoRunsLeft(PracticeRefused):
    """The person has used what the task gives in a day; one more is possible at `next_at`."""

    def __init__(self, message: str, next_at: datetime | None) -> None:
        super().__init__(message)
        self.next_at = next_at


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to settle one practice run, as long as the row still stands at `attempt` and with `worker`."""

    practice_run_id: int
    attempt: int
    worker: str
    spec: Spec
    practice_seeds: tuple[str, ...]
    rules: TaskRules

    @property
    def row(self) -> QuerySet[PracticeRun]:
        """The row, if it is still ours."""
        held = leases.held(pk=self.practice_run_id, attempt=self.attempt, worker=self.worker)
        return PracticeRun.objects.filter(held)

    @property
    def starts(self) -> list[Start]:
        """The design's own seed if it has one, then the practice seeds."""
        own = [self.spec] if self.spec.seed else []
        return [Start(spec) for spec in (*own, *(self.spec.with_seed(seed) for seed in self.practice_seeds))]


def start_practice(*, task: Task, enrollment: Enrollment, spec: Spec) -> PracticeRun:
    """Queue a practice run; raises PracticeRefused outside the limits. That the task allows `spec` is checked before.

    The student's row is locked meanwhile, so that clicking twice starts one.
    """
    with transaction.atomic():
        Enrollment.objects.select_for_update().get(pk=enrollment.pk)
        now = timezone.now()
        _require_open(task, enrollment, now)
        _require_room(task, enrollment, now)
        return PracticeRun.objects.create(task=task, enrollment=enrollment, settings=spec.to_dict(), queued_at=now)


def _require_open(task: Task, enrollment: Enrollment, now: datetime) -> None:
    """Refuse a task without practice, and for students one that is not open."""
    if not task.practice_seeds or not task.practice_per_day:
        raise PracticeRefused("This task has no practice runs.")
    standing = window_for(assignment=task.assignment, enrollment=enrollment).standing(now)
    if enrollment.is_course_staff or standing.accepted:
        return
    if standing is Standing.EARLY:
        raise PracticeRefused("This assignment is not open yet: practice once it has opened.")
    raise PracticeRefused("This assignment is closed, and with it its practice runs.")


def _require_room(task: Task, enrollment: Enrollment, now: datetime) -> None:
    """Refuse a second one at a time, and more than the task gives in a day. Called under the lock."""
    if PracticeRun.objects.filter(enrollment=enrollment, status__in=LIVE).exists():
        raise OneIsLive("A practice run of yours is not done yet: start the next one when it is.")
    quota = quota_of(task=task, enrollment=enrollment, now=now)
    if not quota.left:
        raise NoRunsLeft(
            f"All {task.practice_per_day} practice runs of the last 24 hours are used. What you can hand in is not "
            "touched by that.",
            quota.next_at,
        )


def run_practice(*, practice_run_id: int, worker: str, ending: Callable[[], bool] = leases.never) -> bool:
    """Train one queued practice run; True if this call settled it, False if it was not ours to do or was given back."""
    claim = claim_practice(practice_run_id=practice_run_id, worker=worker)
    if claim is None:
        return False  # delivered twice, or another worker has it
    try:
        reports = _train(claim, leases.Pace(ending))
    except LeaseLost:
        log.warning("lease_lost", practice_run=practice_run_id, attempt=claim.attempt)
        return False
    except WorkerEnds:
        log.info("given_back_unharmed", practice_run=practice_run_id)
        leases.give_back_unharmed(claim.row)
        return False
    except BudgetExceeded:  # it would take as long again
        reason = f"It takes longer than the {settings.PRACTICE_SECONDS} seconds that a practice run may take."
        return bool(leases.fail(claim.row, reason=reason))
    except Exception as error:
        log.exception("practice_attempt_failed", practice_run=practice_run_id, attempt=claim.attempt)
        leases.end_attempts(claim.row, reason=f"{type(error).__name__}: {error}"[:500])
        return False
    return settle_practice(claim=claim, reports=reports)


def claim_practice(*, practice_run_id: int, worker: str) -> Claim | None:
    """Take the lease of a queued practice run, or of one whose lease ran out; None if somebody else has it."""
    with transaction.atomic():
        if not leases.take(PracticeRun.objects.filter(pk=practice_run_id), worker=worker):
            return None
        run = PracticeRun.objects.select_related("task").get(pk=practice_run_id)
        return Claim(run.pk, run.attempt, run.worker, run.spec, tuple(run.task.practice_seeds), run.task.rules)


def _train(claim: Claim, pace: leases.Pace) -> list[Report]:
    def renew(progress: Progress) -> None:
        if pace.due(progress):
            leases.renew(claim.row, progress=progress, live_trace=packed(progress.first_losses()))

    return train(
        claim.starts,
        stop=claim.rules.criterion,
        max_epochs=claim.rules.max_epochs,
        target=claim.rules.loss_threshold,
        budget=Budget(seconds=settings.PRACTICE_SECONDS),
        on_progress=renew,
    )


def settle_practice(*, claim: Claim, reports: Sequence[Report]) -> bool:
    """Store the results if the row is still ours; False (and nothing stored) for the late result of a lost worker."""
    results = [asdict(_result(report, claim.rules.criterion)) for report in reports]
    trace = pack_losses(reports[0].losses) if reports else b""
    settled = leases.settle(claim.row, results=results, trace=trace)
    if settled:
        log.info("practice_settled", practice_run=claim.practice_run_id)
    return settled


def _result(report: Report, criterion: str) -> SeedResult:
    epoch, loss = best_epoch(report.losses, criterion)
    return SeedResult(
        seed=report.spec.seed or "",
        reached=report.reached.first(criterion),
        epochs_run=report.epochs_run,
        best_epoch=epoch,
        best_loss=loss,
        diverged_at=report.diverged_at,
    )


def sweep_practice(*, now: datetime | None = None) -> list[int]:
    """Return expired leases to the queue and list the practice runs that the broker should hear of (again)."""
    now = now or timezone.now()
    failed = leases.end_expired(PracticeRun.objects.all(), now=now)
    if failed:
        log.error("practice_runs_failed", count=failed, reason=LOST_WORKER)
    oldest_first = PracticeRun.objects.order_by("queued_at", "pk")
    return leases.unheard(oldest_first, now=now, at_most=HINTS_PER_SWEEP)


def mark_practice_hinted(*, practice_run_id: int) -> None:
    """Remember that the broker was told of a practice run just now."""
    leases.mark_hinted(PracticeRun.objects.filter(pk=practice_run_id))
