"""The courier: takes what is due to other machines out of the tables, and brings it there, several at a time."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from django.db import Error, close_old_connections, connections
from django.utils import timezone

from grading.services.lti.passback import compare_line_item, due_line_items, due_scores, send_score
from grading.services.lti.roster_reading import read_due_roster, rosters_due
from grading.services.webhooks.sending import due_deliveries, send_delivery

log = structlog.get_logger(__name__)
THREADS = 4  # of each round; no round waits for another one's slow machines


@dataclass(frozen=True, slots=True)
class Round:
    """One kind of thing to send.

    due: given the time and how many at most, the rows that are to be sent, the oldest first; one indexed query, since
    it is asked every second. deliver: takes a row and sends it; it takes leases itself, so two couriers do no harm.
    """

    name: str
    due: Callable[[datetime, int], list[int]]
    deliver: Callable[[int], None]


# A new kind of thing to send is a line here.
ROUNDS: tuple[Round, ...] = (
    Round("webhooks", due_deliveries, send_delivery),
    Round("lti scores", due_scores, send_score),
    Round("lti line items", due_line_items, compare_line_item),
    Round("rosters", rosters_due, read_due_roster),
)


class Courier:
    """Goes the rounds until it is told to stop. What it is at then is brought to its end."""

    def __init__(self, rounds: Sequence[Round] = ROUNDS, *, threads: int = THREADS) -> None:
        self._runners = [_Runner(each, threads) for each in rounds]

    def run(self, stopped: threading.Event, *, interval: float = 1.0) -> None:
        """Look every `interval` seconds for what is due; a database that is away is waited for."""
        while not stopped.is_set():
            for runner in self._runners:
                runner.start_what_is_due()
            close_old_connections()
            stopped.wait(interval)
        for runner in self._runners:
            runner.forget_what_waits()
        for runner in self._runners:
            runner.wait()

    def once(self) -> int:
        """Send what is due now, one after the other in this thread; returns how many were tried."""
        return sum(runner.all_in_turn() for runner in self._runners)


class _Runner:
    """A round with threads of its own."""

    def __init__(self, its_round: Round, threads: int) -> None:
        self._round = its_round
        self._threads = threads
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=its_round.name)
        self._lock = threading.Lock()
        self._under_way: set[int] = set()

    def start_what_is_due(self) -> None:
        """Hand as many rows to threads as are free."""
        with self._lock:
            busy = set(self._under_way)
        if len(busy) >= self._threads:
            return
        # Those that have only just been handed over may not be taken yet and would be named again.
        found = [pk for pk in self._due(self._threads + len(busy)) if pk not in busy]
        for pk in found[: self._threads - len(busy)]:
            with self._lock:
                self._under_way.add(pk)
            self._pool.submit(self._deliver_in_thread, pk).add_done_callback(partial(self._done, pk))

    def _done(self, pk: int, _future: Future[None]) -> None:
        with self._lock:
            self._under_way.discard(pk)

    def forget_what_waits(self) -> None:
        """Take no more; what is not begun stays due."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def wait(self) -> None:
        """Wait for what is under way."""
        self._pool.shutdown(wait=True)

    def all_in_turn(self) -> int:
        """Try each row that is due once, in this thread."""
        tried: set[int] = set()
        while found := [pk for pk in self._due(self._threads + len(tried)) if pk not in tried]:
            for pk in found:
                tried.add(pk)
                self._deliver(pk)
        return len(tried)

    def _due(self, most: int) -> list[int]:
        try:
            return self._round.due(timezone.now(), most)
        except Error as error:
            log.error("courier_round_failed", round=self._round.name, error=str(error)[:200])
            return []

    def _deliver_in_thread(self, pk: int) -> None:
        try:
            self._deliver(pk)
        finally:
            connections.close_all()  # of this thread: it may have nothing to do for hours

    def _deliver(self, pk: int) -> None:
        """Deliver one row. Whatever goes wrong, its lease runs out and it is tried again."""
        try:
            self._round.deliver(pk)
        except Error as error:
            log.error("delivery_failed", round=self._round.name, row=pk, error=str(error)[:200])
        except Exception:
            log.exception("delivery_failed", round=self._round.name, row=pk)
