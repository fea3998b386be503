"""Fewer points for the same line, and short paths for them."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def simplified(points: Points, tolerance: float) -> Points:
    """Drop the points that lie within `tolerance` of the line that joins the kept ones (Douglas and Peucker's rule).

    points: float64 (n, 2). The first and last point are always kept.
    """
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    open_spans = [(0, len(points) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        distances = _distances(points[first + 1 : last], points[first], points[last])
        farthest = int(np.argmax(distances))
        if distances[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            open_spans += [(first, middle), (middle, last)]
    return points[keep]


def _distances(points: Points, start: Points, end: Points) -> NDArray[np.float64]:
    """Give each point's distance from the nearest spot of the segment."""
    along = end - start
    squared_length = float(along @ along)
    if squared_length == 0.0:
        nearest = start[np.newaxis, :]
    else:
        shares = np.clip((points - start) @ along / squared_length, 0.0, 1.0)
        nearest = start + shares[:, np.newaxis] * along
    offsets = points - nearest
    return np.hypot(offsets[:, 0], offsets[:, 1])


def ring_path(points: Points) -> str:
    """Write a closed ring with relative steps of tenths; "" when rounding leaves no area.

    Whole tenths are added up, so the rounding errors of the steps don't.
    """
    tenths = np.rint(points * 10).astype(np.int64)
    moved = np.any(np.diff(tenths, axis=0) != 0, axis=1)
    tenths = tenths[np.concatenate(([True], moved))]
    if len(tenths) > 1 and np.array_equal(tenths[0], tenths[-1]):
        tenths = tenths[:-1]
    if len(tenths) < 3:
        return ""
    steps = np.diff(tenths, axis=0).ravel()
    return f"M{_tenths(tenths[0, 0])} {_tenths(tenths[0, 1])}l{_run(steps)}z"


def _tenths(value: int) -> str:
    """Write tenths without a zero that SVG does not need: 25 -> "2.5", -3 -> "-.3"."""
    whole, rest = divmod(abs(int(value)), 10)
    sign = "-" if value < 0 else ""
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{rest}"


def _run(values: NDArray[np.int64]) -> str:
    """Write numbers in a row; a minus sign separates as well as a space."""
    words = [_tenths(value) for value in values]
    return "".join(word if word[0] == "-" or index == 0 else f" {word}" for index, word in enumerate(words))
