"""Nothing lost, nothing graded twice: the row's life under double delivery, lost workers and late results."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coursework.drawing.live_trace import unpacked
from coursework.models import Submission
from engine.training import Progress
from grading.models import Outcome, Stage, Status, Verification, VerificationRun
from grading.models.work import MOST_ATTEMPTS
from grading.services import leases
from grading.services import verification as service
from grading.services.leases import LOST_WORKER, LeaseLost
from grading.services.verification import (
    Claim,
    claim_verification,
    queue_verification,
    renew,
    run_verification,
    settle_verification,
    sweep,
)
from grading.services.verify import Finding
from tests.world import World, hand_in, make_world, verification_of

pytestmark = pytest.mark.django_db
NOTHING_RUN = Finding(Outcome.SETTINGS_NOT_ALLOWED, "1.0.0", disallowed=("Noise 50 is not allowed: 0.",))


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def submission(world: World) -> Submission:
    return hand_in(world.task, world.owner)


@pytest.fixture
def queued(submission: Submission) -> Verification:
    return verification_of(submission)


def claim(verification: Verification, worker: str = "one") -> Claim:
    claimed = claim_verification(verification_id=verification.pk, worker=worker)
    assert claimed is not None
    return claimed


def lose_the_worker(verification: Verification) -> None:
    Verification.objects.filter(pk=verification.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))


def progress(epoch: int) -> Progress:
    losses = np.full((epoch + 1, 2), 0.5)
    return Progress(epoch=epoch, max_epochs=400, running=2, losses=losses[-1:], first_losses=lambda: losses)


def test_it_is_verified_once_however_often_it_is_delivered(queued: Verification) -> None:
    assert run_verification(verification_id=queued.pk, worker="one") is True
    assert run_verification(verification_id=queued.pk, worker="two") is False
    queued.refresh_from_db()
    assert (queued.status, queued.outcome, queued.attempt) == (Status.COMPLETED, Outcome.VERIFIED, 1)
    assert VerificationRun.objects.filter(verification=queued).count() == 4


def test_a_second_delivery_while_the_first_works_gets_nothing(queued: Verification) -> None:
    claim(queued)
    assert claim_verification(verification_id=queued.pk, worker="two") is None


def test_what_does_not_exist_is_nobody_s_work() -> None:
    assert run_verification(verification_id=404, worker="one") is False


def test_a_lost_worker_s_verification_is_taken_by_another(queued: Verification) -> None:
    claim(queued)
    lose_the_worker(queued)
    assert claim(queued, "two").attempt == 2


def test_a_late_result_of_a_lost_worker_is_dropped(queued: Verification) -> None:
    late = claim(queued)
    lose_the_worker(queued)
    assert run_verification(verification_id=queued.pk, worker="two") is True
    assert settle_verification(claim=late, finding=NOTHING_RUN) is False
    queued.refresh_from_db()
    assert queued.outcome == Outcome.VERIFIED


def test_a_late_result_is_dropped_even_while_the_other_still_works(queued: Verification) -> None:
    late = claim(queued)
    lose_the_worker(queued)
    second = claim(queued, "two")
    assert settle_verification(claim=late, finding=NOTHING_RUN) is False
    assert settle_verification(claim=second, finding=NOTHING_RUN) is True


def test_a_worker_that_lost_its_lease_stops_at_the_next_renewal(queued: Verification) -> None:
    late = claim(queued)
    lose_the_worker(queued)
    claim(queued, "two")
    with pytest.raises(LeaseLost):
        renew(claim=late, stage=Stage.RUNS, progress=progress(7))


def test_renewing_shows_progress_and_lengthens_the_lease(queued: Verification) -> None:
    ours = claim(queued)
    lose_the_worker(queued)
    renew(claim=ours, stage=Stage.RESETS, progress=progress(7))
    queued.refresh_from_db()
    assert (queued.epochs_done, queued.runs_left, queued.stage) == (7, 2, Stage.RESETS)
    assert queued.lease_expires_at is not None and queued.lease_expires_at > timezone.now()


def trace_of(verification: Verification) -> list[float]:
    trace = unpacked(bytes(Verification.objects.get(pk=verification.pk).live_trace))
    return [float(epoch) for epoch in trace[:, 0]]


def test_renewing_stores_the_losses_so_far(queued: Verification) -> None:
    ours = claim(queued)
    renew(claim=ours, stage=Stage.RUNS, progress=progress(3))
    assert trace_of(queued) == [0, 1, 2, 3]
    renew(claim=ours, stage=Stage.RESETS, progress=progress(1))  # another run's losses, after other Resets
    assert trace_of(queued) == [0, 1, 2, 3]


def test_the_losses_so_far_go_when_it_is_claimed_again_and_when_it_is_settled(queued: Verification) -> None:
    renew(claim=claim(queued), stage=Stage.RUNS, progress=progress(3))
    lose_the_worker(queued)
    second = claim(queued, "two")
    assert trace_of(queued) == []
    renew(claim=second, stage=Stage.RUNS, progress=progress(3))
    settle_verification(claim=second, finding=NOTHING_RUN)
    assert trace_of(queued) == []


def test_a_worker_that_ends_gives_its_work_back_without_using_an_attempt(queued: Verification) -> None:
    told = iter([False, False, True])
    assert run_verification(verification_id=queued.pk, worker="one", ending=lambda: next(told)) is False
    queued.refresh_from_db()
    assert (queued.status, queued.attempt, queued.hinted_at, queued.last_error) == (Status.QUEUED, 0, None, "")
    assert run_verification(verification_id=queued.pk, worker="two") is True
    queued.refresh_from_db()
    assert queued.attempt == 1


def test_a_worker_that_ends_counts_the_attempts_that_failed_before(queued: Verification) -> None:
    claim(queued)
    lose_the_worker(queued)
    sweep()
    run_verification(verification_id=queued.pk, worker="two", ending=lambda: True)
    queued.refresh_from_db()
    assert (queued.status, queued.attempt) == (Status.QUEUED, 1)


def test_what_was_given_back_can_not_be_settled_by_who_gave_it_back(queued: Verification) -> None:
    first = claim(queued, "one")
    leases.give_back_unharmed(first.row)
    assert settle_verification(claim=first, finding=NOTHING_RUN) is False
    second = claim(queued, "two")
    assert second.attempt == first.attempt  # the number is used again, so the worker's name has to fence as well
    assert settle_verification(claim=first, finding=NOTHING_RUN) is False
    leases.give_back_unharmed(first.row)
    assert settle_verification(claim=second, finding=NOTHING_RUN) is True


def test_losing_the_lease_in_the_middle_of_the_work_leaves_it_to_the_other(
    queued: Verification, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY", timedelta(0))

    def steal(**arguments: Any) -> None:
        Verification.objects.filter(pk=queued.pk).update(attempt=2, worker="two")
        renew(**arguments)

    monkeypatch.setattr(service, "renew", steal)
    assert run_verification(verification_id=queued.pk, worker="one") is False
    queued.refresh_from_db()
    assert (queued.status, queued.attempt, queued.worker) == (Status.RUNNING, 2, "two")


def test_the_sweeper_frees_an_expired_lease_and_hints_at_it(queued: Verification) -> None:
    claim(queued)
    lose_the_worker(queued)
    assert sweep() == [queued.pk]
    queued.refresh_from_db()
    assert (queued.status, queued.attempt, queued.last_error) == (Status.QUEUED, 1, LOST_WORKER)


def test_the_sweeper_leaves_a_lease_that_holds(queued: Verification) -> None:
    claim(queued)
    assert sweep() == []


def test_after_three_lost_workers_it_has_failed_with_a_reason(queued: Verification) -> None:
    for _ in range(MOST_ATTEMPTS):
        claim(queued)
        lose_the_worker(queued)
        sweep()
    queued.refresh_from_db()
    assert (queued.status, queued.outcome, queued.last_error) == (Status.FAILED, None, LOST_WORKER)
    assert claim_verification(verification_id=queued.pk, worker="four") is None
    assert sweep() == []


def test_an_error_in_the_work_gives_it_back_and_fails_in_the_end(
    queued: Verification, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: Any, **__: Any) -> Finding:
        raise MemoryError("too large")

    monkeypatch.setattr(service, "verify", break_down)
    states = []
    for _ in range(MOST_ATTEMPTS):
        assert run_verification(verification_id=queued.pk, worker="one") is False
        queued.refresh_from_db()
        states.append(queued.status)
    assert states == [Status.QUEUED, Status.QUEUED, Status.FAILED]
    assert queued.last_error == "MemoryError: too large"


def test_work_beyond_the_budget_is_given_back(queued: Verification, settings: Any) -> None:
    settings.VERIFICATION_SECONDS = 0
    assert run_verification(verification_id=queued.pk, worker="one") is False
    queued.refresh_from_db()
    assert queued.status == Status.QUEUED
    assert queued.last_error.startswith("BudgetExceeded")


def test_hints_go_to_those_that_were_not_heard_of_lately_oldest_first(world: World) -> None:
    now = timezone.now()
    rows = [verification_of(hand_in(world.task, person)) for person in (world.owner, world.classmate, world.ta)]
    for row, minutes, hinted in zip(rows, (1, 3, 2), (None, now - timedelta(minutes=2), now), strict=True):
        Verification.objects.filter(pk=row.pk).update(queued_at=now - timedelta(minutes=minutes), hinted_at=hinted)
    assert sweep(now=now) == [rows[1].pk, rows[0].pk]


def test_a_long_queue_does_not_flood_the_broker(queued: Verification, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "HINTS_PER_SWEEP", 0)
    assert sweep() == []


def test_one_live_verification_per_submission(submission: Submission, queued: Verification) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        queue_verification(submission=submission)
    run_verification(verification_id=queued.pk, worker="one")
    assert queue_verification(submission=submission).status == Status.QUEUED


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.COMPLETED},
        {"outcome": Outcome.VERIFIED},
        {"status": Status.RUNNING},
        {"attempt": MOST_ATTEMPTS + 1},
        {"status": "odd"},
    ],
)
def test_the_database_refuses_rows_that_can_not_be(queued: Verification, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Verification.objects.filter(pk=queued.pk).update(**fields)
