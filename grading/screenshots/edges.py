"""Finds the edges of a square that is darker than the page around it, in a part of the picture that was laid flat."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from grading.screenshots.rectify import Floats, Mask

CLEAR = 2.5  # levels by which it gets darker at an edge at least
_SCALES = np.arange(0.95, 1.0501, 0.0025)  # how much larger or smaller than expected the square may be
_REACH = 18  # flat pixels by which its near edge may be off
_PARTS = 9  # of an edge, each of which is found alone, to see whether it slants
_SLACK = 12  # flat pixels by which a part may be off its edge
_STRAIGHT = 2.0  # flat pixels: what slants by less from end to end is straight
_SHOWN = 0.15  # the least share of a profile's places that the picture must show


@dataclass(frozen=True, slots=True)
class Pair:
    """Where two opposite edges are, in flat pixels, and how clear each is (0 where it isn't seen)."""

    near: float
    far: float
    clear: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A nearly upright or level line: at `along` it is at `offset` + `slope` × `along`, all in flat pixels."""

    offset: float
    slope: float = 0.0


def darkening(luma: Floats, seen: Mask) -> Floats:
    """Give how much darker it gets on average at each column to the right; 0 where it can't be seen.

    Shapes (height, width) in, (width,) out; index i is the border between the columns i - 1 and i.
    """
    counts = seen.sum(axis=0)
    profile = np.where(seen, luma, 0).sum(axis=0) / np.maximum(counts, 1)
    known = counts > _SHOWN * len(luma)
    pairs = profile[:-1] + profile[1:]
    step = np.zeros(len(profile), dtype=np.float32)
    is_known = known[2:-1] & known[:-3] & known[1:-2] & known[3:]
    step[2:-1] = np.where(is_known, (pairs[:-2] - pairs[2:]) / 2, 0)
    return step


def find_pairs(across: Floats, along: Floats, expected: tuple[int, int], *, square: bool) -> tuple[Pair, Pair]:
    """Find the upright and the level pair of edges near where both are `expected`, from the darkening both ways.

    With `square` both pairs are equally far apart.
    """
    columns, rows = _best_pairs(across, expected), _best_pairs(along, expected)
    if not square:
        return _pair(across, max(columns)), _pair(along, max(rows))
    best = int(np.argmax([a[0] + b[0] for a, b in zip(columns, rows, strict=True)]))
    return _pair(across, columns[best]), _pair(along, rows[best])


def _best_pairs(step: Floats, expected: tuple[int, int]) -> list[tuple[float, int, int]]:
    """Give for each scale the best pair's score and its edges."""
    near, far = expected
    nears = np.arange(near - _REACH, near + _REACH + 1)
    pairs = []
    for scale in _SCALES:
        fars = np.rint(nears + (far - near) * scale).astype(int)
        rises = np.where(fars < len(step) - 2, -step[np.minimum(fars, len(step) - 1)], 0)
        # Where the edges are weak, it counts for more that the expectation is nearly right.
        doubt = 0.5 * ((scale - 1) / 0.02) ** 2 + 0.25 * ((nears - near) / 10) ** 2
        scores = step[nears].clip(0) + rises.clip(0) - doubt
        best = int(scores.argmax())
        pairs.append((float(scores[best]), int(nears[best]), int(fars[best])))
    return pairs


def _pair(step: Floats, found: tuple[float, int, int]) -> Pair:
    _, near, far = found
    rise = float(-step[far]) if far < len(step) - 2 else 0.0
    return Pair(near + _finer(step, near), far + _finer(-step, far) if rise else far, (float(step[near]), rise))


def _finer(step: Floats, peak: int) -> float:
    """Give by how much the peak of the parabola through three places lies off the middle one."""
    before, middle, behind = (float(value) for value in step[peak - 1 : peak + 2])
    bend = before - 2 * middle + behind
    return float(np.clip((before - behind) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0


def slanted(luma: Floats, seen: Mask, edge: float, rows: tuple[int, int], *, darker: bool) -> Line:
    """Give the line that a nearly upright edge follows between two rows; straight down if it slants but little.

    `darker` tells whether it gets darker to the right of it.
    """
    first = int(edge) - _SLACK - 3
    window = slice(max(0, first), int(edge) + _SLACK + 4)
    places = []
    for part in np.array_split(np.arange(*rows), _PARTS):
        step = darkening(luma[part, window], seen[part, window]) * (1 if darker else -1)
        peak = int(step.argmax()) if step.size else 0
        if step.size and step[peak] >= CLEAR and 1 <= peak < len(step) - 1:
            places.append((float(part.mean()), window.start + peak + _finer(step, peak)))
    return _line(places, edge, rows)


def _line(places: list[tuple[float, float]], edge: float, rows: tuple[int, int]) -> Line:
    if len(places) < _PARTS // 2:
        return Line(edge)
    apart = (rows[1] - rows[0]) / 3
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(places, 2) if b[0] - a[0] > apart]
    slope = float(np.median(slopes)) if slopes else 0.0
    along, at = np.array(places).T
    offset = float(np.median(at - slope * along))
    agreeing = int((np.abs(offset + slope * along - at) < 2).sum())
    if abs(slope) * (rows[1] - rows[0]) < _STRAIGHT or agreeing < _PARTS // 2:
        return Line(edge)
    return Line(offset, slope)


def crossing(upright: Line, level: Line) -> tuple[float, float]:
    """Give where two lines cross: x = offset + slope y, and y = offset + slope x."""
    x = (upright.offset + upright.slope * level.offset) / (1 - upright.slope * level.slope)
    return x, level.offset + level.slope * x
