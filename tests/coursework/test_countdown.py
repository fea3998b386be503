"""The distance to an instant in words, and the element that carries it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.countdown import countdown, distance_words

CASES = [
    (0, "in 0 s"),
    (0.9, "in 0 s"),
    (40, "in 40 s"),
    (60, "in 1 min"),
    (61, "in 1 min"),
    (12 * 60 + 59, "in 12 min"),
    (3600, "in 1 h"),
    (5 * 3600 + 12 * 60, "in 5 h 12 min"),
    (86_400, "in 1 day"),
    (86_400 + 3 * 3600 + 59 * 60, "in 1 day 3 h"),
    (2 * 86_400 + 3 * 3600, "in 2 days 3 h"),
    (63 * 86_400 - 1, "in 62 days 23 h"),
    (-1, "1 s ago"),
    (-90, "1 min ago"),
    (-(3 * 3600 + 5 * 60), "3 h 5 min ago"),
    (-86_400, "1 day ago"),
]


@pytest.mark.parametrize(("seconds", "words"), CASES)
def test_the_two_largest_units(seconds: float, words: str) -> None:
    assert distance_words(seconds) == words


@given(st.floats(0, 10_000_000), st.floats(0, 10_000_000))
def test_it_never_promises_more_time_than_there_is(one: float, other: float) -> None:
    sizes = {"day": 86_400, "days": 86_400, "h": 3600, "min": 60, "s": 1}

    def promised(seconds: float) -> int:
        words = distance_words(seconds).removeprefix("in ").split()
        return sum(int(count) * sizes[unit] for count, unit in zip(words[::2], words[1::2], strict=True))

    assert promised(one) <= one
    assert (promised(one) <= promised(other)) or one > other


def test_the_element_names_the_instant_and_the_server_s_clock() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    element = countdown(now + timedelta(hours=5), now=now)
    assert element == (
        '<time data-countdown data-now="2026-11-22T12:00:00.000+00:00" '
        'datetime="2026-11-22T17:00:00+00:00">in 5 h</time>'
    )
