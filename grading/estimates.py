"""How long it will take, going by how long it took lately. Pure: seconds in, a range out, or nothing at all."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles

FEWEST = 5  # with fewer verifications to go by, nothing is said


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds until the result, as most verifications lately would have it."""

    low: float
    high: float


def until_settled(durations: Sequence[float], *, place: int, workers: int) -> Estimate | None:
    """Estimate the time until a waiting verification is settled.

    durations: seconds that verifications took lately. place: 1 for the next. workers: how many were at work lately.
    The workers take what waits in rounds; the first round starts between now and one duration from now, when they are
    done with what they are at.
    """
    if workers < 1:
        return None
    usual = _usual(durations)
    if usual is None:
        return None
    rounds = math.ceil(place / workers)
    return Estimate(usual.low * rounds, usual.high * (rounds + 1))


def until_done(durations: Sequence[float], *, elapsed: float) -> Estimate | None:
    """Estimate the rest of a running verification; None once it takes longer than it usually does."""
    usual = _usual(durations)
    if usual is None or elapsed >= usual.high:
        return None
    return Estimate(max(0.0, usual.low - elapsed), usual.high - elapsed)


def _usual(durations: Sequence[float]) -> Estimate | None:
    """Give the range in which eight of ten durations lie."""
    if len(durations) < FEWEST:
        return None
    tenths = quantiles(durations, n=10, method="inclusive")
    return Estimate(tenths[0], tenths[-1])


def in_words(estimate: Estimate) -> str:
    """Write a range with no more exactness than it has: "4 to 9 seconds", "40 seconds to 2 minutes"."""
    low, high = _rounded(estimate.low, math.floor), _rounded(estimate.high, math.ceil)
    if high <= 1:
        return "a second"
    if low == high:
        return _amount(high)
    if low < 1:
        return f"up to {_amount(high)}"
    same_unit = (low < 60) == (high < 60)
    return f"{_number(low)} to {_amount(high)}" if same_unit else f"{_amount(low)} to {_amount(high)}"


def _rounded(seconds: float, way: Callable[[float], int]) -> int:
    """Round seconds below 10 to whole ones, below a minute to fives, and beyond that to minutes."""
    step = 1 if seconds <= 10 else 5 if seconds < 60 else 60
    return way(seconds / step) * step


def _number(seconds: int) -> str:
    return str(seconds if seconds < 60 else seconds // 60)


def _amount(seconds: int) -> str:
    number, unit = (seconds, "second") if seconds < 60 else (seconds // 60, "minute")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
