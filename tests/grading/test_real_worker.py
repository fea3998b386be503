"""Hand-ins verified by Celery workers of their own processes, which are killed on the way."""

import signal
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.utils import timezone

from engine.spec import Spec
from grading.models import Outcome, Status, Verification
from grading.services.verification import sweep
from grading.tasks import hint
from tests.world import World, hand_in, make_task, make_world, verification_of

MOST_SECONDS = 60


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + MOST_SECONDS
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def status(verification: Verification) -> str:
    return Verification.objects.values_list("status", flat=True).get(pk=verification.pk)


def test_a_worker_verifies_what_is_handed_in(world: World, worker: Any) -> None:
    verification = verification_of(hand_in(world.task, world.owner))
    wait_until(lambda: status(verification) == Status.COMPLETED)
    verification.refresh_from_db()
    assert (verification.outcome, verification.retrained_epochs, verification.attempt) == (Outcome.VERIFIED, 101, 1)
    assert verification.official_epochs is not None
    assert [run.kind for run in verification.runs.all()] == ["own", "course_seed", "course_seed", "course_seed"]


def test_what_a_killed_worker_left_is_verified_by_the_next(
    world: World, worker: "subprocess.Popen[bytes]", broker: Celery
) -> None:
    verification = a_long_one_under_way(world)
    kill_with_children(worker)
    assert status(verification) == Status.RUNNING
    assert sweep(now=timezone.now() + timedelta(seconds=60)) == [verification.pk]
    assert status(verification) == Status.QUEUED
    assert Verification.objects.get(pk=verification.pk).attempt == 1


def a_long_one_under_way(world: World) -> Verification:
    # One neuron never gets there, so that the work takes long enough to be interrupted.
    task = make_task(world.course, slug="long", seeds=tuple(f"0.{number}" for number in range(40)), max_epochs=20_000)
    verification = verification_of(hand_in(task, world.owner, spec=Spec(hidden_layers=(1,), seed="0.5")))
    wait_until(lambda: Verification.objects.get(pk=verification.pk).epochs_done > 0)
    return verification


def test_a_worker_told_to_end_gives_its_work_back_at_once_and_unharmed(
    world: World, worker: "subprocess.Popen[bytes]", broker: Celery
) -> None:
    verification = a_long_one_under_way(world)
    assert bytes(Verification.objects.get(pk=verification.pk).live_trace)
    worker.send_signal(signal.SIGQUIT)  # what `make run` and Compose send
    wait_until(lambda: status(verification) == Status.QUEUED)  # by itself: nobody sweeps here
    assert worker.wait(timeout=10) != -signal.SIGKILL
    verification.refresh_from_db()
    assert (verification.attempt, verification.lease_expires_at, verification.last_error) == (0, None, "")
    assert verification.hinted_at is None  # so that the sweeper's next round hints at it
    assert bytes(verification.live_trace) == b""
    assert sweep() == [verification.pk]


def test_a_worker_asked_politely_finishes_what_it_is_at(
    world: World, worker: "subprocess.Popen[bytes]", broker: Celery
) -> None:
    spec = Spec(hidden_layers=(8, 8), seed="0.5")  # a second or two
    verification = verification_of(
        hand_in(make_task(world.course, slug="longer", max_epochs=800), world.owner, spec=spec)
    )
    wait_until(lambda: status(verification) == Status.RUNNING)
    worker.send_signal(signal.SIGTERM)
    wait_until(lambda: status(verification) == Status.COMPLETED)
    assert worker.wait(timeout=20) == 0
    assert Verification.objects.get(pk=verification.pk).attempt == 1


def kill_with_children(worker: "subprocess.Popen[bytes]") -> None:
    children = subprocess.run(["pgrep", "-P", str(worker.pid)], capture_output=True, text=True, check=False)
    worker.send_signal(signal.SIGKILL)
    for child in children.stdout.split():
        subprocess.run(["kill", "-9", child], check=False)
    worker.wait()


def test_hints_that_got_lost_are_given_again(world: World, broker: Celery, worker: Any) -> None:
    verification = verification_of(hand_in(world.task, world.owner))
    with broker.connection_for_write() as connection:
        channel: Any = connection.default_channel  # Redis's channel has a client
        channel.client.delete("verification")
    Verification.objects.filter(status=Status.QUEUED).update(hinted_at=None)
    for verification_id in sweep():
        hint(verification_id)
    wait_until(lambda: status(verification) == Status.COMPLETED)
    assert Verification.objects.get(pk=verification.pk).attempt == 1
