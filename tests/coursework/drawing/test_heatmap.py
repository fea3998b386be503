import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursework.drawing.heatmap import contours, feature_grid, feature_tile, thumbnail
from tests.coursework.drawing.markup import numbers, parsed, with_class
from tests.coursework.drawing.samples import ALL_FEATURES, Array


def plane(size: int = 64) -> Array:
    """The input x: -6 at the left, +6 at the right."""
    return feature_grid("x", cells=size)


def test_bands_of_x_start_where_x_has_their_level() -> None:
    root = parsed(contours(plane(), x=0, y=0, size=120))
    # x = -0.8 lies at (6 - 0.8) / 12 of 120 units
    for band, level in ((1, -0.8), (4, -0.08), (5, 0.08), (8, 0.8)):
        (path,) = with_class(root, f"z{band}")
        left = min(_absolute(path.get("d", ""))[:, 0])
        assert left == pytest.approx((6 + level) / 12 * 120, abs=0.15)


def _absolute(path: str) -> Array:
    return np.cumsum(np.array(numbers(path)).reshape(-1, 2), axis=0)


def test_the_first_row_is_the_top() -> None:
    root = parsed(contours(feature_grid("y"), x=0, y=0, size=120))
    (blue,) = with_class(root, "z8")
    assert _absolute(blue.get("d", ""))[:, 1].max() < 60


@pytest.mark.parametrize(
    ("value", "band"), [(0.0, 4), (1.0, 8), (-1.0, 0), (0.3, 6), (np.nan, 4), (np.inf, 8), (-np.inf, 0), (1e300, 8)]
)
def test_a_constant_neuron_is_one_square(value: float, band: int) -> None:
    root = parsed(contours(np.full((13, 13), value), x=3, y=4.5, size=40))
    assert [path.get("class") for path in root] == [f"z{band}"]
    assert root[0].get("d") == "M0 0h40v40h-40z"
    assert root.get("transform") == "translate(3 4.5)"


@given(
    arrays(
        np.float64,
        st.integers(1, 20).map(lambda size: (size, size)),
        elements=st.floats(allow_nan=True, allow_infinity=True),
    )
)
def test_any_grid_gives_a_drawing(values: Array) -> None:
    root = parsed(contours(values, x=1, y=1, size=40, soft=True))
    assert root.get("class") == "soft"
    for path in root:
        assert all(-0.1 <= place <= 40.1 for place in _outline(path.get("d", "")))


def _outline(path: str) -> list[float]:
    if "h" in path:
        return numbers(path)[:2]
    rings = path.strip("z").split("z")
    return [place for ring in rings for place in _absolute(ring).ravel()]


@given(arrays(np.float64, (64, 64), elements=st.floats(-2, 2)))
def test_noise_stays_small_as_a_tile(values: Array) -> None:
    assert len(contours(values, x=0, y=0, size=40, cells=13, tolerance=0.2)) < 12_000


def test_a_smooth_boundary_is_small() -> None:
    across = np.linspace(-6, 6, 64)
    x, y = np.meshgrid(across, across)
    assert len(contours(np.tanh(3 - np.hypot(x, y)), x=0, y=0, size=480)) < 8_000


@pytest.mark.parametrize("name", ALL_FEATURES)
def test_every_input_has_a_tile_that_only_decorates(name: str) -> None:
    root = parsed(feature_tile(name))
    assert (root.get("width"), root.get("aria-hidden"), root.get("class")) == ("22", "true", "tile-i")
    assert with_class(root, "z8") and with_class(root, "tile")


def test_a_thumbnail_has_its_size() -> None:
    assert parsed(thumbnail(plane())).get("viewBox") == "0 0 72 72"
