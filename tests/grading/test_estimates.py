"""How long it will take: a range that recent verifications bear out, or nothing at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.estimates import FEWEST, Estimate, in_words, until_done, until_settled

SECONDS = st.floats(min_value=0.01, max_value=600)
LATELY = [4.0, 5.0, 5.0, 6.0, 7.0, 8.0, 9.0, 9.0, 10.0, 60.0]


@pytest.mark.parametrize("durations", [[], [5.0] * (FEWEST - 1)])
def test_nothing_is_said_where_it_would_be_a_guess(durations: list[float]) -> None:
    assert until_settled(durations, place=1, workers=2) is None
    assert until_done(durations, elapsed=1) is None


def test_nothing_is_said_while_no_worker_is_known_to_be_at_work() -> None:
    assert until_settled(LATELY, place=1, workers=0) is None


def test_one_that_took_a_minute_does_not_make_it_a_minute() -> None:
    estimate = until_done(LATELY, elapsed=0)
    assert estimate is not None
    assert 4 < estimate.low < 5 and 10 <= estimate.high < 20


def test_the_next_waits_for_a_worker_and_then_runs() -> None:
    estimate = until_settled([5.0] * FEWEST, place=1, workers=2)
    assert estimate == Estimate(5.0, 10.0)


@pytest.mark.parametrize(("place", "workers", "rounds"), [(2, 2, 1), (3, 2, 2), (4, 2, 2), (9, 4, 3), (9, 1, 9)])
def test_the_workers_take_what_waits_in_rounds(place: int, workers: int, rounds: int) -> None:
    assert until_settled([5.0] * FEWEST, place=place, workers=workers) == Estimate(5.0 * rounds, 5.0 * (rounds + 1))


def test_a_run_beyond_the_usual_gets_no_estimate_any_more() -> None:
    assert until_done([5.0] * FEWEST, elapsed=4) == Estimate(1.0, 1.0)
    assert until_done([5.0] * FEWEST, elapsed=5) is None


@given(durations=st.lists(SECONDS, min_size=FEWEST, max_size=50), place=st.integers(1, 400), workers=st.integers(1, 16))
def test_a_range_is_a_range_and_a_later_place_never_comes_sooner(
    durations: list[float], place: int, workers: int
) -> None:
    estimate = until_settled(durations, place=place, workers=workers)
    later = until_settled(durations, place=place + 1, workers=workers)
    assert estimate is not None and later is not None
    assert 0 < estimate.low <= estimate.high
    assert later.low >= estimate.low and later.high >= estimate.high


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (4.2, 8.3, "4 to 9 seconds"),
        (0.0, 0.6, "a second"),
        (0.4, 3.2, "up to 4 seconds"),
        (5.0, 5.0, "5 seconds"),
        (13.0, 31.0, "10 to 35 seconds"),
        (42.0, 95.0, "40 seconds to 2 minutes"),
        (57.0, 59.0, "55 seconds to 1 minute"),
        (130.0, 290.0, "2 to 5 minutes"),
        (59.9, 60.0, "55 seconds to 1 minute"),
        (60.0, 60.0, "1 minute"),
    ],
)
def test_in_words(low: float, high: float, words: str) -> None:
    assert in_words(Estimate(low, high)) == words


@given(low=st.floats(0, 5000), more=st.floats(0, 5000))
def test_words_never_promise_less_than_the_range(low: float, more: float) -> None:
    words = in_words(Estimate(low, low + more))
    last = words.replace("a second", "1 second").split()
    seconds = int(last[-2]) * (60 if last[-1].startswith("minute") else 1)
    assert seconds >= low + more - 1e-6
