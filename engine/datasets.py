"""The six data sets, drawn from the Playground's stream of random numbers.

Source: the formulas of the public Playground. The order of the draws and of every operation is the Playground's, since
both decide the last bit. All coordinates are plain numbers in [-6, 6] or so; a label is in [-1, 1].
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.errors import SpecError
from engine.fdlibm import cos, log, sin
from engine.prng import SeededRandom
from engine.spec import RUNNABLE, Spec, validate
from engine.steps import Floats

RADIUS = 5.0  # of the classification sets
REGRESSION_RADIUS = 6.0
CLASSIFICATION_POINTS = 500
REGRESSION_POINTS = 1200
_DECIDE_POINTS = ("problem", "dataset", "noise", "train_percent", "seed")
_BUMPS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))


@dataclass(frozen=True)
class Points:
    """The points of one run in the order of training, float64 (n, 3): x, y, label."""

    train: Floats
    test: Floats


def make_points(spec: Spec) -> Points:
    """Give the points that a freshly opened link shows, to read only. Raises SpecError for settings that can't be run.

    The same points are asked for again and again, by every page that draws them, so the latest are kept.
    """
    _refuse_unrunnable(spec)
    return _kept_points(Spec(**{name: getattr(spec, name) for name in _DECIDE_POINTS}))


@lru_cache(maxsize=64)  # of 12 to 30 kB each
def _kept_points(spec: Spec) -> Points:
    points = draw_points(spec, new_stream(spec))
    points.train.flags.writeable = points.test.flags.writeable = False
    return points


def new_stream(spec: Spec) -> SeededRandom:
    """Open the stream from which first the points and then the weights are drawn.

    Raises SpecError for settings that can't be run, a missing seed among them.
    """
    return SeededRandom(_refuse_unrunnable(spec))


def _refuse_unrunnable(spec: Spec) -> str:
    """Return the seed of a spec that can be run."""
    problems = validate(spec, RUNNABLE)
    if problems or spec.seed is None:
        raise SpecError(problems)
    return spec.seed


def draw_points(spec: Spec, random: SeededRandom) -> Points:
    """Draw, shuffle and split the points, from a stream that has just been opened."""
    points = _GENERATORS[spec.dataset](random, spec.noise / 100)
    order = list(range(len(points)))
    for last in range(len(points), 0, -1):
        chosen = math.floor(random.random() * last)
        order[last - 1], order[chosen] = order[chosen], order[last - 1]
    split = len(points) * spec.train_percent // 100
    shuffled = points[order]
    return Points(train=shuffled[:split], test=shuffled[split:])


def _columns(rows: Sequence[tuple[float, ...]]) -> list[Floats]:
    return list(np.array(rows).T.copy())


def _labelled(x: Floats, y: Floats, label: Floats) -> Floats:
    return np.column_stack((x, y, label))


def _circle(random: SeededRandom, noise: float) -> Floats:
    rows = []
    for low, high in ((0.0, RADIUS * 0.5), (RADIUS * 0.7, RADIUS)):
        for _ in range(CLASSIFICATION_POINTS // 2):
            drawn = random.uniform(low, high), random.uniform(0, 2 * math.pi)
            rows.append((*drawn, *_shift(random, RADIUS, noise)))
    radius, angle, shift_x, shift_y = _columns(rows)
    x, y = radius * sin(angle), radius * cos(angle)
    return _labelled(x, y, np.where(_distance(x + shift_x, y + shift_y) < RADIUS * 0.5, 1.0, -1.0))


def _shift(random: SeededRandom, radius: float, noise: float) -> tuple[float, float]:
    """Draw by how much noise moves a point before it gets its label; the draws happen without noise, too."""
    return random.uniform(-radius, radius) * noise, random.uniform(-radius, radius) * noise


def _distance(dx: Floats, dy: Floats) -> Floats:
    return np.sqrt(dx * dx + dy * dy)  # not hypot, which has other last bits


def _spiral(random: SeededRandom, noise: float) -> Floats:
    arm = CLASSIFICATION_POINTS // 2
    rows = []
    for offset, side in ((0.0, 1.0), (math.pi, -1.0)):
        for i in range(arm):
            turned = 1.75 * i / arm * 2 * math.pi + offset
            rows.append((i / arm * RADIUS, turned, *_shift(random, 1, noise), side))
    radius, angle, shift_x, shift_y, label = _columns(rows)
    return _labelled(radius * sin(angle) + shift_x, radius * cos(angle) + shift_y, label)


def _xor(random: SeededRandom, noise: float) -> Floats:
    rows = []
    for _ in range(CLASSIFICATION_POINTS):
        drawn = _off_axis(random.uniform(-RADIUS, RADIUS)), _off_axis(random.uniform(-RADIUS, RADIUS))
        rows.append((*drawn, *_shift(random, RADIUS, noise)))
    x, y, shift_x, shift_y = _columns(rows)
    return _labelled(x, y, np.where((x + shift_x) * (y + shift_y) >= 0, 1.0, -1.0))


def _off_axis(coordinate: float) -> float:
    return coordinate + 0.3 if coordinate > 0 else coordinate - 0.3


def _gauss(random: SeededRandom, noise: float) -> Floats:
    share = noise / 0.5
    deviation = math.sqrt(0.5 * (1 - share) + 4 * share)
    rows = [
        (center, *_normal_draw(random), *_normal_draw(random))
        for center in (2.0, -2.0)
        for _ in range(CLASSIFICATION_POINTS // 2)
    ]
    center, *draws = _columns(rows)
    x, y = (center + deviation * _normal(first, square) for first, square in (draws[:2], draws[2:]))
    return _labelled(x, y, np.where(center > 0, 1.0, -1.0))


def _normal_draw(random: SeededRandom) -> tuple[float, float]:
    """Draw a point in the unit circle: its first coordinate, and its squared distance from the center."""
    while True:
        first, second = 2 * random.random() - 1, 2 * random.random() - 1
        square = first * first + second * second
        if square <= 1:
            return first, square


def _normal(first: Floats, square: Floats) -> Floats:
    """Turn such draws into numbers of the standard normal distribution (Marsaglia's polar method)."""
    return np.sqrt(-2 * log(square) / square) * first


def _regression_draws(random: SeededRandom, noise: float) -> list[Floats]:
    radius = REGRESSION_RADIUS
    return _columns(
        [
            (random.uniform(-radius, radius), random.uniform(-radius, radius), *_shift(random, radius, noise))
            for _ in range(REGRESSION_POINTS)
        ]
    )


def _plane(random: SeededRandom, noise: float) -> Floats:
    x, y, shift_x, shift_y = _regression_draws(random, noise)
    share = ((x + shift_x) + (y + shift_y) - -10) / 20
    return _labelled(x, y, -1 * (1 - share) + 1 * share)


def _bumps(random: SeededRandom, noise: float) -> Floats:
    x, y, shift_x, shift_y = _regression_draws(random, noise)
    label = np.zeros_like(x)
    for center_x, center_y, sign in _BUMPS:
        share = np.clip(_distance((x + shift_x) - center_x, (y + shift_y) - center_y) / 2, 0, 1)
        value = sign * (1 * (1 - share) + 0 * share)
        label = np.where(np.abs(value) > np.abs(label), value, label)
    return _labelled(x, y, label)


_GENERATORS: dict[str, Callable[[SeededRandom, float], Floats]] = {
    "circle": _circle,
    "spiral": _spiral,
    "xor": _xor,
    "gauss": _gauss,
    "reg-plane": _plane,
    "reg-gauss": _bumps,
}
