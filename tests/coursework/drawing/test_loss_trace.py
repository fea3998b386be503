import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursework.drawing.loss_trace import diverged_at, loss_rows, loss_table, thinned_epochs
from tests.coursework.drawing.samples import Array, trace


@given(arrays(np.float64, st.integers(301, 3000), elements=st.floats(0, 1), fill=st.nothing() | st.floats(0, 1)))
def test_thinning_keeps_ends_and_extremes(values: Array) -> None:
    epochs = thinned_epochs(values)
    assert len(epochs) <= 302
    assert epochs[0] == 0 and epochs[-1] == len(values) - 1
    assert epochs == sorted(set(epochs))
    assert values[epochs].min() == values.min() and values[epochs].max() == values.max()


def test_thinning_keeps_a_gap_and_the_peaks_beside_it() -> None:
    values = np.ones(3000)
    values[1500] = np.nan
    values[1501] = 9
    epochs = thinned_epochs(values)
    assert {1500, 1501} <= set(epochs)


def test_short_traces_are_kept_whole() -> None:
    assert thinned_epochs(np.ones(300)) == list(range(300))


def test_the_table_has_first_last_and_what_shows_that_it_was_reached() -> None:
    rows = loss_rows(trace(141), 141)
    assert [row[0] for row in rows] == [0, 20, 40, 60, 80, 100, 120, 140, 141]
    assert rows[-1][1:] == tuple(trace(141)[141])


def test_a_reached_epoch_beyond_the_trace_is_not_asked_for() -> None:
    assert [row[0] for row in loss_rows(trace(3), 9)] == [0, 1, 2, 3]


@given(st.integers(0, 100_000), st.none() | st.integers(0, 100_000))
def test_the_table_has_about_ten_rows(epochs: int, reached: int | None) -> None:
    rows = loss_rows(np.zeros((epochs + 1, 2)), reached)
    assert 1 <= len(rows) <= 12
    assert rows[-1][0] == epochs


def test_an_empty_trace_has_no_rows() -> None:
    assert loss_rows(np.zeros((0, 2)), None) == []


def test_the_table_as_text() -> None:
    losses = np.array([[0.5, np.nan], [0.0015003, np.inf], [0.0014999, 0.1]])
    assert loss_table(losses, None, counted=losses[:, 0], target=0.0015) == [
        ("0", "0.50000", "not a number", "0.50 above"),
        ("1", "0.0015003", "infinite", "0.00000030 above"),
        ("2", "0.00149", "0.10000", "0.00000010 below"),
    ]


def test_the_first_epoch_without_numbers() -> None:
    assert diverged_at(np.array([[1, 1], [1, np.inf], [np.nan, 1]])) == 1
    assert diverged_at(trace(5)) is None
