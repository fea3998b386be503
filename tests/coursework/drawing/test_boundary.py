import numpy as np
import pytest

from coursework.drawing.boundary import SIDES, boundary, boundary_figure
from coursework.drawing.heatmap import feature_grid
from tests.coursework.drawing.markup import parsed, text_element, texts, with_class
from tests.coursework.drawing.samples import circle_points

VALUES = np.tanh(feature_grid("x", cells=64))
ONE_POINT = np.array([[3.0, 3.0, 1.0]])


@pytest.mark.parametrize("wide", [True, False])
def test_a_known_point_is_at_its_place(wide: bool) -> None:
    root = parsed(boundary(VALUES, ONE_POINT, None, wide=wide))
    (circle,) = root.iter("circle")
    side = SIDES[wide]
    assert float(circle.get("cx", 0)) == pytest.approx(0.75 * side, abs=0.06)
    assert float(circle.get("cy", 0)) == pytest.approx(0.25 * side, abs=0.06)


@pytest.mark.parametrize("wide", [True, False])
def test_the_axes_go_from_minus_six_to_six(wide: bool) -> None:
    root = parsed(boundary(VALUES, None, None, wide=wide))
    assert sorted(texts(root)) == sorted(2 * ["−6", "−3", "0", "3", "6"])
    assert float(text_element(root, "3").get("x", 0)) == pytest.approx(0.75 * SIDES[wide], abs=0.06)


def test_the_heat_map_is_soft_under_points_and_test_points_are_faint() -> None:
    root = parsed(boundary(VALUES, circle_points(10), circle_points(6), wide=True))
    assert with_class(root, "soft")
    (faint,) = with_class(root, "pt-test")
    assert len(list(faint.iter("circle"))) == 3


def test_the_sentence_counts_the_points_on_their_side() -> None:
    points = np.array([[2.0, 0, 1], [-2, 0, -1], [2, 0, -1]])
    sentence = parsed(boundary(VALUES, points, ONE_POINT, wide=True)).get("aria-label") or ""
    assert "positive on 50 % of the plane" in sentence
    assert "2 of 3 training points and 1 of 1 test point" in sentence


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, -np.inf])
def test_a_diverged_network_has_a_boundary(value: float) -> None:
    parsed(boundary(np.full((64, 64), value), circle_points(), circle_points(), wide=True))


def test_the_figure_stores_its_inside_once() -> None:
    figure = boundary_figure(VALUES, circle_points(), circle_points(), name="mine")
    root = parsed(figure)
    assert [svg.get("class") for svg in root] == ["sprite", "boundary at-narrow", "boundary at-wide"]
    assert [use.get("href") for use in root.iter("use")] == ["#mine", "#mine"]
    assert len(list(root.iter("circle"))) == 250
    assert len(figure) < 40_000
