"""Training and test points over the plane: circles for +1, diamonds for -1, squares for what lies between."""

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from coursework.drawing.heatmap import square_path
from coursework.drawing.svg import number, ornament, tag

EXTENT = 6.0  # the plane goes from -6 to 6, as in the Playground

Rows = NDArray[np.float64]


def points(rows: Rows | None, *, x: float, y: float, size: float, radius: float, faint: bool = False) -> str:
    """Draw points on a square that shows the plane; those outside it are left out, as in the Playground.

    rows: float64 (n, 3) of x, y, label; a label of at least 0.5 counts as +1, of at most -0.5 as -1.
    """
    if rows is None or len(rows) == 0:
        return ""
    inside = rows[np.all(np.abs(rows[:, :2]) <= EXTENT, axis=1)]
    across = x + (inside[:, 0] + EXTENT) / (2 * EXTENT) * size
    down = y + (EXTENT - inside[:, 1]) / (2 * EXTENT) * size
    labels = inside[:, 2]
    places = np.column_stack((across, down))
    parts = (
        _circles(places[labels >= 0.5], radius),
        _path("pt-neg", [_diamond(px, py, radius * 1.2) for px, py in places[labels <= -0.5]]),
        _path("pt-mid", [_square(px, py, radius) for px, py in places[np.abs(labels) < 0.5]]),
    )
    return tag("g", "".join(parts), css="pt-test" if faint else None)


def points_tile(rows: Rows, *, size: int = 72) -> SafeString:
    """Draw a data set small, beside its name (it is hidden from screen readers); rows as in `points`."""
    ground = tag("path", css="z4", d=square_path(size))
    edge = tag("path", css="tile", d=square_path(size))
    shown = points(rows, x=0, y=0, size=size, radius=size / 60)
    return ornament(css="thumb", width=size, height=size, parts=[ground, shown, edge])


def _circles(places: Rows, radius: float) -> str:
    circles = (f'<circle cx="{number(px)}" cy="{number(py)}" r="{number(radius)}"/>' for px, py in places)
    return tag("g", "".join(circles), css="pt-pos")


def _path(css: str, pieces: list[str]) -> str:
    return tag("path", css=css, d="".join(pieces)) if pieces else ""


def _diamond(x: float, y: float, reach: float) -> str:
    step = number(reach)
    return f"M{number(x)} {number(y - reach)}l{step} {step}-{step} {step}-{step}-{step}z"


def _square(x: float, y: float, radius: float) -> str:
    return square_path(radius * 1.6, x - radius * 0.8, y - radius * 0.8)
