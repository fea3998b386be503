"""How long the pages of a large class take on the server: `make bench-pages`, or `python -m tests.grading.bench_pages`.

Makes classes in a database of its own, thrown away afterwards, and prints for each page the time of the process (what
it costs whatever else the machine does), the time that passed, and the number of queries. Each is the best of three.
The issue that asked for the pages wants at most a second for 1,000 students.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

ROUNDS = 3
WANTED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a page costs: seconds of this process, seconds that passed, queries, kilobytes of the answer."""

    cpu: float
    wall: float
    queries: int
    kilobytes: float


def cost_of(get: Callable[[str], Any], url: str, *, rounds: int = ROUNDS) -> Cost:
    """Open a page some times after once for warming up; the best of each counts. Raises on anything but 200."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = get(url)
    asked = len(queries)  # now: the next request empties the log
    assert answer.status_code == 200, f"{url} answers {answer.status_code}"
    cpu, wall = [], []
    for _ in range(rounds):
        start_cpu, start = time.process_time(), time.perf_counter()
        get(url)
        cpu.append(time.process_time() - start_cpu)
        wall.append(time.perf_counter() - start)
    return Cost(min(cpu), min(wall), asked, len(answer.content) / 1024)


def staff_pages(slug: str) -> Iterator[tuple[str, str]]:
    """Name the pages: (what it is, its address)."""
    book, task = f"/courses/{slug}/gradebook/", f"/courses/{slug}/playground/circle/"
    yield "dashboard", f"{task}dashboard/"
    yield "gradebook", book
    yield "gradebook, sorted by total", f"{book}?sort=-total"
    yield "gradebook, to review", f"{book}?state=to_review"
    yield "gradebook, all at once", f"{book}?all=1"
    yield "evidence queue", f"{task}evidence/"
    yield "leaderboard", f"{task}leaderboard/"


def measure(slug: str, *, pages: Collection[str] = (), rounds: int = ROUNDS) -> dict[str, Cost]:
    """Measure pages (by default all) of a class that `make_class` made, as its instructor."""
    from django.test import Client

    from coursework.models import User

    client = Client()
    client.force_login(User.objects.get(username=f"{slug}-instructor"))
    wanted = [(name, url) for name, url in staff_pages(slug) if not pages or name in pages]
    return {name: cost_of(client.get, url, rounds=rounds) for name, url in wanted}


def main() -> None:
    """Make the classes, measure, print a table."""
    parser = argparse.ArgumentParser(description="Times of staff pages of large classes.")
    parser.add_argument("--students", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--assignments", type=int, default=2, help="with two tasks each (default 2)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coursework.settings")
        os.environ |= {"DATA_DIR": directory, "DATABASE_URL": f"sqlite:///{Path(directory) / 'bench.sqlite3'}"}
        django.setup()
        _run(options.students, options.assignments)


def _run(sizes: list[int], assignments: int) -> None:
    from django.conf import settings
    from django.core.management import call_command

    from grading.services.make_class import Wanted, make_class

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    slow = False
    for students in sizes:
        slug = f"bench-{students}"
        started = time.monotonic()
        make_class(Wanted(slug=slug, students=students, assignments=assignments, graded_percent=50))
        print(f"\n{students:,} students, {2 * assignments} tasks, made in {time.monotonic() - started:.1f} s")
        print(f"{'page':<28} {'process':>9} {'passed':>9} {'queries':>8} {'size':>9}")
        for name, cost in measure(slug).items():
            slow = slow or (name in ("dashboard", "gradebook") and cost.cpu > WANTED_SECONDS)
            print(
                f"{name:<28} {cost.cpu:>7.2f} s {cost.wall:>7.2f} s {cost.queries:>8} {cost.kilobytes:>6,.0f} kB",
                flush=True,
            )
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
