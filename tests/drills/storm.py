"""Five minutes to midnight: `make bench-storm`. 300 students hand in within a minute, then 300 within three seconds.

Starts the whole service as `manage.py serve` does, on a database of its own: beside that of DATABASE_URL, or an SQLite
file; with the Redis of REDIS_URL or an embedded one. What a student does: opens the form, posts it with a screenshot of
some 150 kB, looks at the receipt. Their sessions are made beforehand, without the time that checking passwords takes,
and nobody leaves the page open that asks for news. Driver, web server and workers share the machine.
"""

import argparse
import io
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.drills.databases import empty_database

if TYPE_CHECKING:
    from coursework.models import Task
    from tests.drills.students import Answer, File, Student

ROOT = Path(__file__).resolve().parents[2]
PICTURES = sorted((Path(__file__).parent / "pictures").iterdir())
MOST_P95 = 0.300
KINDS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


@dataclass(frozen=True)
class Visit:
    """The answers that one student got."""

    form: "Answer"
    submit: "Answer"
    receipt: "Answer | None"


def main() -> int:
    """Run both storms; returns 1 if anything was lost, any answer was 5xx or submitting was too slow."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60.0, help="of the first storm (%(default)s)")
    parser.add_argument("--burst", type=float, default=3.0, help="seconds of the second one (%(default)s)")
    parser.add_argument("--drain", type=float, default=900.0, help="most seconds until all is graded (%(default)s)")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="storm-")))
        given = os.environ.get("DATABASE_URL") or "sqlite:///"
        os.environ["DATABASE_URL"] = stack.enter_context(empty_database(given, directory))
        os.environ |= {"DATA_DIR": str(directory / "var"), "DJANGO_SETTINGS_MODULE": "coursework.settings"}
        os.environ |= {"REDIS_KEY_PREFIX": f"storm-{os.getpid()}:", "SECRET_KEY": secrets.token_hex(32)}
        task, students = _prepare(chosen.students)
        port = stack.enter_context(_service(directory / "serve.log"))
        for student in students:
            student.port = port
        database, load = given.split(":")[0], os.getloadavg()[0]
        print(f"{database}, {os.cpu_count()} cores, load {load:.1f} before; {chosen.students} students")
        problems = _storm(f"within {chosen.seconds:g} s", task, students, chosen.seconds, most_p95=MOST_P95)
        problems += _drained(chosen.drain)
        problems += _storm(f"within {chosen.burst:g} s", task, students, chosen.burst, most_p95=None)
        problems += _drained(chosen.drain)
    print("\n".join(["", *problems]) if problems else "\nNothing lost, nothing failed, in time.")
    return 1 if problems else 0


def _prepare(count: int) -> "tuple[Task, list[Student]]":
    """Make the demo course with this many students more, all signed in."""
    import django  # its settings are read from the environment, which has only now been made

    django.setup()
    import logging

    from django.core.management import call_command

    from coursework.models import Course, Task
    from tests.drills.students import Student, make_students

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    logging.disable(logging.WARNING)  # there is no broker yet for the hints of the demo's hand-ins
    call_command("make_demo", verbosity=0, stdout=io.StringIO())
    logging.disable(logging.NOTSET)
    people = make_students(Course.objects.get(slug="demo"), count, prefix="storm")
    return Task.objects.get(slug="circle"), [Student(0, person) for person in people]


@contextmanager
def _service(log: Path) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)], stdout=written, stderr=written
        )
    try:
        deadline = time.monotonic() + 120
        while "Serving at" not in log.read_text() or " ready." not in log.read_text():
            if time.monotonic() > deadline or process.poll() is not None:
                sys.exit(f"The service did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.2)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _storm(
    name: str, task: "Task", students: "Sequence[Student]", seconds: float, *, most_p95: float | None
) -> list[str]:
    """Let everybody hand in at a random moment of so many seconds; print what they met and return what is wrong."""
    chance = random.Random(4)
    at = [chance.uniform(0, seconds) for _ in students]
    began = time.monotonic()

    def visit(number: int) -> Visit:
        time.sleep(max(0.0, began + at[number] - time.monotonic()))
        return _visit(task, students[number], number)

    threading.stack_size(512 * 1024)
    with ThreadPoolExecutor(len(students)) as pool:
        visits = list(pool.map(visit, range(len(students))))
    print(f"\n{len(students)} hand in {name} (all answered after {time.monotonic() - began:.1f} s)")
    for step in ("form", "submit", "receipt"):
        _print_times(step, [answer for visit in visits if (answer := getattr(visit, step)) is not None])
    return _problems(name, visits, most_p95)


def _visit(task: "Task", student: "Student", number: int) -> Visit:
    from django.urls import reverse

    from coursework.services.demo import HAND_INS
    from engine.link import read_link

    honest = [row for row in HAND_INS if row.task == "circle"]
    chosen = honest[number % len(honest)]
    form = student.get(reverse("hand_in", kwargs=task.url_arguments()))
    spec = read_link(chosen.settings).spec
    submit = student.hand_in(task, spec=spec, claimed_epochs=chosen.claimed_epochs, files=[_picture(number)])
    receipt = student.get(submit.headers["Location"]) if submit.status == 302 else None
    return Visit(form, submit, receipt)


def _picture(number: int) -> "File":
    from tests.drills.students import File

    path = PICTURES[number % len(PICTURES)]
    return File(path.name, KINDS[path.suffix[1:]], path.read_bytes())


def _print_times(step: str, answers: "Sequence[Answer]") -> None:
    times = sorted(answer.seconds for answer in answers)
    if times:
        shown = "  ".join(f"p{percent} {_percentile(times, percent) * 1000:.0f} ms" for percent in (50, 95, 99))
        statuses = ", ".join(f"{count} × {status}" for status, count in Counter(a.status for a in answers).items())
        print(f"  {step:8} {shown}  most {times[-1] * 1000:.0f} ms   {statuses}")


def _percentile(ordered: Sequence[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, round(len(ordered) * percent / 100))]


def _problems(name: str, visits: Sequence[Visit], most_p95: float | None) -> list[str]:
    from coursework.models import Submission
    from tests.drills.students import receipts

    numbers = receipts([visit.submit for visit in visits])
    stored = Submission.objects.filter(receipt_number__in=numbers).exclude(verifications=None).distinct().count()
    answers = [answer for visit in visits for answer in (visit.form, visit.submit, visit.receipt) if answer is not None]
    failed = sum(answer.status >= 500 or answer.status == 0 for answer in answers)
    lost = len(visits) - stored
    print(f"  {lost} lost, {failed} answers 5xx or none")
    problems = [f"{name}: {lost} hand-ins lost"] if lost else []
    problems += [f"{name}: {failed} answers 5xx or none"] if failed else []
    p95 = _percentile(sorted(visit.submit.seconds for visit in visits), 95)
    if most_p95 is not None and p95 > most_p95:
        problems.append(f"{name}: submit p95 {p95 * 1000:.0f} ms, more than {most_p95 * 1000:.0f} ms")
    return problems


def _drained(seconds: float) -> list[str]:
    """Wait until everything is graded, each once."""
    from grading.models import Status, Verification

    began = time.monotonic()
    unfinished = Verification.objects.exclude(status=Status.COMPLETED)
    left = unfinished.count()
    print(f"  {left} still to grade when all were answered", end="", flush=True)
    while unfinished.exists() and time.monotonic() - began < seconds:
        time.sleep(0.5)
    late = unfinished.count()
    attempts = Verification.objects.filter(attempt__gt=1).count()
    print(f"; graded {time.monotonic() - began:.1f} s later, {attempts} in more than one attempt")
    return [f"{late} hand-ins are not graded after {seconds:g} s"] if late else []


if __name__ == "__main__":
    sys.exit(main())
