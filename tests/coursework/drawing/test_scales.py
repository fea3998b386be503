import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.drawing.scales import Scale, decades, log_ticks, pushed_apart, round_step, thinned, ticks


def test_a_known_value_is_at_its_place() -> None:
    assert Scale(0, 100, 44, 488)(25) == 155
    assert Scale(0.001, 1, 236, 14, logarithmic=True)(0.1) == pytest.approx(88)


def test_what_lies_outside_is_at_the_edge() -> None:
    scale = Scale(0, 10, 100, 200)
    assert (scale(-5), scale(11)) == (100, 200)


def test_a_range_of_one_value_is_in_the_middle() -> None:
    assert Scale(5, 5, 0, 10)(5) == 5


@pytest.mark.parametrize(
    ("span", "at_most", "step"), [(141, 8, 20), (1000, 8, 200), (3, 8, 1), (0, 8, 1), (458, 4, 200), (3000, 8, 500)]
)
def test_steps_are_round(span: float, at_most: int, step: int) -> None:
    assert round_step(span, at_most) == step


@given(st.integers(0, 10_000), st.integers(0, 100_000), st.integers(1, 12))
def test_ticks_are_in_range_and_not_too_many(low: int, span: int, at_most: int) -> None:
    found = ticks(low, low + span, at_most)
    assert all(low <= tick <= low + span for tick in found)
    assert len(found) <= at_most + 1


def test_decades_are_thinned_and_keep_the_largest() -> None:
    assert decades(0.0006, 1, 6) == [-3, -2, -1, 0]
    assert decades(1e-5, 1e3, 6) == [-5, -3, -1, 1, 3]


def test_logarithmic_ticks() -> None:
    assert log_ticks(20, 1000) == [20, 50, 100, 200, 500, 1000]
    assert log_ticks(1, 1) == [1]


def test_ticks_that_come_too_close_are_dropped() -> None:
    assert thinned([(1, 0.0), (2, 30.0), (5, 50.0)], 44) == [(1, 0.0), (5, 50.0)]


@given(st.floats(38, 236), st.floats(38, 236))
def test_labels_are_moved_apart_within_the_chart_and_keep_their_order(first: float, second: float) -> None:
    moved = pushed_apart(first, second, apart=15, low=38, high=236)
    assert abs(moved[0] - moved[1]) >= 15 - 1e-9
    assert all(38 - 1e-9 <= height <= 236 + 1e-9 for height in moved)
    assert (moved[0] <= moved[1]) == (first <= second)


def test_labels_far_apart_stay_where_they_are() -> None:
    assert pushed_apart(50, 100, apart=15, low=38, high=236) == (50, 100)
