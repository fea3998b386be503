"""Drill g: the disk is full while somebody hands in. The form says so; no row, no file, not half of one is left."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from coursework.models import Screenshot, Submission
from grading.models import Verification
from tests.coursework.bad_pictures import encoded, noise
from tests.drills.crew import WebServer
from tests.drills.students import File, Student
from tests.world import QUICK_SPEC, make_world

ROOM = 256 * 1024
FITS = File("fits.png", "image/png", encoded("PNG", noise(100, 100)))  # 30 kB, stored as large as it comes
TOO_LARGE = File("large.png", "image/png", encoded("PNG", noise(400, 400)))  # 480 kB


@pytest.fixture
def small_disk(data_dir: Path) -> Iterator[Path]:
    """A real disk for the uploads, of 256 kB."""
    media = data_dir / "media"
    media.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "drill", str(media)]
    if os.getuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a small disk, and not in every container")
    try:
        yield media
    finally:
        subprocess.run(["umount", "--lazy", str(media)], check=True)


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_disk_that_is_really_full(
    small_disk: Path, transactional_db: None, broker: Celery, worker_environment: dict[str, str], data_dir: Path
) -> None:
    world = make_world()
    web = WebServer(worker_environment, data_dir)
    try:
        student = Student(web.port, world.owner)
        first = student.hand_in(world.task, spec=QUICK_SPEC, files=[FITS])
        assert first.status == 302
        before = files_in(small_disk)
        refused = student.hand_in(world.task, spec=QUICK_SPEC, files=[FITS, TOO_LARGE])
        assert refused.status == 503
        assert b"We could not store" in refused.body
        assert b"no attempt is used up" in refused.body
        assert files_in(small_disk) == before
        assert (Submission.objects.count(), Screenshot.objects.count(), Verification.objects.count()) == (1, 1, 1)
        again = student.hand_in(world.task, spec=QUICK_SPEC, files=[FITS, FITS])
        assert again.status == 302
    finally:
        web.close()
    stored = {str(row.picture.name) for row in Screenshot.objects.all()}
    assert {str(path.relative_to(small_disk)) for path in files_in(small_disk)} == stored


def test_no_file_may_grow_beyond_a_limit(
    transactional_db: None, broker: Celery, worker_environment: dict[str, str], data_dir: Path
) -> None:
    """Without being root: a server whose files may have 64 kB, as with a quota. Its database is not below that."""
    if worker_environment["DATABASE_URL"].startswith("sqlite"):
        pytest.skip("the limit would hold for SQLite's file too")
    data_dir.mkdir(parents=True, exist_ok=True)
    world = make_world()
    web = WebServer(worker_environment, data_dir, most_file_bytes=64 * 1024)
    try:
        student = Student(web.port, world.owner)
        refused = student.hand_in(world.task, spec=QUICK_SPEC, files=[FITS, TOO_LARGE])
        assert refused.status == 503
        assert files_in(data_dir / "media") == []
        assert student.hand_in(world.task, spec=QUICK_SPEC, files=[FITS]).status == 302
    finally:
        web.close()
    assert Submission.objects.count() == Screenshot.objects.count() == 1


def test_a_database_without_room(
    transactional_db: None, broker: Celery, worker_environment: dict[str, str], data_dir: Path
) -> None:
    """SQLite's file may not grow: 503, and the pictures that were stored first are gone again."""
    if not worker_environment["DATABASE_URL"].startswith("sqlite"):
        pytest.skip("PostgreSQL's disk is its own machine's")
    data_dir.mkdir(parents=True, exist_ok=True)
    world = make_world()
    database = Path(worker_environment["DATABASE_URL"].removeprefix("sqlite:///"))
    student = Student(0, world.owner)  # signed in while there is room
    most = max(path.stat().st_size for path in database.parent.iterdir())
    web = WebServer(worker_environment, data_dir, most_file_bytes=most)
    try:
        student.port = web.port
        answers = [student.hand_in(world.task, spec=QUICK_SPEC) for _ in range(3)]
    finally:
        web.close()
    assert {answer.status for answer in answers} <= {302, 503}
    taken = sum(answer.status == 302 for answer in answers)
    assert (Submission.objects.count(), len(files_in(data_dir / "media"))) == (taken, taken)
