"""Counts over time as steps, with one instant marked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from coursework.drawing.histogram import count_ticks
from coursework.drawing.labels import count_text
from coursework.drawing.scales import Scale
from coursework.drawing.svg import NARROW, WIDE, fitted, label, line, number, picture, tag

TOP, BOTTOM, LEFT, RIGHT, HEIGHT = 30.0, 38.0, 34.0, 8.0, 220.0
LETTER = 6.6


@dataclass(frozen=True, slots=True)
class Steps:
    """What is drawn: `counts[0]` from time `times[0]` to `times[1]`, and so on; times in seconds.

    labels: (time, words) below the axis, the first and the last at its ends. mark: (time, words) of a dashed line; one
    outside the times is not drawn. sentence: what a screen reader says.
    """

    times: Sequence[float]
    counts: Sequence[int]
    labels: Sequence[tuple[float, str]]
    sentence: str
    mark: tuple[float, str] | None = None


def steps_chart(steps: Steps, *, wide: bool) -> SafeString:
    """Draw the steps in one size."""
    width = float(WIDE if wide else NARROW)
    across = Scale(steps.times[0], steps.times[-1], LEFT, width - RIGHT)
    up = Scale(0, max(*steps.counts, 1), HEIGHT - BOTTOM, TOP)
    outline = _outline(steps, across, up)
    parts = [
        *(_level(up, count, width) for count in count_ticks(steps.counts)),
        tag("path", css="area", d=f"{outline}V{number(up.start)}H{number(across.start)}Z"),
        tag("path", css="l-step", d=outline),
        _mark(steps, across),
        *_labels(steps, across),
    ]
    css = f"chart at-{'wide' if wide else 'narrow'}"
    return picture(css=css, width=width, height=HEIGHT, sentence=steps.sentence, parts=parts)


def steps_figure(steps: Steps) -> SafeString:
    """Draw the steps in both sizes; CSS shows the one that fits."""
    return fitted(*(steps_chart(steps, wide=wide) for wide in (False, True)))


def _outline(steps: Steps, across: Scale, up: Scale) -> str:
    path = [f"M{number(across.start)} {number(up(steps.counts[0]))}"]
    for place, count in enumerate(steps.counts):
        path.append(f"V{number(up(count))}H{number(across(steps.times[place + 1]))}")
    return "".join(path)


def _level(up: Scale, count: int, width: float) -> str:
    y = up(count)
    css = "axis" if count == 0 else "grid"
    return line(css, LEFT, y, width - RIGHT, y) + label(LEFT - 8, y + 4, count_text(count), "end")


def _mark(steps: Steps, across: Scale) -> str:
    if steps.mark is None or not steps.times[0] <= steps.mark[0] <= steps.times[-1]:
        return ""
    at, words = across(steps.mark[0]), steps.mark[1]
    half = len(words) * LETTER / 2
    middle = min(max(at, LEFT + half), across.end - half)
    return line("mark mark-claim", at, TOP - 8, at, HEIGHT - BOTTOM) + label(middle, TOP - 13, words, "strong mid")


def _labels(steps: Steps, across: Scale) -> list[str]:
    """Write the times; one that would touch the one before is left out, the last is always there."""
    y, found, room = HEIGHT - BOTTOM + 17, [], across.start - 1
    last = len(steps.labels) - 1
    end = across.end - len(steps.labels[last][1]) * LETTER if last >= 0 else across.end
    for place, (time, words) in enumerate(steps.labels):
        half, x = len(words) * LETTER / 2, across(time)
        if place in (0, last):
            side = "" if place == 0 else "end"
            found.append(label(across.start if place == 0 else across.end, y, words, side))
            room = across.start + 2 * half + 10
        elif x - half >= room and x + half + 10 <= end:
            found.append(label(x, y, words, "mid"))
            room = x + half + 10
    return found
