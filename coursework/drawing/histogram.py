"""How often which values occur: a bar per bin, one of them marked with words above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from coursework.drawing.labels import count_text
from coursework.drawing.scales import Scale, ticks
from coursework.drawing.svg import NARROW, WIDE, fitted, label, line, picture, tag

TOP, BOTTOM, LEFT, RIGHT, HEIGHT = 30.0, 38.0, 34.0, 8.0, 220.0
LETTER = 6.6  # the average width of a bold letter of 12 px


@dataclass(frozen=True, slots=True)
class Bars:
    """What is drawn: `counts[0]` values lie from `start` to below `start + step`, and so on.

    unit: the word at the axis' end. marked: the bin that stands out, with its words, long and short; None: none does.
    sentence: what a screen reader says.
    """

    start: float
    step: float
    counts: Sequence[int]
    unit: str
    sentence: str
    marked: int | None = None
    words: tuple[str, str] = ("", "")


def histogram(bars: Bars, *, wide: bool) -> SafeString:
    """Draw the bars in one size."""
    width = float(WIDE if wide else NARROW)
    end = bars.start + bars.step * len(bars.counts)
    across = Scale(bars.start, end, LEFT, width - RIGHT)
    up = Scale(0, max(*bars.counts, 1), HEIGHT - BOTTOM, TOP)
    parts = [
        *(_level(up, count, width) for count in count_ticks(bars.counts)),
        *(_bar(bars, number, across, up) for number in range(len(bars.counts))),
        _words(bars, across, up, wide=wide),
        *_value_ticks(bars, across, at_most=9 if wide else 5),
        label(width - RIGHT, HEIGHT - 2, bars.unit, "end"),
    ]
    css = f"chart at-{'wide' if wide else 'narrow'}"
    return picture(css=css, width=width, height=HEIGHT, sentence=bars.sentence, parts=parts)


def histogram_figure(bars: Bars) -> SafeString:
    """Draw the bars in both sizes; CSS shows the one that fits."""
    return fitted(*(histogram(bars, wide=wide) for wide in (False, True)))


def count_ticks(counts: Sequence[int], at_most: int = 4) -> list[int]:
    """List round counts from 0 to the highest."""
    return ticks(0, max(*counts, 1), at_most)


def _level(up: Scale, count: int, width: float) -> str:
    y = up(count)
    return line("axis" if count == 0 else "grid", LEFT, y, width - RIGHT, y) + label(
        LEFT - 8, y + 4, count_text(count), "end"
    )


def _bar(bars: Bars, number: int, across: Scale, up: Scale) -> str:
    if not bars.counts[number]:
        return ""
    left, right = across(bars.start + bars.step * number), across(bars.start + bars.step * (number + 1))
    gap, top = min(3.0, (right - left) / 5), up(bars.counts[number])
    css = "bar bar-hi" if number == bars.marked else "bar"
    return tag("rect", css=css, x=left + gap / 2, y=top, width=right - left - gap, height=up.start - top)


def _words(bars: Bars, across: Scale, up: Scale, *, wide: bool) -> str:
    """Write the words above the marked bar, inside the picture at both ends."""
    if bars.marked is None:
        return ""
    words = bars.words[0 if wide else 1]
    middle, half = across(bars.start + bars.step * (bars.marked + 0.5)), len(words) * LETTER / 2
    at = min(max(middle, LEFT + half), across.end - half)
    beside = range(max(bars.marked - 2, 0), min(bars.marked + 3, len(bars.counts)))
    top = min(up(bars.counts[number]) for number in beside)  # above the neighbours that it may reach over
    return label(at, top - 8, words, "strong mid")


def _value_ticks(bars: Bars, across: Scale, *, at_most: int) -> list[str]:
    y = HEIGHT - BOTTOM
    values = ticks(across.low, across.high, at_most)
    return [label(across(value), y + 17, count_text(value), "mid") for value in values]
