"""Signs of life: given while a process runs, taken back when it ends, forgotten when it was lost."""

import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from grading import signs
from grading.models import SignKind, WorkerSign
from grading.services.workers import forget_lost_signs, give_sign, process_name
from grading.signs import Signaller

NOW = timezone.now()


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60  # a worker on a busy machine takes its time to start
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


@pytest.mark.django_db
def test_a_sign_is_one_row_however_often_it_is_given() -> None:
    for _ in range(2):
        give_sign(name="a:1", kind=SignKind.WORKER, started_at=NOW)
    sign = WorkerSign.objects.get()
    assert (sign.name, sign.kind) == ("a:1", SignKind.WORKER)
    assert sign.seen_at >= NOW


@pytest.mark.django_db
def test_signs_of_lost_processes_are_forgotten_after_an_hour() -> None:
    for name, age in (("a:1", 59), ("b:2", 61)):
        WorkerSign.objects.create(name=name, version="1", started_at=NOW, seen_at=NOW - timedelta(minutes=age))
    assert forget_lost_signs(now=NOW) == 1
    assert WorkerSign.objects.get().name == "a:1"


@pytest.mark.django_db(transaction=True)
def test_a_signaller_gives_signs_and_takes_them_back() -> None:
    signaller = Signaller(kind=SignKind.WORKER, every=0.02)
    signaller.start()
    wait_until(lambda: WorkerSign.objects.filter(name=process_name()).exists())
    first = WorkerSign.objects.get().seen_at
    wait_until(lambda: WorkerSign.objects.get().seen_at > first)
    signaller.stop()
    assert not WorkerSign.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_down_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def flaky(**arguments: Any) -> None:
        tried.append(1)
        if len(tried) < 3:
            raise OperationalError("down")
        give_sign(**arguments)

    monkeypatch.setattr(signs, "give_sign", flaky)
    signaller = Signaller(kind=SignKind.SWEEPER, every=0.02)
    signaller.start()
    wait_until(WorkerSign.objects.exists)
    signaller.stop()
    assert len(tried) >= 3


def test_no_child_is_made_while_a_sign_is_being_written(monkeypatch: pytest.MonkeyPatch) -> None:
    writing, go_on = threading.Event(), threading.Event()

    def slow(**_: Any) -> None:
        writing.set()
        go_on.wait(10)

    monkeypatch.setattr(signs, "give_sign", slow)
    monkeypatch.setattr(signs, "end_sign", lambda **_: None)
    registered: dict[str, Callable[[], None]] = {}
    monkeypatch.setattr(os, "register_at_fork", lambda **hooks: registered.update(hooks))
    signaller = Signaller(kind=SignKind.WORKER, every=10)
    signaller.start()
    assert writing.wait(10)
    forking = threading.Thread(target=registered["before"])
    forking.start()
    forking.join(0.1)
    assert forking.is_alive()
    go_on.set()
    forking.join(5)
    assert not forking.is_alive()
    registered["after_in_parent"]()
    signaller.stop()


def test_a_real_worker_gives_signs_until_it_ends(worker: Any) -> None:
    wait_until(lambda: WorkerSign.objects.filter(kind=SignKind.WORKER).exists())
    assert WorkerSign.objects.get().name.endswith(f":{worker.pid}")
    assert WorkerSign.objects.get().queues == "verification, practice"
