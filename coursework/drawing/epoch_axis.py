"""An axis of epochs with dots on it: what the chart of the course seeds and that of the replays have in common."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from coursework.drawing.labels import count_text
from coursework.drawing.scales import Scale, log_ticks, round_step, thinned, ticks
from coursework.drawing.svg import NARROW, label, line, number, tag

Epochs = Sequence[int | None]

ZONE = 118.0  # room for "not within 1,000"
RADIUS = 5.0
APART = 2 * RADIUS + 1


@dataclass(frozen=True)
class Axis:
    """The epoch axis, and where "never" stands (None when every seed reaches the target)."""

    scale: Scale
    ticks: list[tuple[int, float]]
    never: float | None

    def place(self, epochs: float | None) -> float:
        """Place a number of epochs, or the lack of one."""
        if epochs is not None:
            return self.scale(max(epochs, self.scale.low))
        return self.scale.end if self.never is None else self.never


def epoch_axis(epochs: Epochs, width: float, cap: int) -> Axis:
    """Choose the range: straight where the seeds are alike, logarithmic where they differ by more than four times."""
    reached = [max(value, 1) for value in epochs if value is not None] or [max(cap // 10, 1), max(cap, 1)]
    never = None in epochs
    end = width - ZONE - 30 if never else width - 22
    low, high = min(reached), max(reached)
    if high > 4 * low:
        scale = Scale(_below(low), _above(high), 22, end, logarithmic=True)
        values = log_ticks(scale.low, scale.high)
    else:
        step = round_step(max(high - low, low * 0.2, 4), 5)
        scale = Scale(max(low // step * step - step, 0), (high // step + 2) * step, 22, end)
        values = ticks(scale.low, scale.high, 8 if width > NARROW else 5)
    places = thinned([(value, scale(value)) for value in values], 44)
    return Axis(scale, places, width - ZONE / 2 if never else None)


def _below(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (5, 2, 1) if step * power <= value)


def _above(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def stacked_dots(epochs: Epochs, axis: Axis) -> tuple[list[tuple[int | None, float, int]], int]:
    """Place every seed as (epochs, x, level); one that would cover another goes a level up."""
    ends: list[float] = []
    placed = []
    for value, x in sorted(((value, axis.place(value)) for value in epochs), key=lambda pair: pair[1]):
        level = next((index for index, end in enumerate(ends) if x - end >= APART), len(ends))
        ends[level : level + 1] = [x]
        placed.append((value, x, level))
    return placed, max(len(ends), 1)


def dot(value: int | None, x: float, y: float) -> str:
    """Draw one run; a cross is one that never reached the target."""
    if value is None:
        return cross(x, y, RADIUS - 1)
    return tag("circle", css="rep", cx=x, cy=y, r=RADIUS)


def cross(x: float, y: float, reach: float) -> str:
    """Draw a cross, the sign for "never"."""
    double = number(2 * reach)
    corner = f"M{number(x - reach)} {number(y - reach)}"
    return tag("path", css="never", d=f"{corner}l{double} {double}m-{double} 0l{double}-{double}")


def tick(value: int, x: float, base: float) -> str:
    """Draw a tick and its number below the axis."""
    return line("axis", x, base, x, base + 5) + label(x, base + 20, count_text(value), "mid")


def never_zone(axis: Axis, width: float, base: float, cap: int) -> str:
    """Draw the zone at the right where "never" stands, if anything stands there."""
    if axis.never is None:
        return ""
    area = tag("rect", css="zone", x=width - ZONE, y=20, width=ZONE, height=base - 20, rx=4)
    return area + label(axis.never, base + 20, f"not within {count_text(cap)}", "mid")
