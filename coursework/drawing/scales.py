"""From values to pixels: scales, round ticks, and labels that keep out of each other's way."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A straight or logarithmic line from the values `low`..`high` to the pixels `start`..`end`."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Place a value; what lies outside the range is placed at its edge."""
        bounded = min(max(value, self.low), self.high)
        low, high = self._measure(self.low), self._measure(self.high)
        if high == low:
            return (self.start + self.end) / 2
        share = (self._measure(bounded) - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def _measure(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value


def round_step(span: float, at_most: int) -> int:
    """Give the smallest whole step of 1, 2 or 5 times a power of ten that needs at most that many steps."""
    rough = max(span / max(at_most, 1), 1.0)
    power = 10 ** math.floor(math.log10(rough))
    return next(int(step * power) for step in (1, 2, 5, 10) if step * power >= rough)


def ticks(low: float, high: float, at_most: int) -> list[int]:
    """List the multiples of a round step between two values, both ends included where they are multiples."""
    step = round_step(high - low, at_most)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [step * index for index in range(first, last + 1)]


def decades(low: float, high: float, at_most: int) -> list[int]:
    """List the exponents of the powers of ten between two positive values, thinned to at most that many."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    step = max(1, math.ceil((last - first + 1) / at_most))
    return list(range(last, first - 1, -step))[::-1]


def log_ticks(low: float, high: float) -> list[int]:
    """List the whole numbers 1, 2, 5, 10, 20, 50, … between two values."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = [step * 10**exponent for exponent in exponents if exponent >= 0 for step in (1, 2, 5)]
    return [step for step in steps if low <= step <= high]


def thinned(places: Sequence[tuple[int, float]], apart: float) -> list[tuple[int, float]]:
    """Drop ticks that come closer than `apart` pixels to the one before."""
    kept: list[tuple[int, float]] = []
    for value, place in places:
        if not kept or place - kept[-1][1] >= apart:
            kept.append((value, place))
    return kept


def pushed_apart(first: float, second: float, *, apart: float, low: float, high: float) -> tuple[float, float]:
    """Move two label heights away from each other until they are `apart`, inside low..high; their order stays."""
    upper, lower = min(first, second), max(first, second)
    missing = apart - (lower - upper)
    if missing > 0:
        upper, lower = upper - missing / 2, lower + missing / 2
    shift = max(0.0, low - upper) - max(0.0, lower - high)
    upper, lower = upper + shift, lower + shift
    return (upper, lower) if first <= second else (lower, upper)
