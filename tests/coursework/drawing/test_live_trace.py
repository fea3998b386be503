"""A growing run's losses in few numbers: bounded, with every peak, and drawn like the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.drawing.live_trace import MOST_POINTS, filled_in, packed, thinned, unpacked

LENGTHS = st.integers(min_value=1, max_value=20_001)


def losses_of(epochs: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.0001, 1, (epochs, 2))


@given(length=LENGTHS, seed=st.integers(0, 100), broken=st.integers(0, 20_000))
def test_it_is_bounded_and_keeps_both_ends_and_both_lines_peaks(length: int, seed: int, broken: int) -> None:
    losses = losses_of(length, seed)
    losses[broken:] = np.nan
    trace = thinned(losses)
    assert len(trace) <= MOST_POINTS
    assert (trace[0, 0], trace[-1, 0]) == (0, length - 1)
    for column in (0, 1):
        if np.isfinite(losses[:, column]).any():
            assert np.nanmax(trace[:, column + 1]) == np.nanmax(losses[:, column])
            assert np.nanmin(trace[:, column + 1]) == np.nanmin(losses[:, column])


@given(length=LENGTHS)
def test_what_is_filled_in_is_exact_where_an_epoch_was_kept(length: int) -> None:
    losses = losses_of(length)
    trace = unpacked(packed(losses))
    whole = filled_in(trace)
    assert whole.shape == losses.shape
    kept = trace[:, 0].astype(int)
    assert np.array_equal(whole[kept], losses[kept])


@pytest.mark.parametrize("length", [1, 2, MOST_POINTS])
def test_a_short_run_is_kept_whole(length: int) -> None:
    losses = losses_of(length)
    assert np.array_equal(filled_in(unpacked(packed(losses))), losses)


def test_nothing_stored_is_nothing_drawn() -> None:
    assert unpacked(b"").shape == (0, 3)
    assert filled_in(unpacked(b"")).shape == (0, 2)
