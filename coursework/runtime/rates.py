"""How often somebody may do something: so many times a minute.

A minute is one row of the cache, which is a table that all web processes share. Reading it and writing it back are two
steps, so of requests that arrive together some may go uncounted: that is near enough for a limit, and costs no lock.
Who is over the limit costs one read.
"""

from time import time

from django.core.cache import cache

WINDOW_SECONDS = 60


def seconds_to_wait(key: str, *, most: int) -> float:
    """Count one more of what the key names; 0 while there are no more than `most` in this minute."""
    minute, second = divmod(time(), WINDOW_SECONDS)
    key = f"{key}:{minute:.0f}"
    used: int = cache.get(key, 0)
    if used >= most:
        return max(1.0, WINDOW_SECONDS - second)
    cache.set(key, used + 1, WINDOW_SECONDS)
    return 0.0
