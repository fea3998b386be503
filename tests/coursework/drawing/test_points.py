import numpy as np
import pytest

from coursework.drawing.points import points, points_tile
from tests.coursework.drawing.markup import numbers, parsed, with_class


def draw(rows: list[list[float]], **options: bool) -> str:
    return points(np.array(rows, dtype=float).reshape(-1, 3), x=10, y=20, size=120, radius=2, **options)


@pytest.mark.parametrize(
    ("x", "y", "place"), [(0, 0, (70, 80)), (-6, 6, (10, 20)), (6, -6, (130, 140)), (3, 1.5, (100, 65))]
)
def test_a_known_point_is_at_its_place(x: float, y: float, place: tuple[float, float]) -> None:
    (circle,) = parsed(draw([[x, y, 1.0]])).iter("circle")
    assert (float(circle.get("cx", "")), float(circle.get("cy", ""))) == place


def test_the_sign_is_also_a_shape() -> None:
    root = parsed(draw([[0, 0, 1.0], [0, 0, -1.0], [0, 0, 0.1]]))
    assert len(list(root.iter("circle"))) == 1
    (diamond,) = with_class(root, "pt-neg")
    assert numbers(diamond.get("d", ""))[:2] == [70, 77.6]
    assert diamond.get("d", "").count("z") == 1
    (square,) = with_class(root, "pt-mid")
    assert "h" in square.get("d", "")


def test_points_outside_the_plane_and_without_a_place_are_left_out() -> None:
    root = parsed(draw([[6.1, 0, 1.0], [0, -7, 1.0], [np.nan, 0, 1.0], [1, 1, 1.0]]))
    assert len(list(root.iter("circle"))) == 1


def test_test_points_are_faint() -> None:
    assert parsed(draw([[1, 1, 1.0]], faint=True)).get("class") == "pt-test"


def test_a_data_set_as_a_small_tile() -> None:
    root = parsed(points_tile(np.array([[0.0, 0.0, 1.0]])))
    assert (root.get("viewBox"), root.get("class")) == ("0 0 72 72", "thumb")
    assert [circle.get("cx") for circle in root.iter("circle")] == ["36"]


def test_no_points_are_nothing() -> None:
    assert draw([]) == points(None, x=0, y=0, size=1, radius=1) == ""
