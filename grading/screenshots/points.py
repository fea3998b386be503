"""Tells whether the points in a picture are those of a link's seed.

The data stay the same under any number of Resets, and no two seeds have the same; so this holds where the epoch and
the losses of an honest picture can't be compared. Whether the points found in place are many is judged by what other
seeds of the same settings would find in the same picture.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.datasets import Points, make_points
from engine.spec import Spec
from engine.steps import Floats
from grading.screenshots.dots import BLUE, ORANGE, SIDE, STRENGTHS, UNIT, Dots, Marks, Window
from grading.screenshots.reading import PlotReading

# What a mark says for a blue and for an orange training point: nothing, blue and orange in three strengths, and the
# dark borders of test points.
_VALUES = np.array([[0, 1, 2, 3, -1, -2, -3, -3, 0], [0, -1, -2, -3, 1, 2, 3, 0, -3]], dtype=np.int8)
_REACH = 3  # map pixels by which all points may be shifted together
_WIDTH = SIDE + 2 * _REACH
_SHIFTS = (np.arange(2 * _REACH + 1)[:, None] * _WIDTH + np.arange(2 * _REACH + 1)).ravel()
_PALE = 0.4  # a label nearer to 0 has no colour to tell
_OTHERS = 20
_FEWEST = 25  # points that the picture must show; for False twice as many
_LEAST_SPREAD = 0.015
_LEAD, _FAR_AHEAD = 0.1, 5.5  # of the own seed's score before the best of the others, and in their spreads
_NO_LEAD, _LOW = 0.04, 0.2
_SURE = 0.9  # of the frame
_CLEAR = (1.0, 60.0)  # strong marks per expected point: fewer is blurred, more is no points


@dataclass(frozen=True, slots=True)
class PointsMatch:
    """How well a seed's points are those in the picture.

    `share` is the share of its training points (of `expected` that the picture would show) found in place with the
    right colour, less what chance would find: 0 to 1. `others` are the same shares of other seeds of the same settings.
    `verdict` is True if these are the seed's points, False if they are another's, None if that can't be told.
    """

    share: float
    expected: int
    others: tuple[float, ...]
    verdict: bool | None


@dataclass(frozen=True, slots=True)
class _Fit:
    score: float  # the mean of what the marks say at the training points, less that at the test points
    share: float
    expected: int


def match_points(plot: PlotReading, spec: Spec) -> PointsMatch:
    """Hold the points in the picture against those of the link.

    Raises SpecError for settings that can't be run, a missing seed among them, and ValueError for a plot whose dots
    this module didn't write.
    """
    dots = Dots.from_text(plot.dots)
    values = _values(dots.marks)
    own = _fit(values, make_points(spec), dots.window)
    others = [_fit(values, points, dots.window) for points in _other_seeds(replace(_data_settings(spec), seed=None))]
    verdict = _verdict(own, others, dots, plot.confidence)
    return PointsMatch(own.share, own.expected, tuple(other.share for other in others), verdict)


def _data_settings(spec: Spec) -> Spec:
    """Keep only what decides on the points, so that all links of a task share their other seeds."""
    kept = Spec(dataset=spec.dataset, problem=spec.problem, noise=spec.noise, train_percent=spec.train_percent)
    return replace(kept, seed=spec.seed)


@lru_cache(maxsize=128)
def _other_seeds(spec: Spec) -> tuple[Points, ...]:
    """Draw the points of other seeds; with six decimals none of them is a seed that the Playground writes."""
    return tuple(make_points(replace(spec, seed=f"0.{index:02}5077")) for index in range(_OTHERS))


def _values(marks: Marks) -> NDArray[np.int8]:
    """Give what the map says for blue and orange points at each place, with room for shifts: (2, all)."""
    values = np.zeros((2, _WIDTH, _WIDTH), dtype=np.int8)
    values[:, _REACH:-_REACH, _REACH:-_REACH] = _VALUES[:, marks]
    return values.reshape(2, -1)


def _fit(values: NDArray[np.int8], points: Points, window: Window) -> _Fit:
    """Place a seed's points on the map, shifted a little so that they fit best, also with the two colours swapped."""
    orders = ([0, 1], [1, 0])
    return max((_fit_colors(values[order], points, window) for order in orders), key=lambda fit: fit.score)


def _fit_colors(values: NDArray[np.int8], points: Points, window: Window) -> _Fit:
    train, test = (_found(values, chosen, window) for chosen in (points.train, points.test))
    if not train.shape[1]:
        return _Fit(0.0, 0.0, 0)
    by_chance = test if test.shape[1] else np.zeros_like(train)
    # Few test points say little on which shift is right, and much on how well the seed fits.
    weight = min(1.0, test.shape[1] / train.shape[1])
    best = int((train.mean(axis=1) - weight * by_chance.mean(axis=1)).argmax())
    score = float(train[best].mean() - by_chance[best].mean()) / STRENGTHS
    share, chance = float((train[best] > 0).mean()), float((by_chance[best] > 0).mean())
    return _Fit(score, max(0.0, (share - chance) / (1 - min(chance, 0.9))), train.shape[1])


def _found(values: NDArray[np.int8], points: Floats, window: Window) -> NDArray[np.int8]:
    """Give what the map says at each of the points that the picture shows, for each shift: (shifts, points)."""
    x, y, label = points.T
    right, down = np.floor((x + 6) * UNIT).astype(int), np.floor((6 - y) * UNIT).astype(int)
    first_x, first_y, last_x, last_y = window
    shown = (right >= first_x) & (right < last_x) & (down >= first_y) & (down < last_y) & (np.abs(label) >= _PALE)
    places = (down * _WIDTH + right)[shown]
    found: NDArray[np.int8] = values[(label[shown] < 0).astype(int)[None], _SHIFTS[:, None] + places]
    return found


def _verdict(own: _Fit, others: list[_Fit], dots: Dots, confidence: float) -> bool | None:
    """Tell by how far the seed's score is ahead of the best of the others.

    On 210 pictures it was so by 0.14 or more, 0.11 in photographs of a screen, and a wrong seed's by 0.07 or less. A
    wrong seed scores like the others; but so does the right one where the points can't be made out or the frame is
    wrong. So False needs a sure frame and a picture full of clear points.
    """
    scores = np.array([other.score for other in others])
    lead = own.score - float(scores.max())
    ahead = (own.score - float(scores.mean())) / max(float(scores.std()), _LEAST_SPREAD)
    if own.expected >= _FEWEST and lead >= _LEAD and ahead > _FAR_AHEAD:
        return True
    strong = np.isin(dots.marks, (BLUE + 1, BLUE + 2, ORANGE + 1, ORANGE + 2)).sum() / max(own.expected, 1)
    is_clear = own.expected >= 2 * _FEWEST and confidence >= _SURE and _CLEAR[0] <= strong <= _CLEAR[1]
    return False if is_clear and lead <= _NO_LEAD and own.score < _LOW else None
