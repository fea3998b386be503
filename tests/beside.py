"""Something that happens at the same time, in a thread with a database connection of its own."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connections

Begin = Callable[[Callable[[], Any]], Callable[[], Any]]
SECONDS = 30.0


@contextmanager
def beside() -> Iterator[Begin]:
    """Give a function that begins an act in a thread, and returns one that waits for what comes of it."""
    with ThreadPoolExecutor() as pool:

        def begin(act: Callable[[], Any]) -> Callable[[], Any]:
            def do() -> Any:
                try:
                    return act()
                finally:
                    connections.close_all()

            return partial(pool.submit(do).result, timeout=SECONDS)

        yield begin
