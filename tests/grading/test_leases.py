"""What verifications and practice runs share: one row, one worker at a time, three attempts."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db.models import QuerySet
from django.utils import timezone

from engine.training import Progress
from grading.models import PracticeRun, Status, Verification
from grading.models.work import MOST_ATTEMPTS
from grading.services import leases
from grading.services.leases import LOST_WORKER, LeaseLost, WorkerEnds
from tests.world import hand_in, make_world, settled_practice, verification_of

pytestmark = pytest.mark.django_db
LOSSES = np.full((2, 2), 0.5)


def progress(*, epoch: int = 7, running: int = 2) -> Progress:
    return Progress(epoch=epoch, max_epochs=400, running=running, losses=LOSSES, first_losses=lambda: LOSSES)


@pytest.fixture(params=[Verification, PracticeRun])
def rows(request: Any) -> QuerySet[Any]:
    """One queued row of either kind."""
    world = make_world()
    if request.param is Verification:
        return Verification.objects.filter(pk=verification_of(hand_in(world.task, world.owner)).pk)
    run = settled_practice(world.task, world.owner, status=Status.QUEUED, finished_at=None)
    return PracticeRun.objects.filter(pk=run.pk)


def ours(rows: QuerySet[Any]) -> QuerySet[Any]:
    row = rows.get()
    return rows.filter(leases.held(pk=row.pk, attempt=row.attempt, worker=row.worker))


def lose(rows: QuerySet[Any]) -> None:
    rows.update(lease_expires_at=timezone.now() - timedelta(seconds=1))


def test_only_one_gets_it(rows: QuerySet[Any]) -> None:
    assert [leases.take(rows, worker=name) for name in ("one", "two")] == [True, False]
    assert (rows.get().worker, rows.get().attempt, rows.get().status) == ("one", 1, Status.RUNNING)


def test_an_expired_lease_can_be_taken_and_the_first_can_neither_renew_nor_settle(rows: QuerySet[Any]) -> None:
    leases.take(rows, worker="one")
    first = ours(rows)
    lose(rows)
    assert leases.take(rows, worker="two") is True
    with pytest.raises(LeaseLost):
        leases.renew(first, progress=progress())
    assert leases.settle(first) is False
    assert rows.get().status == Status.RUNNING


def test_renewing_lengthens_the_lease_and_tells_how_far_it_is(rows: QuerySet[Any]) -> None:
    leases.take(rows, worker="one")
    lose(rows)
    leases.renew(ours(rows), progress=progress())
    row = rows.get()
    assert (row.epochs_done, row.runs_left) == (7, 2)
    assert row.lease_expires_at > timezone.now()


def test_three_lost_workers_and_it_has_failed(rows: QuerySet[Any]) -> None:
    failed = []
    for _ in range(MOST_ATTEMPTS):
        leases.take(rows, worker="one")
        lose(rows)
        failed.append(leases.end_expired(rows, now=timezone.now()))
    row = rows.get()
    assert failed == [0, 0, 1]
    assert (row.status, row.last_error) == (Status.FAILED, LOST_WORKER)
    assert row.finished_at is not None
    assert leases.take(rows, worker="four") is False


def test_a_lease_that_holds_is_left_alone(rows: QuerySet[Any]) -> None:
    leases.take(rows, worker="one")
    assert leases.end_expired(rows, now=timezone.now()) == 0
    assert rows.get().status == Status.RUNNING


def test_who_was_hinted_at_lately_is_not_named_again(rows: QuerySet[Any]) -> None:
    now = timezone.now()
    assert leases.unheard(rows, now=now, at_most=5) == [rows.get().pk]
    leases.mark_hinted(rows)
    assert leases.unheard(rows, now=now, at_most=5) == []
    assert leases.unheard(rows, now=now + timedelta(minutes=1), at_most=5) == [rows.get().pk]


def test_what_is_given_back_unharmed_costs_no_attempt(rows: QuerySet[Any]) -> None:
    leases.take(rows, worker="one")
    first = ours(rows)
    leases.give_back_unharmed(first)
    assert (rows.get().status, rows.get().attempt) == (Status.QUEUED, 0)
    leases.take(rows, worker="two")
    assert leases.settle(first) is False


def test_the_pace_is_one_renewal_in_a_while_and_one_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    pace = leases.Pace(leases.never)
    assert [pace.due(progress()) for _ in range(3)] == [False] * 3
    assert pace.due(progress(running=0)) and pace.due(progress(epoch=400))
    monkeypatch.setattr(leases, "RENEW_EVERY", timedelta(0))
    assert all(pace.due(progress()) for _ in range(3))


def test_the_pace_stops_the_work_when_the_worker_ends() -> None:
    with pytest.raises(WorkerEnds):
        leases.Pace(lambda: True).due(progress())
