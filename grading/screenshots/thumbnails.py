"""Reads which data set is chosen: its thumbnail has a dark border and full colours, the others are faded."""

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from engine.datasets import make_points
from engine.spec import Spec
from grading.screenshots.borders import border_darkness
from grading.screenshots.layout import Line, read_layout
from grading.screenshots.reading import Box, Read
from grading.screenshots.rectify import Patch, Pixels, lay_flat, on_ground

# The column and row of each thumbnail. Only one problem's are shown: four or two.
_PLACES = {
    "circle": (0, 0),
    "xor": (1, 0),
    "gauss": (0, 1),
    "spiral": (1, 1),
    "reg-plane": (0, 0),
    "reg-gauss": (1, 0),
}
_FINE = 2  # flat pixels per CSS pixel
_LEFT, _RIGHT, _TOP, _BOTTOM = -30.0, 120.0, -70.0, 100.0  # the part of the page to look at, in CSS pixels
_MIDDLES = (22.0, 70.0)  # of the two columns
_FIRST_ROWS = (-24.0, -6.0, 12.0)  # the first row's middle: the question above takes two to four lines
_PITCH = 48.0
_OFF = 5.0  # how far a thumbnail may be from its place
_RING = 18 * _FINE
_DARK = 95.0  # how much darker than the ground the border is at least
_INNER = 16 * _FINE  # half the side of what is looked at inside, of 17 CSS pixels that show 6 units of the data
_CELLS = 8  # per side, in which colours are compared
_SQUARE = 0.24  # a point is a square that begins at it: its middle lies that far to the right and down
_ALIKE, _LEAD = 0.4, 0.12  # the least correlation of the cells with those of the data set, and its lead over the others


def read_dataset(pixels: Pixels, lines: Iterable[Line]) -> Read[str] | None:
    """Read the chosen data set by the link's name; None where its thumbnail can't be seen or place and drawing differ.

    `pixels` is the upright picture, uint8 (height, width, 3) RGB; `lines` are its texts.
    """
    layout = read_layout(lines)
    if layout is None or "data" not in layout.columns:
        return None
    spots = ((_LEFT, _TOP), (_RIGHT, _TOP), (_RIGHT, _BOTTOM), (_LEFT, _BOTTOM))
    first, second, third, fourth = (layout.place("data", across, down) for across, down in spots)
    patch = lay_flat(pixels, (first, second, third, fourth), int(_RIGHT - _LEFT) * _FINE, int(_BOTTOM - _TOP) * _FINE)
    if not patch.seen.any():
        return None
    patch = on_ground(patch, np.median(patch.colors[patch.seen], axis=0))
    found = _find_border(patch)
    if found is None:
        return None
    right, down, darkness = found
    name, alike, lead = _most_alike(patch, right, down)
    across, below = right / _FINE + _LEFT, down / _FINE + _TOP
    if alike < _ALIKE or lead < _LEAD or not _stands_right(name, across, below):
        return None
    x, y = layout.place("data", across - 20, below - 20)
    side = 40 * layout.rows.scale(x, below)
    box: Box = (x, y, side, side)
    return Read(name, name, float(np.clip(min(darkness / 160, 0.6 + lead), 0, 0.99)), box)


def _find_border(patch: Patch) -> tuple[int, int, float] | None:
    """Find the darkest square border: the x and y of its middle in flat pixels, and how dark it is."""
    rings = border_darkness(patch, _RING)
    down, right = np.unravel_index(int(rings.argmax()), rings.shape)
    darkness = float(rings[down, right])
    return (int(right), int(down), darkness) if darkness >= _DARK else None


def _stands_right(name: str, across: float, below: float) -> bool:
    column, row = _PLACES[name]
    rows = [first + row * _PITCH for first in _FIRST_ROWS]
    return abs(across - _MIDDLES[column]) < 2 * _OFF and min(abs(below - middle) for middle in rows) < _OFF


def _most_alike(patch: Patch, right: int, down: int) -> tuple[str, float, float]:
    """Give the data set whose drawing is most like what is inside the border, their correlation and its lead."""
    inner = patch.colors[down - _INNER : down + _INNER, right - _INNER : right + _INNER]
    blue = (inner[..., 2] - inner[..., 0]) / 255
    cells = blue.reshape(_CELLS, 2 * _INNER // _CELLS, _CELLS, -1).mean(axis=(1, 3))
    scores = {name: _correlation(cells, _drawing(name)) for name in _PLACES}
    best, second = sorted(scores, key=lambda name: scores[name])[:-3:-1]
    return best, scores[best], scores[best] - scores[second]


def _correlation(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    lengths = float(np.sqrt((first * first).sum() * (second * second).sum()))
    return float((first * second).sum()) / max(lengths, 1e-6)


@cache
def _drawing(name: str) -> NDArray[np.float64]:
    """Give the mean label in each cell of a thumbnail, in which y grows downwards."""
    problem = "regression" if name.startswith("reg-") else "classification"
    points = make_points(Spec(dataset=name, problem=problem, seed="0.5", noise=0))
    x, y, label = np.vstack((points.train, points.test)).T
    edge = 6 * _INNER / (17 * _FINE)
    edges = np.linspace(-edge, edge, _CELLS + 1)
    cells: NDArray[np.float64] = np.histogram2d(y + _SQUARE, x + _SQUARE, bins=[edges, edges], weights=label)[0]
    return cells
