"""The decision boundary: what the network answers everywhere, with the training and test points."""

from collections.abc import Callable

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from coursework.drawing.heatmap import contours, square_path
from coursework.drawing.labels import MINUS, count_of
from coursework.drawing.points import EXTENT, points
from coursework.drawing.svg import NARROW, fitted, label, number, picture, tag

Array = NDArray[np.float64]
# Draws the square's inside at its own size, to be scaled into place
Inside = Callable[[float], str]

SIDES = {True: 480.0, False: NARROW - 30.0}
TICKS = (-6, -3, 0, 3, 6)


def boundary(values: Array, train_points: Array | None, test_points: Array | None, *, wide: bool) -> SafeString:
    """Draw the decision boundary in one size.

    values: float64 (n, n), the output neuron over the plane, row 0 at y = +6, column 0 at x = -6.
    train_points, test_points: float64 (n, 3) of x, y, label.
    """
    return _drawn(wide, _sentence(values, train_points, test_points), _inside(values, train_points, test_points))


def boundary_figure(
    values: Array, train_points: Array | None, test_points: Array | None, *, name: str = "boundary"
) -> SafeString:
    """Draw the decision boundary in both sizes, its inside stored once under the id `name`."""
    sentence = _sentence(values, train_points, test_points)
    shared = tag("g", _inside(values, train_points, test_points)(SIDES[True]), id=name)

    def refer(side: float) -> str:
        scale = None if side == SIDES[True] else f"scale({side / SIDES[True]:.4g})"
        return tag("use", href=f"#{name}", transform=scale)

    return fitted(*(_drawn(wide, sentence, refer) for wide in (False, True)), shared=shared)


def _inside(values: Array, train_points: Array | None, test_points: Array | None) -> Inside:
    def draw(side: float) -> str:
        radius = side / 185
        return (
            contours(values, x=0, y=0, size=side, soft=True)
            + points(test_points, x=0, y=0, size=side, radius=radius, faint=True)
            + points(train_points, x=0, y=0, size=side, radius=radius)
        )

    return draw


def _drawn(wide: bool, sentence: str, inside: Inside) -> SafeString:
    side = SIDES[wide]
    edge = tag("path", css="tile", d=square_path(side))
    # One unit of room at the left and top, for the frame's own width
    moved = tag("g", f"{inside(side)}{edge}{_numbers(side)}", transform="translate(1 1)")
    size = "wide" if wide else "narrow"
    return picture(css=f"boundary at-{size}", width=side + 30, height=side + 26, sentence=sentence, parts=[moved])


def _numbers(side: float) -> str:
    """Write the numbers of both axes, pulled inwards at the ends."""
    parts = []
    for value in TICKS:
        place = (value + EXTENT) / (2 * EXTENT) * side
        across = min(max(place, 7.0), side - 4)
        down = min(max(side - place + 4, 10.0), side)
        words = number(value).replace("-", MINUS)
        parts += [label(across, side + 19, words, "mid"), label(side + 9, down, words)]
    return "".join(parts)


def _sentence(values: Array, train_points: Array | None, test_points: Array | None) -> str:
    finite = np.nan_to_num(values, nan=0.0)
    positive = round(100 * float(np.mean(finite > 0)))
    counts = [
        f"{_right(values, rows)} of {count_of(len(rows), kind)}"
        for rows, kind in ((train_points, "training point"), (test_points, "test point"))
        if rows is not None and len(rows)
    ]
    right = f" On the side of their sign: {' and '.join(counts)}." if counts else ""
    return f"Decision boundary: the network's answer is positive on {positive} % of the plane from -6 to 6.{right}"


def _right(values: Array, rows: Array) -> int:
    """Count the points whose label has the sign of the answer in their cell of the grid."""
    last = np.array(values.shape) - 1
    columns = np.clip(np.rint((rows[:, 0] + EXTENT) / (2 * EXTENT) * last[1]), 0, last[1]).astype(int)
    lines = np.clip(np.rint((EXTENT - rows[:, 1]) / (2 * EXTENT) * last[0]), 0, last[0]).astype(int)
    return int(np.sum((values[lines, columns] > 0) == (rows[:, 2] > 0)))
