"""Heat maps of one neuron's answers over the plane, as nested filled contours."""

from itertools import pairwise
from typing import cast

import numpy as np
from contourpy import FillType, contour_generator
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from coursework.drawing.simplify import ring_path, simplified
from coursework.drawing.svg import number, ornament, tag

# Nine bands from orange over grey to blue: between -0.08 and 0.08 an answer has no sign worth showing
LEVELS = (-0.8, -0.5, -0.25, -0.08, 0.08, 0.25, 0.5, 0.8)
# Beyond this every value is plain orange or blue; the bound keeps interpolation away from infinity
LARGEST = 1e6

Grid = NDArray[np.float64]


def contours(
    values: Grid, *, x: float, y: float, size: float, soft: bool = False, cells: int = 64, tolerance: float = 0.12
) -> str:
    """Draw a grid of answers as a square heat map.

    values: float64 (n, n), row 0 at the top, column 0 at the left; NaN is drawn as zero, infinity as large.
    x, y, size: the square's corner and side in the drawing's units. soft: the pale bands that points can lie on.
    cells: at most so many rows and columns are looked at. tolerance: how far a drawn line may be off, in units.
    """
    bands = _bands(_drawable(values), size=size, cells=cells, tolerance=tolerance)
    place = None if x == 0 and y == 0 else f"translate({number(x)} {number(y)})"
    return tag("g", "".join(bands), css="soft" if soft else None, transform=place)


def _drawable(values: Grid) -> Grid:
    finite = np.nan_to_num(np.asarray(values, dtype=np.float64), nan=0.0, posinf=LARGEST, neginf=-LARGEST)
    return np.clip(finite, -LARGEST, LARGEST)


def _bands(values: Grid, *, size: float, cells: int, tolerance: float) -> list[str]:
    """Draw the lowest band as the whole square, then every higher one on top of it."""
    rows, columns = _sample(values.shape[0], cells), _sample(values.shape[1], cells)
    grid = values[np.ix_(rows, columns)]
    lowest = int(np.searchsorted(LEVELS, grid.min(), side="right"))
    highest = int(np.searchsorted(LEVELS, grid.max(), side="right"))
    square = tag("path", css=f"z{lowest}", d=square_path(size))
    if highest == lowest:
        return [square]
    scale_y, scale_x = size / (values.shape[0] - 1), size / (values.shape[1] - 1)
    generator = contour_generator(
        x=columns * scale_x, y=rows * scale_y, z=grid, name="serial", fill_type=FillType.OuterOffset
    )
    bands = range(lowest + 1, highest + 1)
    paths = ((band, _path(generator.filled(LEVELS[band - 1], np.inf), tolerance)) for band in bands)
    return [square, *(tag("path", css=f"z{band}", d=path) for band, path in paths if path)]


def _sample(length: int, cells: int) -> NDArray[np.int64]:
    """Choose which rows or columns to look at: evenly spread, both edges included."""
    count = min(length, cells)
    return np.unique(np.rint(np.linspace(0, length - 1, count)).astype(np.int64))


def _path(filled: object, tolerance: float) -> str:
    """Write the polygons of one band; holes run the other way round, so SVG's default rule leaves them open."""
    polygons, offsets = cast(tuple[list[Grid], list[NDArray[np.uint32]]], filled)
    rings = (
        points[start:end] for points, bounds in zip(polygons, offsets, strict=True) for start, end in pairwise(bounds)
    )
    return "".join(ring_path(simplified(ring, tolerance)) for ring in rings)


def thumbnail(values: Grid, *, size: int = 72, css: str = "thumb") -> SafeString:
    """Draw a small heat map that stands beside words saying the same (it is hidden from screen readers)."""
    parts = [contours(values, x=0, y=0, size=size, cells=24), tag("path", css="tile", d=square_path(size))]
    return ornament(css=css, width=size, height=size, parts=parts)


def square_path(size: float, x: float = 0, y: float = 0) -> str:
    """Write the path of a square whose corner is (x, y)."""
    side = number(size)
    return f"M{number(x)} {number(y)}h{side}v{side}h-{side}z"


def feature_tile(name: str, *, size: int = 22) -> SafeString:
    """Draw what one input looks like over the plane, for a checkbox or a list."""
    return thumbnail(feature_grid(name), size=size, css="tile-i")


def feature_grid(name: str, cells: int = 25, extent: float = 6.0) -> Grid:
    """Compute one input over the plane: float64 (cells, cells), row 0 at y = +extent.

    For pictures only; numpy's sine differs from the engine's in the last bit.
    """
    across = np.linspace(-extent, extent, cells)
    x, y = np.meshgrid(across, across[::-1])
    grids: dict[str, Grid] = {
        "x": x,
        "y": y,
        "xSquared": x * x,
        "ySquared": y * y,
        "xTimesY": x * y,
        "sinX": np.sin(x),
        "sinY": np.sin(y),
    }
    return grids[name]
