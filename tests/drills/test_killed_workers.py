"""Drill a: workers get kill -9 while Redis is killed and its data deleted; everything is graded, and once."""

import random
import time
from collections import Counter

import pytest
from django.db.models import Count, QuerySet

from coursework.models import Submission
from engine.spec import Spec
from grading.models import Outcome, Status, Verification
from grading.models.work import MOST_ATTEMPTS
from grading.services.leases import LOST_WORKER
from tests.drills.crew import Crew, KillableBroker, wait_until
from tests.drills.students import make_students
from tests.world import hand_in, make_task, make_world

# Runs that never get there take a good part of a second, so that kills find somebody at work.
SLOW_SPEC = Spec(hidden_layers=(8, 8), seed="0.5")


@pytest.mark.usefixtures("transactional_db")
def test_each_is_graded_once_whoever_is_killed(crew: Crew, own_broker: KillableBroker, full: bool) -> None:
    hand_ins, kills, seconds = (400, 100, 900) if full else (60, 20, 90)
    world, chance = make_world(), random.Random(4)
    task = make_task(world.course, slug="killed", seeds=("0.1", "0.2"), max_epochs=120, attempts=hand_ins)
    people = make_students(world.course, 20)
    crew.start(2, concurrency=2)
    submissions: list[Submission] = []
    broker_dies_at = {kills // 4, 3 * kills // 4}
    for number in range(kills):
        submissions += [
            hand_in(task, people[len(submissions) % 20], spec=SLOW_SPEC, claimed_epochs=100)
            for _ in range(hand_ins // kills)
        ]
        if number in broker_dies_at:
            own_broker.kill(delete_data=True)
        busy = wait_for_somebody_to_work(crew, seconds=60 if number == 0 else 3)
        crew.kill_one(chance, busy=busy, whole=number % 10 == 6)
        if number - 1 in broker_dies_at:
            own_broker.start()

    def settled() -> bool:
        crew.keep_running()
        return not live().exists()

    wait_until(settled, seconds=seconds, what=lambda: f"all are settled; {states()}")

    rows = Verification.objects.annotate(stored_runs=Count("runs"))
    completed = rows.filter(status=Status.COMPLETED)
    assert Counter(completed.values_list("submission", flat=True)) == Counter(row.pk for row in submissions)
    assert {(row.outcome, row.stored_runs) for row in completed} == {(Outcome.TARGET_NOT_REACHED, 3)}
    assert rows.filter(attempt__gt=MOST_ATTEMPTS).count() == 0
    # Some lost three workers by sheer chance and were queued afresh; no result of theirs was stored twice.
    failed = rows.filter(status=Status.FAILED)
    assert {(row.last_error, row.stored_runs) for row in failed} <= {(LOST_WORKER, 0)}
    lost = sum(row.attempt - 1 for row in completed) + MOST_ATTEMPTS * failed.count()
    assert lost >= kills // 4, f"only {lost} of {kills} kills hit work: the drill proves little"
    print(f"{hand_ins} hand-ins, {kills} kills: {lost} attempts lost, {failed.count()} queued afresh")


def live() -> QuerySet[Verification]:
    return Verification.objects.filter(status__in=[Status.QUEUED, Status.RUNNING])


def wait_for_somebody_to_work(crew: Crew, *, seconds: float) -> set[int]:
    """Wait a little for a kill to be worth it and name who works; without a broker that may be nobody."""
    end = time.monotonic() + seconds
    working = live().filter(status=Status.RUNNING).values_list("worker", flat=True)
    while time.monotonic() < end:
        crew.keep_running()
        # Those that were killed hold their leases for a while.
        busy = crew.pool() & {int(worker.rsplit(":", 1)[1]) for worker in working.all()}
        if busy:
            return busy
        time.sleep(0.02)
    return set()


def states() -> dict[str, int]:
    return dict(Verification.objects.values_list("status").annotate(Count("pk")))
