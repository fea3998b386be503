"""The epochs that one design needs on several seeds: a dot per seed, the median marked, "never" in its own zone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from coursework.drawing.labels import count_of, count_text, joined
from coursework.drawing.scales import Scale, log_ticks, round_step, thinned, ticks
from coursework.drawing.svg import NARROW, WIDE, fitted, label, line, number, picture, tag

Epochs = Sequence[int | None]

ZONE = 118.0  # room for "not within 1,000"
RADIUS = 5.0
APART = 2 * RADIUS + 1
DOTS_WIDTH = 200.0
DOTS_HEIGHT = 20.0


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


def seed_chart(epochs: Epochs, *, cap: int, median: float | None, wide: bool) -> SafeString:
    """Draw the epochs on each seed in one size; None is a seed on which the cap came first.

    median: the one that ranks; None when it is a seed that never reaches the target.
    """
    width = float(WIDE if wide else NARROW)
    axis = _axis(epochs, width, cap)
    dots, levels = _dots(epochs, axis)
    base = 32 + APART * levels
    parts = [
        _zone(axis, width, base, cap),
        line("axis", 14, base, axis.scale.end, base),
        *(_tick(value, x, base) for value, x in axis.ticks),
        _median(axis, width, base, median) if epochs else "",
        *(_dot(value, x, base - 8 - APART * level) for value, x, level in dots),
    ]
    sentence = _sentence(epochs, cap, median)
    css = f"chart at-{'wide' if wide else 'narrow'}"
    return picture(css=css, width=width, height=base + 26, sentence=sentence, parts=parts)


def seed_figure(epochs: Epochs, *, cap: int, median: float | None) -> SafeString:
    """Draw the epochs on each seed in both sizes; CSS shows the one that fits."""
    return fitted(*(seed_chart(epochs, cap=cap, median=median, wide=wide) for wide in (False, True)))


def _axis(epochs: Epochs, width: float, cap: int) -> Axis:
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


def _dots(epochs: Epochs, axis: Axis) -> tuple[list[tuple[int | None, float, int]], int]:
    """Place every seed as (epochs, x, level); one that would cover another goes a level up."""
    ends: list[float] = []
    placed = []
    for value, x in sorted(((value, axis.place(value)) for value in epochs), key=lambda pair: pair[1]):
        level = next((index for index, end in enumerate(ends) if x - end >= APART), len(ends))
        ends[level : level + 1] = [x]
        placed.append((value, x, level))
    return placed, max(len(ends), 1)


def _dot(value: int | None, x: float, y: float) -> str:
    if value is None:
        return cross(x, y, RADIUS - 1)
    return tag("circle", css="rep", cx=x, cy=y, r=RADIUS)


def cross(x: float, y: float, reach: float) -> str:
    """Draw a cross, the sign for "never"."""
    double = number(2 * reach)
    corner = f"M{number(x - reach)} {number(y - reach)}"
    return tag("path", css="never", d=f"{corner}l{double} {double}m-{double} 0l{double}-{double}")


def _tick(value: int, x: float, base: float) -> str:
    return line("axis", x, base, x, base + 5) + label(x, base + 20, count_text(value), "mid")


def _zone(axis: Axis, width: float, base: float, cap: int) -> str:
    if axis.never is None:
        return ""
    area = tag("rect", css="zone", x=width - ZONE, y=20, width=ZONE, height=base - 20, rx=4)
    return area + label(axis.never, base + 20, f"not within {count_text(cap)}", "mid")


def _median(axis: Axis, width: float, base: float, median: float | None) -> str:
    x = axis.place(median)
    if median is None:
        return label(x, 12, "median", "strong mid")
    at = min(max(x, 40.0), width - 40)
    return line("med", x, 18, x, base) + label(at, 12, f"median {epochs_text(median)}", "strong mid")


def epochs_text(value: float) -> str:
    """Write a number of epochs; the median of an even number of seeds may end in a half."""
    return count_text(int(value)) if value == int(value) else f"{value:,.1f}"


def _sentence(epochs: Epochs, cap: int, median: float | None) -> str:
    reached = sorted(value for value in epochs if value is not None)
    never = len(epochs) - len(reached)
    if not epochs:
        return "Epochs on the seeds: none has been run yet."
    facts = [joined([count_text(value) for value in reached])] if reached else []
    facts += [f"{never} not within {count_text(cap)}"] if never else []
    middle = f"not within {count_text(cap)}" if median is None else epochs_text(median)
    return f"Epochs on {count_of(len(epochs), 'seed')}: {'; '.join(facts)}. Median: {middle}."


def seed_dots(epochs: Epochs, *, cap: int, median: float | None = None) -> SafeString:
    """Draw the same small, for a row of a table: a logarithmic axis from 10 to the cap, crosses beyond its end."""
    scale = Scale(10, max(cap, 100), 5, DOTS_WIDTH - 24, logarithmic=True)
    middle = DOTS_HEIGHT / 2
    marks = [
        cross(DOTS_WIDTH - 8, middle, 3)
        if value is None
        else tag("circle", css="rep", cx=scale(max(value, 10)), cy=middle, r=3)
        for value in epochs
    ]
    parts = [line("axis", 5, middle, DOTS_WIDTH - 24, middle), *marks]
    if median is not None:
        parts.append(line("med", scale(max(median, 10)), 3, scale(max(median, 10)), DOTS_HEIGHT - 3))
    return picture(
        css="seeddots", width=DOTS_WIDTH, height=DOTS_HEIGHT, sentence=_short_sentence(epochs, cap), parts=parts
    )


def _short_sentence(epochs: Epochs, cap: int) -> str:
    words = [f"not within {count_text(cap)}" if value is None else count_text(value) for value in epochs]
    return f"Epochs by seed: {', '.join(words)}" if words else "No seed has been run yet"
