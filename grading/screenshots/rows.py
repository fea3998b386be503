"""Which row of the page stands at which height in a picture, judged by the texts that were found in it.

The page's columns move with the window's width, but the rows stay: every text stands at a fixed height above or below
the first input's tile. All heights called `down` are in CSS pixels from that tile's row; they were measured in
Chromium at several widths, fonts and zooms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

# The middle of each text, and where more than one is possible, all of them. Keys are letters only, in lower case.
ROWS: dict[str, tuple[float, ...]] = {
    "data": (-118.3,),
    "features": (-118.3,),
    "output": (-118.3,),
    "hiddenlayers": (-120.7,),
    "hiddenlayer": (-120.7,),
    "whichdatasetdo": (-89.5,),
    "whichproperties": (-89.5,),
    "whichpropertiesdo": (-89.5,),
    "testloss": (-88.5,),
    "trainingloss": (-68.3,),
    "youwanttouse": (-71.4,),
    "youwanttofeedin": (-71.4,),
    "doyouwantto": (-71.2,),
    "neurons": (-33.6,),
    "neuron": (-33.6,),
    "feedin": (-53.9, -35.2),
    "ratiooftrainingto": (74.5, 92.5),
    "testdata": (94.2, 112.2),
    "noise": (152.4, 170.4),
    "batchsize": (210.5, 228.5),
    "xx": (219.4,),
    "sinx": (274.7, 329.7),
    "regenerate": (279.6, 297.6),
    "colorsshows": (300.3,),
    "dataneuronand": (318.6,),
    "weightvalues": (337.0,),
    "showtestdata": (376.8,),
    "discretizeoutput": (377.0,),
}
CLOSE = 3.5  # CSS pixels by which a text may be off its row
_CLOSE_IN_PHOTO = 14.0
_NEEDED_IN_PHOTO = 9  # texts
_OFF_IN_PHOTO = 1.4  # CSS pixels by which texts are off upright rows there, in the root mean square
_FAR_OFF = 6.0  # what is off by more counts as by so much
_NEEDED = 3  # texts that must agree
_MOST = 80  # texts that are looked at, from the first on: every pair of them is tried
_SCALES = (0.3, 5.0)  # picture pixels per CSS pixel that are believed


@dataclass(frozen=True, slots=True)
class Anchor:
    """A text of the page that was found: its key, its left edge, and the middle of its box in the picture."""

    key: str
    left: float
    right: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Rows:
    """Which height in the picture each of the page's rows has.

    `coefficients` times (1, down, x, x · down, down²), x in thousands of picture pixels; the last three are 0 unless
    the picture was taken at an angle.
    """

    coefficients: tuple[float, float, float, float, float]

    @property
    def is_tilted(self) -> bool:
        """Tell whether the picture was taken at an angle."""
        return any(self.coefficients[2:])

    def height(self, x: float, down: float) -> float:
        """Give the picture's y of a row at the picture's x."""
        return float(np.dot(self.coefficients, _terms(x, down)))

    def scale(self, x: float, down: float) -> float:
        """Give the picture pixels per CSS pixel around a place."""
        _, steady, _, across, along = self.coefficients
        return steady + across * x / 1000 + 2 * along * down

    def down(self, x: float, y: float) -> float:
        """Give the row of a place in the picture; the inverse of `height`."""
        down = (y - self.height(x, 0)) / self.scale(x, 0)
        for _ in range(4):  # Newton's steps: it is nearly linear
            down += (y - self.height(x, down)) / self.scale(x, down)
        return down


def fit_rows(anchors: Sequence[Anchor]) -> Rows | None:
    """Find the rows on which most of the texts agree, each of which has its key in ROWS; None where too few do."""
    anchors = anchors[:_MOST]
    start = _steady_fit(anchors)
    if start is None:
        return None
    upright, off = _refine(anchors, start, CLOSE, terms=2)
    if len(anchors) < _NEEDED_IN_PHOTO or off < _OFF_IN_PHOTO:
        return upright
    # At an angle a text that can stand in several rows may seem to stand in the wrong one: also first without these.
    certain = [anchor for anchor in anchors if len(ROWS[anchor.key]) == 1]
    tries = (_refine(some, start, _CLOSE_IN_PHOTO, terms=5)[0] for some in (anchors, certain) if some)
    tilted, off_tilted = min((_refine(anchors, tilted, CLOSE, terms=5) for tilted in tries), key=itemgetter(1))
    return tilted if off_tilted < 0.6 * off else upright


def _steady_fit(anchors: Sequence[Anchor]) -> Rows | None:
    """Find the start and the scale on which most texts agree, as they stand in an upright picture."""
    ys = np.array([anchor.y for anchor in anchors])
    downs = np.full((len(anchors), 2), np.inf)
    for index, anchor in enumerate(anchors):
        rows = ROWS[anchor.key]
        downs[index, : len(rows)] = rows
    best: tuple[float, float, float] | None = None
    for (i, first), (j, second) in combinations([(i, row) for i, a in enumerate(anchors) for row in ROWS[a.key]], 2):
        if abs(second - first) < 15:
            continue
        scale = (ys[j] - ys[i]) / (second - first)
        if not _SCALES[0] <= scale <= _SCALES[1]:
            continue
        start = ys[i] - scale * first
        off = np.abs((ys - start)[:, None] / scale - downs).min(axis=1)
        rank = (float((1 - (off / CLOSE) ** 2).clip(min=0).sum()), start, scale)
        best = rank if best is None or rank > best else best
    return None if best is None or best[0] < _NEEDED - 1 else Rows((float(best[1]), float(best[2]), 0.0, 0.0, 0.0))


def _refine(anchors: Sequence[Anchor], rows: Rows, close: float, terms: int) -> tuple[Rows, float]:
    """Fit the rows to the texts within `close` CSS pixels, closer with each round; and say how far off they are."""
    ys = np.array([anchor.y for anchor in anchors])
    for _ in range(6):
        known = _known(anchors, rows)
        chosen = np.abs(known @ rows.coefficients - ys) < close * rows.coefficients[1]
        if chosen.sum() < max(_NEEDED, terms + 1):
            break
        fitted = np.linalg.lstsq(known[chosen][:, :terms], ys[chosen], rcond=None)[0]
        first, second, third, fourth, fifth = (float(value) for value in (*fitted, 0.0, 0.0, 0.0)[:5])
        rows = Rows((first, second, third, fourth, fifth))
        close = max(CLOSE, close * 0.6)
    off = np.abs(_known(anchors, rows) @ rows.coefficients - ys) / rows.coefficients[1]
    return rows, float(np.sqrt((off.clip(max=_FAR_OFF) ** 2).mean()))


def _known(anchors: Sequence[Anchor], rows: Rows) -> NDArray[np.float64]:
    """Give each text's terms, for the nearest of the rows that it can stand in."""
    return np.array(
        [
            _terms(anchor.x, min(ROWS[anchor.key], key=lambda down: abs(rows.height(anchor.x, down) - anchor.y)))
            for anchor in anchors
        ]
    )


def _terms(x: float, down: float) -> tuple[float, float, float, float, float]:
    thousands = x / 1000
    return (1, down, thousands, thousands * down, down * down)
