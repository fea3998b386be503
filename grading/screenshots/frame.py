"""Finds the heat map's frame: near where the page's texts say, and exactly where its edges are."""

from dataclasses import dataclass

import numpy as np

from grading.screenshots.edges import CLEAR, Line, Pair, crossing, darkening, find_pairs, slanted
from grading.screenshots.layout import Layout
from grading.screenshots.reading import Corner
from grading.screenshots.rectify import GROUND, Floats, Patch, Pixels, homography, lay_flat, on_ground

Corners = tuple[Corner, Corner, Corner, Corner]
SIDE = 260  # CSS pixels of the heat map, which shows -6 to 6 both ways
_LEFT, _TOP = 4.0, -27.6  # its corner, in CSS pixels from the column's left edge and the first input's row
_MARGIN = 20  # CSS pixels around it that are looked at
_FINE = 2  # flat pixels per CSS pixel
_NEAR, _FAR = _MARGIN * _FINE, (_MARGIN + SIDE) * _FINE  # where its edges are in the flat part if the texts are right
_SIZE = (SIDE + 2 * _MARGIN) * _FINE
_INSET = _NEAR + 4 * _FINE  # between the other two edges, with some distance
_AT_AN_ANGLE = 0.67  # how sure the frame is at most in a photograph of a screen
_LEAST = 0.3  # the least share of its height that is worth looking at


@dataclass(frozen=True, slots=True)
class Frame:
    """The heat map's corners in the picture, from the top left clockwise, and how sure they are (0 to 1).

    `shown` is the share of its height that the picture shows, from the top; `ground` is the page's colour around it.
    """

    corners: Corners
    confidence: float
    shown: float
    ground: Floats


def find_frame(pixels: Pixels, layout: Layout) -> Frame | None:
    """Find the heat map; None where the picture shows too little of it or no edges where it should be."""
    if "output" not in layout.columns:
        return None
    around = _around(layout)
    patch = lay_flat(pixels, around, _SIZE, _SIZE)
    ground = _ground(patch)
    if ground is None:
        return None
    flat = on_ground(patch, ground)
    bottom = _last_row(flat)
    seen = flat.seen & (np.arange(_SIZE) < bottom)[:, None]
    luma, inner = flat.luma, slice(_INSET, -_INSET)
    across, along = darkening(luma[inner], seen[inner]), darkening(luma[:, inner].T, seen[:, inner].T)
    columns, rows = find_pairs(across, along, (_NEAR, _FAR), square=not layout.rows.is_tilted)
    shown = min(1.0, (bottom - rows.near) / (rows.far - rows.near))
    confidence = _confidence(columns, rows, shown)
    if shown < _LEAST or confidence == 0:
        return None
    lines = _lines(Patch(flat.colors, seen), columns, rows, bottom)
    if layout.rows.is_tilted or sum(line.slope != 0 for line in lines) >= 2:
        return Frame(_corners(around, lines), min(confidence, _AT_AN_ANGLE), shown, ground)
    left, top, right, bottom_line = (Line(at) for at in (columns.near, rows.near, columns.far, rows.far))
    return Frame(_corners(around, (left, top, right, bottom_line)), confidence, shown, ground)


def _around(layout: Layout) -> Corners:
    near, far = -_MARGIN, SIDE + _MARGIN
    first, second, third, fourth = (
        layout.place("output", _LEFT + across, _TOP + down)
        for across, down in ((near, near), (far, near), (far, far), (near, far))
    )
    return first, second, third, fourth


def _ground(patch: Patch) -> Floats | None:
    """Give the page's colour around the heat map, (3,); None where nothing around it can be seen."""
    rim = patch.seen.copy()
    inner = slice(_NEAR - 3 * _FINE, 3 * _FINE - _NEAR)
    rim[inner, inner] = False
    rim[len(rim) * 3 // 4 :] = False  # further down the window may end and something else begin
    return np.median(patch.colors[rim], axis=0) if rim.sum() > 200 else None


def _last_row(flat: Patch) -> int:
    """Give the row at which the page ends: the picture's end, or that of the window in it."""
    off = np.abs(flat.colors - GROUND).max(axis=2)
    width = _NEAR - 4 * _FINE
    sides = [np.where(flat.seen[:, part], off[:, part], 255) for part in (slice(0, width), slice(-width, None))]
    is_page = np.minimum(*(np.median(side, axis=1) for side in sides)) < 10
    rows = np.flatnonzero(is_page)
    return int(rows[-1]) + 1 if len(rows) else 0


def _confidence(columns: Pair, rows: Pair, shown: float) -> float:
    """Weigh how many of the edges are clear; 0 where fewer than three are."""
    needed = (*columns.clear, *(rows.clear if shown == 1 else rows.clear[:1]))
    clear = sum(edge >= CLEAR for edge in needed)
    return 0.97 - 0.3 * (len(needed) - clear) if clear >= 3 else 0.0


def _lines(flat: Patch, columns: Pair, rows: Pair, bottom: int) -> tuple[Line, Line, Line, Line]:
    """Give the left, top, right and bottom edge, slanting where the picture was taken at an angle."""
    luma, seen = flat.luma, flat.seen
    heights = (int(rows.near) + 8, min(int(rows.far), bottom) - 8)
    widths = (int(columns.near) + 8, int(columns.far) - 8)
    return (
        slanted(luma, seen, columns.near, heights, darker=True),
        slanted(luma.T, seen.T, rows.near, widths, darker=True),
        slanted(luma, seen, columns.far, heights, darker=False),
        slanted(luma.T, seen.T, rows.far, widths, darker=False),
    )


def _corners(around: Corners, lines: tuple[Line, Line, Line, Line]) -> Corners:
    """Give where the lines cross, in the picture's pixels."""
    places = homography(around, _SIZE, _SIZE)
    left, top, right, bottom = lines
    pairs = ((left, top), (right, top), (right, bottom), (left, bottom))
    taken = [places @ (*crossing(upright, level), 1) for upright, level in pairs]
    first, second, third, fourth = ((float(x / w), float(y / w)) for x, y, w in taken)
    return first, second, third, fourth
