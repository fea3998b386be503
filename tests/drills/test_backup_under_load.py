"""Drill h: backups are made while people hand in and workers grade; what comes back lacks nothing."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from coursework.models import Enrollment, Screenshot, Submission, Task
from coursework.services.screenshots import prepare_screenshot
from tests.drills.crew import Crew, wait_until
from tests.drills.databases import empty_database
from tests.drills.students import make_students
from tests.world import hand_in, make_world, picture

COUNT = """
import json
import django
django.setup()
from django.core.files.storage import default_storage
from coursework.models import Screenshot, Submission
from grading.models import Verification
pictures = list(Screenshot.objects.values_list("submission__receipt_number", "picture"))
print(json.dumps({
    "receipts": list(Submission.objects.values_list("receipt_number", flat=True)),
    "unqueued": Submission.objects.filter(verifications=None).count(),
    "without_a_picture": [number for number, name in pictures if not default_storage.exists(name)],
    "pictures": len(pictures),
    "completed_without_runs": Verification.objects.filter(status="completed", runs=None).count(),
}))
"""


def keep_handing_in(task: Task, person: Enrollment, stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        hand_in(task, person, screenshots=[prepare_screenshot(picture(size=(40 + number % 60, 40)))])
    connections.close_all()


@pytest.fixture
def elsewhere(worker_environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    with empty_database(worker_environment["DATABASE_URL"], tmp_path) as url:
        yield worker_environment | {"DATABASE_URL": url, "DATA_DIR": str(tmp_path / "elsewhere")}


def test_nothing_is_missing(
    crew: Crew, worker_environment: dict[str, str], elsewhere: dict[str, str], tmp_path: Path, full: bool
) -> None:
    world = make_world()
    world.task.attempts = 30_000
    world.task.save()
    people = make_students(world.course, 3)
    crew.start(1)
    stop = threading.Event()
    threads = [threading.Thread(target=keep_handing_in, args=(world.task, person, stop)) for person in people]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: Submission.objects.count() >= 20, seconds=60, what="people hand in")
        for round_ in range(5 if full else 1):
            before = set(Submission.objects.values_list("receipt_number", flat=True))
            run("backup", tmp_path / "backups", "--name", f"{round_}", environment=worker_environment)
            after = set(Submission.objects.values_list("receipt_number", flat=True))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    run("restore", tmp_path / "backups" / f"{round_}", environment=elsewhere)
    told = json.loads(python(COUNT, elsewhere).splitlines()[-1])
    restored = set(told["receipts"])
    assert before <= restored <= after
    assert len(before) < len(after), "nobody handed in meanwhile: the drill proves nothing"
    assert (told["unqueued"], told["without_a_picture"], told["completed_without_runs"]) == (0, [], 0)
    assert told["pictures"] == len(restored)
    assert len(restored) <= Screenshot.objects.count()
    print(f"{len(before)} before, {len(restored)} in the backup, {len(after)} after")


def run(script: str, *arguments: object, environment: dict[str, str]) -> None:
    command = [str(settings.BASE_DIR / "scripts" / script), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def python(program: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment | {"DJANGO_SETTINGS_MODULE": "coursework.settings"},
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout
