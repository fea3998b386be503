"""Drill f: the database is away while people hand in. They get a clear 503, and nobody a receipt without a row."""

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from coursework.models import Submission
from tests.drills.crew import WebServer, wait_until
from tests.drills.databases import PostgreSQL, postgresql_programs
from tests.drills.students import Answer, Student, make_students, receipts
from tests.world import QUICK_SPEC, World, make_world

STUDENTS = 4
MOST_SECONDS_TO_ANSWER = 10.0


@dataclass
class Crowd:
    """Students who hand in one after the other, each as soon as the answer before is there."""

    world: World
    students: list[Student]
    answers: list[Answer] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Crowd":
        self._threads = [threading.Thread(target=self._hand_in, args=(student,)) for student in self.students]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for thread in self._threads:
            thread.join()

    def _hand_in(self, student: Student) -> None:
        while not self.stopped.is_set():
            self.answers.append(student.hand_in(self.world.task, spec=QUICK_SPEC))
            time.sleep(0.05)

    def wait_for(self, status: int, *, more: int = 5) -> None:
        """Wait until this many more answers have this status."""
        begin = len(self.answers)
        wait_until(
            lambda: sum(answer.status == status for answer in self.answers[begin:]) >= more,
            seconds=60,
            what=lambda: f"{more} answers {status}; got {Counter(answer.status for answer in self.answers[begin:])}",
        )


def check(answers: list[Answer], stored: set[str]) -> None:
    """Every answer is a receipt or a clear 503, soon enough, and every receipt has its row."""
    assert {answer.status for answer in answers} == {302, 503}
    refused = [answer for answer in answers if answer.status == 503]
    for answer in refused:
        assert answer.headers["Retry-After"] == "30"
        assert re.search(rb"<h1>Not available just now</h1>", answer.body)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    slowest = max(answer.seconds for answer in refused)
    assert slowest < MOST_SECONDS_TO_ANSWER
    taken = set(receipts(answers))
    assert taken <= stored, "a receipt without a row"
    # One more may be stored than was answered for: where the connection broke between commit and answer.
    assert len(stored) <= len(taken) + STUDENTS
    print(f"{len(taken)} taken, {len(refused)} refused, the slowest in {slowest:.2f} s")


def crowd_of(world: World, web: WebServer) -> Crowd:
    world.task.attempts = 30_000
    world.task.save()
    return Crowd(world, [Student(web.port, person) for person in make_students(world.course, STUDENTS)])


def test_sqlite_s_file_is_away(web: WebServer, worker_environment: dict[str, str], full: bool) -> None:
    if not worker_environment["DATABASE_URL"].startswith("sqlite"):
        pytest.skip("the tests run on another database")
    path = Path(worker_environment["DATABASE_URL"].removeprefix("sqlite:///"))
    with crowd_of(make_world(), web) as crowd:
        crowd.wait_for(302)
        connections.close_all()
        with away(path):
            crowd.wait_for(503, more=STUDENTS)
            time.sleep(30 if full else 2)
            assert crowd.students[0].get("/healthz/").status == 503
        crowd.wait_for(302)
    check(crowd.answers, set(Submission.objects.values_list("receipt_number", flat=True)))


@contextmanager
def away(path: Path) -> Iterator[None]:
    """Put a directory in the place of a file, which nobody can open as a database, root neither."""
    kept = path.with_name(f"{path.name}.kept")
    path.rename(kept)
    while not path.is_dir():
        path.unlink(missing_ok=True)  # somebody may be quick to make an empty one
        with suppress(FileExistsError):
            path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        kept.rename(path)


@pytest.fixture
def own_postgresql() -> Iterator[PostgreSQL]:
    programs = postgresql_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed here")
    server = PostgreSQL(programs)
    server.start()
    yield server
    server.close()


PREPARE = """
import json, sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from tests.drills.students import make_students, signed_in_cookie
from tests.world import make_world
world = make_world()
world.task.attempts = 30_000
world.task.save()
people = make_students(world.course, int(sys.argv[1]))
print(json.dumps([signed_in_cookie(person.user) for person in people]))
"""


def test_postgresql_is_killed_and_comes_back(
    own_postgresql: PostgreSQL, worker_environment: dict[str, str], data_dir: Path, full: bool
) -> None:
    """A server of its own, since that of the tests must not be killed; its rows are read without Django's help."""
    data_dir.mkdir(parents=True, exist_ok=True)
    environment = worker_environment | {"DATABASE_URL": own_postgresql.url, "SECRET_KEY": settings.SECRET_KEY}
    told = subprocess.run(
        [sys.executable, "-c", PREPARE, str(STUDENTS)],
        env=environment | {"DJANGO_SETTINGS_MODULE": "coursework.settings"},
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    cookies = json.loads(told.stdout.splitlines()[-1])
    web = WebServer(environment, data_dir)
    try:
        world = make_world()  # of the same names as over there
        students = [Student(web.port, world.owner, cookie=cookie) for cookie in cookies]
        with Crowd(world, students) as crowd:
            crowd.wait_for(302)
            own_postgresql.kill()
            crowd.wait_for(503, more=STUDENTS)
            time.sleep(30 if full else 2)
            assert students[0].get("/healthz/").status == 503
            own_postgresql.start()
            crowd.wait_for(302)
    finally:
        web.close()
    with psycopg.connect(own_postgresql.url) as connection:
        stored = {row[0] for row in connection.execute("SELECT receipt_number FROM coursework_submission")}
        with_row = connection.execute("SELECT count(DISTINCT submission_id) FROM grading_verification").fetchone()
    assert with_row == (len(stored),)
    check(crowd.answers, stored)
