"""Asked to end: what works hears of it at a moment of its own choosing."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


def told_to_stop() -> threading.Event:
    """Return what SIGTERM and SIGINT set from now on, for a process that works until it is told to stop."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return stopped


@contextmanager
def told_to_end() -> Iterator[Callable[[], bool]]:
    """Hold SIGTERM back while work goes on; gives a function that says whether it came.

    A worker that ends without waiting sends its pool processes SIGTERM, which would end them at whatever line they
    are. Inside this block the signal is only noted, so that the work can put things in order and stop; after the block
    it takes its usual course. Signals reach a process's main thread only: in another one nothing is ever said.
    """
    came = False

    def note(_number: int, _frame: FrameType | None) -> None:
        nonlocal came
        came = True

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = signal.signal(signal.SIGTERM, note)
    try:
        yield lambda: came
    finally:
        signal.signal(signal.SIGTERM, before)
        if came:
            os.kill(os.getpid(), signal.SIGTERM)
