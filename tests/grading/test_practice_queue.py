"""A practice run from start to results, and what becomes of it when something goes wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from engine.spec import Spec
from grading import tasks
from grading.models import PracticeRun, Status
from grading.models.work import MOST_ATTEMPTS
from grading.selectors import leaderboard
from grading.services import leases
from grading.services import practice as service
from grading.services.leases import LOST_WORKER
from grading.services.practice import claim_practice, run_practice, settle_practice, start_practice, sweep_practice
from tests.world import QUICK_SPEC, World, hand_in, make_world

pytestmark = pytest.mark.django_db
SEEDS = ["0.7", "0.8", "0.9"]


@pytest.fixture
def world() -> World:
    world = make_world()
    world.task.practice_seeds = SEEDS
    world.task.save()
    return world


def start(world: World, spec: Spec = QUICK_SPEC) -> PracticeRun:
    return start_practice(task=world.task, enrollment=world.owner, spec=spec)


def test_it_trains_the_own_seed_and_the_practice_seeds(world: World) -> None:
    run = start(world)
    assert run_practice(practice_run_id=run.pk, worker="one") is True
    run.refresh_from_db()
    assert (run.status, run.attempt, run.worker) == (Status.COMPLETED, 1, "one")
    assert run.own_result is not None
    assert (run.own_result.seed, run.own_result.reached) == ("0.31415", 101)
    assert [result.seed for result in run.practice_results] == SEEDS
    assert run.losses.shape == (102, 2)
    assert run.own_result.best_loss == pytest.approx(run.losses[run.own_result.best_epoch].max())


def test_a_design_without_a_seed_is_trained_on_the_practice_seeds_only(world: World) -> None:
    run = start(world, QUICK_SPEC.with_seed(None))
    run_practice(practice_run_id=run.pk, worker="one")
    run.refresh_from_db()
    assert run.own_result is None
    assert [result.seed for result in run.practice_results] == SEEDS
    assert len(run.losses) == run.practice_results[0].epochs_run + 1


def test_the_course_seeds_are_not_touched(world: World) -> None:
    run = start(world)
    claim = claim_practice(practice_run_id=run.pk, worker="one")
    assert claim is not None
    assert not {one.spec.seed for one in claim.starts} & set(world.task.rules.course_seeds)


def test_it_is_never_on_the_leaderboard(world: World) -> None:
    run_practice(practice_run_id=start(world).pk, worker="one")
    assert leaderboard(world.task) == []


def test_it_is_trained_once_however_often_it_is_delivered(world: World) -> None:
    run = start(world)
    assert [run_practice(practice_run_id=run.pk, worker="one") for _ in range(2)] == [True, False]
    assert run_practice(practice_run_id=404, worker="one") is False


def test_a_late_result_of_a_lost_worker_is_dropped(world: World) -> None:
    run = start(world)
    late = claim_practice(practice_run_id=run.pk, worker="one")
    assert late is not None
    PracticeRun.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert run_practice(practice_run_id=run.pk, worker="two") is True
    assert settle_practice(claim=late, reports=[]) is False
    run.refresh_from_db()
    assert (run.worker, len(run.results)) == ("two", 4)


def test_the_sweeper_returns_it_and_hints_again(world: World) -> None:
    run = start(world)
    claim_practice(practice_run_id=run.pk, worker="one")
    assert sweep_practice(now=timezone.now() + timedelta(minutes=1)) == [run.pk]
    run.refresh_from_db()
    assert (run.status, run.last_error) == (Status.QUEUED, LOST_WORKER)


def test_an_error_in_the_work_is_tried_three_times(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any, **__: Any) -> Any:
        raise MemoryError("too large")

    monkeypatch.setattr(service, "train", break_down)
    run = start(world)
    states = []
    for _ in range(MOST_ATTEMPTS):
        assert run_practice(practice_run_id=run.pk, worker="one") is False
        run.refresh_from_db()
        states.append(run.status)
    assert states == [Status.QUEUED, Status.QUEUED, Status.FAILED]
    assert run.last_error == "MemoryError: too large"
    assert run.failed_by_us


def test_what_takes_too_long_ends_at_once_and_is_not_tried_again(world: World, settings: Any) -> None:
    settings.PRACTICE_SECONDS = 0
    run = start(world)
    assert run_practice(practice_run_id=run.pk, worker="one") is True
    run.refresh_from_db()
    assert (run.status, run.attempt, run.failed_by_us) == (Status.FAILED, 1, False)
    assert "longer than the 0 seconds" in run.last_error


def test_losing_the_lease_in_the_middle_leaves_it_to_the_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leases, "RENEW_EVERY", timedelta(0))
    run = start(world)
    taken = service.claim_practice

    def claim_and_lose(**arguments: Any) -> Any:
        claim = taken(**arguments)
        PracticeRun.objects.update(attempt=2, worker="two")
        return claim

    monkeypatch.setattr(service, "claim_practice", claim_and_lose)
    assert run_practice(practice_run_id=run.pk, worker="one") is False
    run.refresh_from_db()
    assert (run.status, run.worker) == (Status.RUNNING, "two")


def test_verifications_are_hinted_at_before_practice_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    start(world)
    hand_in(world.task, world.classmate)
    monkeypatch.setattr(tasks.practice, "delay", lambda pk: told.append("practice"))
    monkeypatch.setattr(tasks.verify, "delay", lambda pk: told.append("verification"))
    call_command("sweep", "--once")
    assert told == ["verification", "practice"]
    assert PracticeRun.objects.get().hinted_at is not None


def test_the_task_trains(world: World) -> None:
    run = start(world)
    tasks.practice(run.pk)
    run.refresh_from_db()
    assert run.status == Status.COMPLETED
