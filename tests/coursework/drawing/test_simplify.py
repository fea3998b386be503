from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursework.drawing.simplify import ring_path, simplified
from tests.coursework.drawing.markup import numbers
from tests.coursework.drawing.samples import Array


def test_points_on_a_line_go_and_corners_stay() -> None:
    points = np.array([[0.0, 0], [1, 0.01], [2, 0], [2, 1], [2, 2]])
    assert simplified(points, 0.1).tolist() == [[0, 0], [2, 0], [2, 2]]


@given(arrays(np.float64, st.tuples(st.integers(2, 40), st.just(2)), elements=st.floats(-100, 100)))
def test_no_dropped_point_is_farther_than_the_tolerance(points: Array) -> None:
    kept = simplified(points, 0.5)
    assert np.array_equal(kept[0], points[0]) and np.array_equal(kept[-1], points[-1])
    for point in points:
        assert min(distance(point, start, end) for start, end in pairwise(kept)) <= 0.5 + 1e-6


def distance(point: Array, start: Array, end: Array) -> float:
    """How far a point is from a segment, by trying many spots of it."""
    spots = start + np.linspace(0, 1, 2001)[:, np.newaxis] * (end - start)
    return float(np.hypot(*(spots - point).T).min()) - float(np.hypot(*(end - start))) / 4000


def test_a_ring_is_written_with_short_relative_steps() -> None:
    square = np.array([[0.0, 0], [4.5, 0], [4.5, 4.5], [0, 4.5], [0, 0]])
    assert ring_path(square) == "M0 0l4.5 0 0 4.5-4.5 0z"


def test_a_ring_without_area_is_nothing() -> None:
    assert ring_path(np.array([[1.0, 1], [1.01, 1], [1, 1.02], [1, 1]])) == ""


@given(arrays(np.float64, st.tuples(st.integers(3, 200), st.just(2)), elements=st.floats(0, 480)))
def test_rounding_errors_of_the_steps_do_not_add_up(points: Array) -> None:
    path = ring_path(points)
    if path:
        reached = np.cumsum(np.array(numbers(path)).reshape(-1, 2), axis=0)
        for vertex in reached:
            assert np.abs(points - vertex).max(axis=1).min() <= 0.05 + 1e-6
