"""Where the Playground's parts stand in a picture, judged by the texts that were found in it.

Within a column of the page nothing moves. All distances called `right` are in CSS pixels from the column's left edge,
those called `down` as in `grading.screenshots.rows`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import combinations
from typing import Literal, Protocol

import numpy as np

from grading.screenshots.reading import Box, Corner
from grading.screenshots.rows import CLOSE, ROWS, Anchor, Rows, fit_rows

Column = Literal["data", "features", "output"]

_COLUMNS: dict[str, Column] = {
    "data": "data",
    "whichdatasetdo": "data",
    "youwanttouse": "data",
    "ratiooftrainingto": "data",
    "noise": "data",
    "batchsize": "data",
    "features": "features",
    "whichproperties": "features",
    "whichpropertiesdo": "features",
    "youwanttofeedin": "features",
    "doyouwantto": "features",
    "output": "output",
    "testloss": "output",
    "trainingloss": "output",
    "colorsshows": "output",
    "dataneuronand": "output",
    "weightvalues": "output",
}
_LAST_ROW = 420.0  # below begins the article
_INPUT_LABELS = {"x", "xx", "sinx"}
_KEYS = ROWS.keys() | _COLUMNS.keys()
_LONG, _ALIKE = 7, 0.8  # from so many letters on a misread text is known again by so many of them
_INPUT_LABEL_RIGHT = 50.5  # where an input's label ends, from the column's left edge


class Line(Protocol):
    """One line of text in the picture: what `grading.screenshots.ocr.TextLine` has."""

    @property
    def text(self) -> str:
        """The characters as they were recognised."""

    @property
    def confidence(self) -> float:
        """From 0 to 1."""

    @property
    def box(self) -> Box:
        """The upright box around it: left, top, width, height in pixels."""

    @property
    def quad(self) -> Sequence[Corner]:
        """Its four corners from the top left on, clockwise as it reads."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the page lies in the picture: its rows, and each column's left edge in row 0 and its drift per row."""

    rows: Rows
    columns: Mapping[Column, tuple[float, float]]

    def place(self, column: Column, right: float, down: float) -> Corner:
        """Give the picture's (x, y) of a place in a column, which must be one of `columns`."""
        left, drift = self.columns[column]
        x = left + drift * down
        x += self.rows.scale(x, down) * right
        return x, self.rows.height(x, down)


def key_of(text: str) -> str:
    """Reduce a line to what its row is known by: the letters in lower case, without numbers and signs."""
    return re.sub(r"[^a-z]", "", text.lower())


def read_layout(lines: Iterable[Line]) -> Layout | None:
    """Find how the page lies in the picture; None where too few of its texts agree on it."""
    anchors = [_anchor(line) for line in lines]
    rows = fit_rows([anchor for anchor in anchors if anchor.key in ROWS])
    return None if rows is None else Layout(rows, _fit_columns(anchors, rows))


def _anchor(line: Line) -> Anchor:
    left, top, width, height = line.box
    return Anchor(_known_key(key_of(line.text)), left, left + width, left + width / 2, top + height / 2)


def _known_key(key: str) -> str:
    """Give the key of one of the page's texts that is nearly the same, if there is one: small texts are misread."""
    if key in _KEYS or len(key) < _LONG:
        return key
    return next(iter(get_close_matches(key, _KEYS, n=1, cutoff=_ALIKE)), key)


def _fit_columns(anchors: Sequence[Anchor], rows: Rows) -> dict[Column, tuple[float, float]]:
    found: dict[Column, list[tuple[float, float]]] = {}
    for anchor in anchors:
        down = rows.down(anchor.x, anchor.y)
        known = ROWS.get(anchor.key)
        if down > _LAST_ROW or (known and min(abs(down - row) for row in known) > CLOSE):
            continue  # the same words stand in the article below, too
        if anchor.key in _COLUMNS:
            found.setdefault(_COLUMNS[anchor.key], []).append((down, anchor.left))
        elif anchor.key in _INPUT_LABELS and down > -10:
            reach = _INPUT_LABEL_RIGHT * rows.scale(anchor.x, down)
            found.setdefault("features", []).append((down, anchor.right - reach))
    drift = _common_drift(found.values()) if rows.is_tilted else 0.0
    return {column: _edge(places, drift, rows.is_tilted) for column, places in found.items()}


def _common_drift(columns: Iterable[list[tuple[float, float]]]) -> float:
    drifts = [_edge(places, 0.0, True)[1] for places in columns if _can_drift(places)]
    return float(np.median(drifts)) if drifts else 0.0


def _can_drift(places: Sequence[tuple[float, float]]) -> bool:
    downs = [down for down, _ in places]
    return len(places) >= 4 and max(downs) - min(downs) > 150


def _edge(places: Sequence[tuple[float, float]], drift: float, may_drift: bool) -> tuple[float, float]:
    downs, lefts = np.array(places).T
    if may_drift and _can_drift(places):
        slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(places, 2) if abs(b[0] - a[0]) > 60]
        drift = float(np.median(slopes))
    return float(np.median(lefts - drift * downs)), drift
