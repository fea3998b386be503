"""The courier: goes its rounds, several at a time, whatever a delivery or the database does, and ends in good order."""

import signal
import threading
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError

from grading import courier
from grading.courier import Courier, Round
from grading.management.commands import courier as command

LONG = 20.0  # seconds; nothing waits as long unless it fails


class Rows:
    """A round whose rows are numbers, and what became of them."""

    def __init__(self, *due: int) -> None:
        self.waiting = list(due)
        self.done: list[int] = []
        self.asked = 0

    def round(self, name: str = "numbers") -> Round:
        return Round(name, self.due, self.deliver)

    def due(self, now: datetime, most: int) -> list[int]:
        self.asked += 1
        return self.waiting[:most]

    def deliver(self, pk: int) -> None:
        self.waiting.remove(pk)
        self.done.append(pk)


def run(rounds: list[Round], until: threading.Event, *, threads: int = 2) -> None:
    """Let a courier run until something happened, and end it."""
    stopped = threading.Event()
    running = threading.Thread(target=lambda: Courier(rounds, threads=threads).run(stopped, interval=0.001))
    running.start()
    assert until.wait(LONG)
    stopped.set()
    running.join(LONG)
    assert not running.is_alive()


def test_once_tries_each_row_that_is_due_a_single_time() -> None:
    class Stubborn(Rows):
        def deliver(self, pk: int) -> None:
            self.done.append(pk)  # and it stays due

    rows, stubborn = Rows(*range(30)), Stubborn(1, 2, 3)
    assert Courier([rows.round(), stubborn.round()]).once() == 33
    assert rows.done == list(range(30))
    assert stubborn.done == [1, 2, 3]


def test_nothing_due_costs_a_round_one_question() -> None:
    rows = Rows()
    assert Courier([rows.round()]).once() == 0
    assert rows.asked == 1


def test_a_delivery_that_fails_harms_no_other(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Rows):
        def deliver(self, pk: int) -> None:
            super().deliver(pk)
            raise (OperationalError("locked") if pk == 1 else ValueError("oops"))

    rows = Broken(1, 2, 3)
    assert Courier([rows.round()]).once() == 3
    assert rows.done == [1, 2, 3]


def test_a_database_that_is_away_is_asked_again() -> None:
    happened = threading.Event()

    class Away(Rows):
        def due(self, now: datetime, most: int) -> list[int]:
            found = super().due(now, most)
            if self.asked < 3:
                raise OperationalError("down")
            return found

        def deliver(self, pk: int) -> None:
            super().deliver(pk)
            happened.set()

    rows = Away(7)
    run([rows.round()], happened)
    assert rows.done == [7]


def test_one_row_is_never_with_two_threads_and_a_slow_round_holds_up_no_other() -> None:
    go_on, happened = threading.Event(), threading.Event()

    class Slow(Rows):
        most = now_at = 0

        def deliver(self, pk: int) -> None:
            with lock:
                self.now_at += 1
                self.most = max(self.most, self.now_at)
            assert go_on.wait(LONG)
            with lock:
                self.now_at -= 1
                super().deliver(pk)

    class Quick(Rows):
        def deliver(self, pk: int) -> None:
            super().deliver(pk)
            if not self.waiting:
                go_on.set()
                happened.set()

    lock = threading.Lock()
    slow, quick = Slow(1, 2, 3, 4), Quick(*range(10))
    run([slow.round("slow"), quick.round("quick")], happened)
    assert sorted(quick.done) == list(range(10))
    assert slow.most == 2
    assert len(slow.done) == len(set(slow.done)) >= 2  # what was under way at the end was brought to its end


def test_the_command_ends_well_when_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: dict[int, object] = {}
    said: list[str] = []

    class Sign:
        def __init__(self, *, kind: str) -> None:
            said.append(kind)

        def start(self) -> None:
            said.append("start")

        def stop(self) -> None:
            said.append("stop")

    class Told(Courier):
        def run(self, stopped: threading.Event, *, interval: float = 1.0) -> None:
            handlers[signal.SIGTERM](15, None)  # type: ignore[operator]
            super().run(stopped, interval=interval)
            said.append("ended")

    monkeypatch.setattr(signal, "signal", lambda number, handler: handlers.update({number: handler}))
    monkeypatch.setattr(command, "Signaller", Sign)
    monkeypatch.setattr(command, "Courier", Told)
    call_command("courier")
    assert said == ["courier", "start", "ended", "stop"]
    assert set(handlers) == {signal.SIGTERM, signal.SIGINT}


def test_the_command_sends_once(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, told = Rows(1, 2), StringIO()
    monkeypatch.setattr(command, "ROUNDS", (rows.round(),))
    call_command("courier", once=True, stdout=told)
    assert told.getvalue() == "2 things to send were tried.\n"


def test_rounds_have_names_of_their_own() -> None:
    names = [each.name for each in courier.ROUNDS]
    assert len(names) == len(set(names))
