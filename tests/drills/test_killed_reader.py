"""Drill i: the reader is killed while it reads, and hints at pictures are lost; verifying does not notice any of it."""

import functools
from collections import Counter
from pathlib import Path

import pytest
from django.db.models import QuerySet

from coursework.models import Enrollment, Task
from coursework.services.screenshots import prepare_screenshot
from grading import tasks
from grading.models import PictureReading, Status, Verification
from grading.models.work import MOST_ATTEMPTS
from tests.drills.crew import Crew, wait_until
from tests.world import hand_in, make_task, make_world, picture, verification_of

VERIFIED_WITHIN = 10.0


@pytest.mark.usefixtures("transactional_db")
def test_every_picture_is_read_once_in_the_end_and_no_verification_waits(
    crew: Crew, tmp_path: Path, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills, hits, slowest = 8 if full else 1, 0, 0.0
    world, log = make_world(), tmp_path / "read"
    task = make_task(world.course, slug="read", attempts=20)
    log.touch()
    crew.start(1, SLOW_READER_SECONDS="1.5", SLOW_READER_LOG=str(log))
    crew.start_reader(include="tests.drills.slow_reader")
    first = hand_in_picture(task, world.ta, 0)
    wait_until(functools.partial(is_settled, first), seconds=60, what="the workers are up")
    monkeypatch.setattr(tasks.read_picture, "delay", lambda _: None)  # from now on hints are lost on their way
    for number in range(1, kills + 1):
        wait_until(at_work().exists, seconds=60, what="the reader is at a picture")
        crew.kill_reader()
        hits += at_work().exists()  # what was read just before the kill is not lost
        following = hand_in_picture(task, world.owner, number)
        took = wait_until(functools.partial(is_settled, following), seconds=VERIFIED_WITHIN, what="it is verified")
        slowest = max(slowest, took)
    unread = PictureReading.objects.exclude(status=Status.COMPLETED)
    wait_until(lambda: not unread.exists(), seconds=90, what=lambda: list(unread.values("status", "attempt")))

    rows = list(PictureReading.objects.all())
    assert len(rows) == kills + 1
    assert all(row.reading is not None and row.last_error == "" for row in rows)
    assert 1 <= hits <= sum(row.attempt - 1 for row in rows)
    # Read to the end as often as there are pictures, each of them once; those that were killed never got there.
    read = Counter(log.read_text().split())
    assert (len(read), set(read.values())) == (len(rows), {1})
    print(f"{hits} readings killed; meanwhile the slowest hand-in was verified after {slowest:.1f} s")


def hand_in_picture(task: Task, enrollment: Enrollment, number: int) -> Verification:
    """Hand in a picture like no other."""
    shot = prepare_screenshot(picture(size=(64, 48 + number)))
    return verification_of(hand_in(task, enrollment, screenshots=[shot]))


def is_settled(verification: Verification) -> bool:
    return Verification.objects.filter(pk=verification.pk, status=Status.COMPLETED).exists()


def at_work() -> QuerySet[PictureReading]:
    """Return what is being read and may be lost once more without being given up."""
    return PictureReading.objects.filter(status=Status.RUNNING, attempt__lt=MOST_ATTEMPTS)
