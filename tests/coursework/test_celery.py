import time
from typing import Any

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

from coursework.celery import app


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


def test_each_test_finds_empty_queues(broker: Celery) -> None:
    with broker.connection_for_read() as connection:
        queue = connection.SimpleQueue("verification")
        with pytest.raises(queue.Empty):
            queue.get(block=False)
        queue.close()
