import time
from typing import Any

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from coursework.celery import app
from coursework.management.commands.serve import QUEUES, READER_OPTIONS


def test_a_hint_to_a_broker_that_is_away_fails_at_once() -> None:
    started = time.monotonic()
    with pytest.raises(OperationalError):
        app.send_task("grading.tasks.verify", [1])
    assert time.monotonic() - started < 1


def test_verifications_have_a_queue_of_their_own(broker: Celery) -> None:
    broker.send_task("grading.tasks.verify", [1])
    with broker.connection_for_read() as connection:
        queue = connection.SimpleQueue("verification")
        message: Any = queue.get(timeout=2)
        queue.close()
    assert message.headers["task"] == "grading.tasks.verify"


def test_verifications_come_before_practice_runs_whenever_both_wait(broker: Celery) -> None:
    for name in ("practice", "verify", "practice", "verify"):
        broker.send_task(f"grading.tasks.{name}", [1])
    taken: list[str] = []

    def take(message: Any) -> None:
        taken.append(message.headers["task"].rpartition(".")[2])
        message.ack()

    with broker.connection_for_read() as connection:
        queues = [broker.amqp.queues[name] for name in QUEUES.split(",")]
        with connection.Consumer(queues, on_message=take, prefetch_count=1):
            while len(taken) < 4:
                connection.drain_events(timeout=5)
    assert taken == ["verify", "verify", "practice", "practice"]


def test_workers_are_told_of_the_queues_in_that_order(settings: Any) -> None:
    assert QUEUES == "verification,practice"
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["queue_order_strategy"] == "priority"
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text()
    assert f"--queues {QUEUES} " in compose
    routes = settings.CELERY_TASK_ROUTES
    assert (routes["grading.tasks.practice"], routes["grading.tasks.*"]) == (
        {"queue": "practice"},
        {"queue": "verification"},
    )


def test_the_reader_in_compose_is_the_one_that_serve_starts(settings: Any) -> None:
    compose = (settings.BASE_DIR / "docker-compose.yml").read_text()
    reader = " ".join(compose[compose.index("--queues evidence") : compose.index("mem_limit")].split())
    assert " ".join(READER_OPTIONS) in reader
    assert "target: evidence" in compose


def test_each_test_finds_empty_queues(broker: Celery) -> None:
    with broker.connection_for_read() as connection:
        queue = connection.SimpleQueue("verification")
        with pytest.raises(queue.Empty):
            queue.get(block=False)
        queue.close()
