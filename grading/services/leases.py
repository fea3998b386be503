"""The life of a row of work: queued, claimed, renewed, settled or given back. The row is the queue.

Every step is one conditional UPDATE, so that of two workers only one gets through. `attempt` and `worker` fence: who
lost the lease can neither renew nor settle. Verifications and practice runs both live like this.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from engine.training import Progress
from grading.models.work import MOST_ATTEMPTS, Status

LEASE = timedelta(seconds=settings.LEASE_SECONDS)
RENEW_EVERY = timedelta(seconds=1)  # also how often the page sees progress
HINT_AGAIN_AFTER = timedelta(seconds=settings.HINT_AGAIN_SECONDS)
HINTS_PER_SWEEP = 50  # a long queue must not flood the broker with copies; the oldest come first
LOST_WORKER = "The worker was lost before it had a result."


class LeaseLost(Exception):
    """Somebody else has the work now; what we compute can't count any more."""


class WorkerEnds(Exception):
    """The worker has been told to end; what it was at goes back into the queue unharmed."""


def never() -> bool:
    """Say that nobody has told the worker to end."""
    return False


def held(*, pk: int, attempt: int, worker: str) -> Q:
    """Return the condition under which a row is still ours."""
    return Q(pk=pk, attempt=attempt, worker=worker, status=Status.RUNNING)


def take(rows: QuerySet[Any], *, worker: str, lease: timedelta = LEASE, **fields: Any) -> bool:
    """Take the lease of a row that is queued, or whose lease ran out; False if somebody else has it.

    `lease` is how long the work may take without a sign of life.
    """
    now = timezone.now()
    free = Q(status=Status.QUEUED) | Q(status=Status.RUNNING, lease_expires_at__lt=now)
    taken = rows.filter(free, attempt__lt=MOST_ATTEMPTS).update(
        status=Status.RUNNING,
        attempt=F("attempt") + 1,
        worker=worker[:120],
        lease_expires_at=now + lease,
        started_at=now,
        **rows.model.BEFORE_ATTEMPT | fields,
    )
    return bool(taken)


def renew(rows: QuerySet[Any], *, progress: Progress, **fields: Any) -> None:
    """Lengthen the lease and store how far the runs are; raises LeaseLost if the row is not ours any more."""
    renewed = rows.update(
        lease_expires_at=timezone.now() + LEASE, epochs_done=progress.epoch, runs_left=progress.running, **fields
    )
    if not renewed:
        raise LeaseLost


class Pace:
    """Says when it is time to renew: once in RENEW_EVERY, and at the end of a training, whose whole curve is kept so.

    `ending` is asked each time; once it says yes, WorkerEnds is raised.
    """

    def __init__(self, ending: Callable[[], bool]) -> None:
        self._ending = ending
        self._last = timezone.now()

    def due(self, progress: Progress) -> bool:
        """Say whether to renew now; raises WorkerEnds."""
        if self._ending():
            raise WorkerEnds
        now = timezone.now()
        is_last = not progress.running or progress.epoch == progress.max_epochs
        if not is_last and now - self._last < RENEW_EVERY:
            return False
        self._last = now
        return True


def settle(rows: QuerySet[Any], **result: Any) -> bool:
    """Store the result if the row is still ours; False (and nothing stored) for the late result of a lost worker."""
    settled = rows.update(
        status=Status.COMPLETED,
        finished_at=timezone.now(),
        lease_expires_at=None,
        last_error="",
        **rows.model.AFTER_ATTEMPT | result,
    )
    return bool(settled)


def end_attempts(rows: QuerySet[Any], *, reason: str, now: datetime | None = None) -> int:
    """Return running rows to the queue while attempts are left, else mark them failed; returns how many failed."""
    running = rows.filter(status=Status.RUNNING)
    running.filter(attempt__lt=MOST_ATTEMPTS).update(
        status=Status.QUEUED,
        lease_expires_at=None,
        hinted_at=None,
        last_error=reason,
        **rows.model.AFTER_ATTEMPT,
    )
    return fail(running.filter(attempt__gte=MOST_ATTEMPTS), reason=reason, now=now)


def give_back_unharmed(rows: QuerySet[Any]) -> None:
    """Return a claim into the queue as if it had not been taken: an orderly end is nobody's failed attempt.

    The number of the attempt is used again by the next claim. That is safe: who gives back has stopped working by
    then, so no late result can come from it.
    """
    rows.update(
        status=Status.QUEUED,
        attempt=F("attempt") - 1,
        lease_expires_at=None,
        hinted_at=None,
        **rows.model.AFTER_ATTEMPT,
    )


def fail(rows: QuerySet[Any], *, reason: str, now: datetime | None = None) -> int:
    """End rows without a result, for good; returns how many there were."""
    return rows.update(
        status=Status.FAILED,
        lease_expires_at=None,
        finished_at=now or timezone.now(),
        last_error=reason,
        **rows.model.AFTER_ATTEMPT,
    )


def end_expired(rows: QuerySet[Any], *, now: datetime) -> int:
    """End the attempts of workers that were lost; returns how many rows failed by that."""
    return end_attempts(rows.filter(lease_expires_at__lt=now), reason=LOST_WORKER, now=now)


def unheard(rows: QuerySet[Any], *, now: datetime, at_most: int) -> list[int]:
    """List the rows that the broker should hear of (again), in the order in which `rows` stand.

    The broker may have lost its data or never heard: whoever waits longer than HINT_AGAIN_AFTER without a hint is
    named. Naming one twice is harmless, since claiming is exclusive.
    """
    not_lately = Q(hinted_at__isnull=True) | Q(hinted_at__lt=now - HINT_AGAIN_AFTER)
    waiting = rows.filter(not_lately, status=Status.QUEUED)
    return list(waiting.values_list("pk", flat=True)[:at_most])


def mark_hinted(rows: QuerySet[Any]) -> None:
    """Remember that the broker was told of these just now."""
    rows.filter(status=Status.QUEUED).update(hinted_at=timezone.now())
