"""Drill c: a hand-in that kills whoever works on it is given up after three attempts, and holds nobody up."""

import dataclasses
import time

import pytest

from grading.models import Status, Verification
from grading.models.work import MOST_ATTEMPTS
from grading.services.leases import LOST_WORKER
from tests.drills.crew import Crew, wait_until
from tests.world import QUICK_SPEC, hand_in, make_world, verification_of

POISON = dataclasses.replace(QUICK_SPEC, seed="0.666")
NEXT_WITHIN = 10.0


def status(verification: Verification) -> str:
    return Verification.objects.values_list("status", flat=True).get(pk=verification.pk)


@pytest.mark.usefixtures("transactional_db")
def test_it_fails_after_three_attempts_and_the_next_is_graded_within_ten_seconds(crew: Crew) -> None:
    world = make_world()
    crew.start(1, include="tests.drills.poison", POISON_SEED="0.666")
    first = verification_of(hand_in(world.task, world.ta))
    wait_until(lambda: status(first) == Status.COMPLETED, seconds=60, what="the worker is up")

    poison = verification_of(hand_in(world.task, world.owner, spec=POISON))
    following = []
    for _ in range(MOST_ATTEMPTS):  # one behind each attempt
        wait_until(lambda: status(poison) != Status.QUEUED, seconds=30, what="somebody takes it")
        following.append(verification_of(hand_in(world.task, world.classmate)))
        took = wait_until(lambda: status(following[-1]) == Status.COMPLETED, seconds=NEXT_WITHIN, what="the next")
        print(f"the next one was graded after {took:.1f} s")
        wait_until(lambda: status(poison) != Status.RUNNING, seconds=30, what="its lease runs out")
    poison.refresh_from_db()
    assert (poison.status, poison.attempt, poison.last_error) == (Status.FAILED, MOST_ATTEMPTS, LOST_WORKER)
    time.sleep(2)  # two more rounds of the sweeper
    assert poison.submission.verifications.count() == 1
    assert {row.attempt for row in Verification.objects.exclude(pk=poison.pk)} == {1}


@pytest.mark.usefixtures("transactional_db")
def test_taking_the_whole_worker_along_changes_nothing(crew: Crew, full: bool) -> None:
    if not full:
        pytest.skip("starts a worker four times: in `make drills` only")
    world = make_world()
    crew.start(1, include="tests.drills.poison", POISON_SEED="0.666", POISON_TAKES_ALL="1")
    poison = verification_of(hand_in(world.task, world.owner, spec=POISON))

    def given_up() -> bool:
        crew.keep_running()
        return status(poison) == Status.FAILED

    wait_until(given_up, seconds=240, what="it is given up")
    following = verification_of(hand_in(world.task, world.classmate))
    wait_until(lambda: status(following) == Status.COMPLETED, seconds=60, what="the next is graded")
    poison.refresh_from_db()
    assert (poison.attempt, poison.submission.verifications.count()) == (MOST_ATTEMPTS, 1)
