"""SIGTERM in the middle of work is noted, and takes its course afterwards."""

import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType

import pytest

from coursework.runtime.ending import told_to_end


@pytest.fixture
def ended() -> Iterator[list[int]]:
    """Collect what would have ended the process."""
    came: list[int] = []

    def collect(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    before = signal.signal(signal.SIGTERM, collect)
    yield came
    signal.signal(signal.SIGTERM, before)


def test_work_hears_of_it_and_the_process_ends_afterwards(ended: list[int]) -> None:
    with told_to_end() as ending:
        assert ending() is False
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)  # celery sends it twice
        assert ending() is True
        assert ended == []
    assert ended == [signal.SIGTERM]


def test_without_a_signal_nothing_happens(ended: list[int]) -> None:
    with told_to_end() as ending:
        assert ending() is False
    assert ended == []
    os.kill(os.getpid(), signal.SIGTERM)
    assert ended == [signal.SIGTERM]  # the handler from before is back


def test_work_that_fails_lets_the_process_end_as_well(ended: list[int]) -> None:
    with pytest.raises(MemoryError), told_to_end():
        os.kill(os.getpid(), signal.SIGTERM)
        raise MemoryError
    assert ended == [signal.SIGTERM]


def test_outside_of_the_main_thread_nothing_is_ever_said() -> None:
    said: list[bool] = []

    def work() -> None:
        with told_to_end() as ending:
            said.append(ending())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert said == [False]
