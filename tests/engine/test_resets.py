"""Runs after Resets, and what a match with one of them is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.resets import chance_of_a_match, epochs_by_reset, reproduced_after, reset_starts
from engine.spec import Spec
from engine.training import Start, train

QUICK = Spec(dataset="gauss", learning_rate=0.1, seed="1")


def test_one_to_twenty_resets_of_the_same_link() -> None:
    starts = reset_starts(QUICK)
    assert [start.resets for start in starts] == list(range(1, 21))
    assert {start.spec for start in starts} == {QUICK}


def test_the_smallest_number_of_resets_that_reproduces_a_claim() -> None:
    reports = train(reset_starts(QUICK, 6), max_epochs=60)
    epochs = epochs_by_reset(reports, "both")
    for resets, epoch in epochs.items():
        assert epoch == train([Start(QUICK, resets)], max_epochs=60)[0].reached.both
        assert epoch is not None
        first = min(number for number, other in epochs.items() if other == epoch)
        assert reproduced_after(list(reversed(reports)), epoch, "both") == first
    assert reproduced_after(reports, 59, "both") is None


def test_a_run_that_never_reached_the_target_reproduces_nothing() -> None:
    reports = train(reset_starts(QUICK, 2), max_epochs=2)
    assert epochs_by_reset(reports, "both") == {1: None, 2: None}
    assert reproduced_after(reports, 2, "both") is None


def test_the_chance_counts_different_epochs_near_the_claim() -> None:
    epochs = {1: 500, 2: 500, 3: 450, 4: 550, 5: 551, 6: None, 7: 2000}
    assert chance_of_a_match(epochs, 500) == pytest.approx(3 / 101)  # 450, 500 and 550 among 450 to 550
    assert chance_of_a_match(epochs, 2200) == pytest.approx(1 / 441)
    assert chance_of_a_match(epochs, 1000) == 0


def test_where_runs_lie_close_together_any_claim_finds_one() -> None:
    assert chance_of_a_match(dict(enumerate(range(1, 21))), 10) == 1


@given(st.dictionaries(st.integers(1, 20), st.none() | st.integers(0, 3000)), st.integers(0, 5000))
def test_a_chance_is_between_0_and_1(epochs: dict[int, int | None], claim: int) -> None:
    assert 0 <= chance_of_a_match(epochs, claim) <= 1
