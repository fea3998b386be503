"""A page that waits far back in the queue asks more rarely."""

import pytest

from grading.live import ask_again_seconds


@pytest.mark.parametrize(("place", "seconds"), [(None, 1), (1, 1), (9, 1), (10, 2), (55, 6), (90, 10), (100_000, 10)])
def test_the_farther_back_the_rarer(place: int | None, seconds: int) -> None:
    assert ask_again_seconds(place) == seconds


def test_a_waiting_class_does_not_drown_the_server() -> None:
    assert sum(1 / ask_again_seconds(place) for place in range(1, 301)) < 50
