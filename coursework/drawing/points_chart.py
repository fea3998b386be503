"""Points against official epochs: all of them up to a number of epochs, then fewer on a logarithmic scale."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from coursework.drawing.labels import count_text
from coursework.drawing.scales import Scale, log_ticks, thinned
from coursework.drawing.svg import NARROW, WIDE, fitted, label, line, number, picture, tag

PointsAt = Callable[[int], float]

TOP, BOTTOM, LEFT, RIGHT, HEIGHT = 34.0, 34.0, 44.0, 74.0, 230.0
SAMPLES = 120


@dataclass(frozen=True)
class _Axes:
    epochs: Scale
    points: Scale


def points_chart(points_at: PointsAt, *, most: float, full: int, cap: int, wide: bool) -> SafeString:
    """Draw the rule in one size.

    points_at: the points for so many official epochs. most: the most points there are. full: all of them are given up
    to here; cap: from here on, as for those who never get there, only the share for the target is.
    """
    width = float(WIDE if wide else NARROW)
    low, high = max(1.0, full / 4), max(cap * 2.0, full * 2.0)
    axes = _Axes(
        Scale(low, high, LEFT, width - RIGHT, logarithmic=True),
        Scale(0, most or 1.0, HEIGHT - BOTTOM, TOP),
    )
    parts = [
        *(_level(axes, share * most) for share in (0.0, 0.5, 1.0)),
        _epoch_ticks(axes, apart=48 if wide else 44),
        *(_mark(axes, points_at, epochs) for epochs in dict.fromkeys((full, cap))),
        tag("path", css="l-points", d=_path(axes, points_at)),
        *(_end_dot(axes, points_at, epochs) for epochs in dict.fromkeys((full, cap))),
    ]
    sentence = (
        f"Points by official epochs on a logarithmic scale: {_points_text(points_at(full))} up to "
        f"{count_text(full)} epochs, falling to {_points_text(points_at(cap))} at {count_text(cap)} epochs and beyond."
    )
    css = f"chart at-{'wide' if wide else 'narrow'}"
    return picture(css=css, width=width, height=HEIGHT, sentence=sentence, parts=parts)


def points_figure(points_at: PointsAt, *, most: float, full: int, cap: int) -> SafeString:
    """Draw the rule in both sizes; CSS shows the one that fits. The arguments are those of `points_chart`."""
    return fitted(*(points_chart(points_at, most=most, full=full, cap=cap, wide=wide) for wide in (False, True)))


def _path(axes: _Axes, points_at: PointsAt) -> str:
    """Join the points at evenly spaced places of the logarithmic axis; the rule's own rounding shows as steps."""
    low, high = axes.epochs.low, axes.epochs.high
    steps = (low * (high / low) ** (index / SAMPLES) for index in range(SAMPLES + 1))
    epochs = sorted({max(1, round(step)) for step in steps})
    spots = (f"{number(axes.epochs(value))} {number(axes.points(points_at(value)))}" for value in epochs)
    return "M" + "L".join(spots)


def _level(axes: _Axes, points: float) -> str:
    y = axes.points(points)
    return line("grid", LEFT, y, axes.epochs.end, y) + label(LEFT - 8, y + 4, _points_text(points), "end")


def _epoch_ticks(axes: _Axes, *, apart: float) -> str:
    y = axes.points.start
    values = log_ticks(axes.epochs.low, axes.epochs.high)
    # The last ones make room for the word at the axis' end
    spots = [(value, axes.epochs(value)) for value in values if axes.epochs(value) < axes.epochs.end - 16]
    places = thinned(spots, apart)
    numbers = "".join(label(x, y + 20, count_text(value), "mid") for value, x in places)
    return line("axis", LEFT, y, axes.epochs.end, y) + numbers + label(axes.epochs.end + 12, y + 20, "epochs")


def _mark(axes: _Axes, points_at: PointsAt, epochs: int) -> str:
    x = axes.epochs(epochs)
    return line("mark mark-claim", x, axes.points(points_at(epochs)), x, axes.points.start)


def _end_dot(axes: _Axes, points_at: PointsAt, epochs: int) -> str:
    x, y = axes.epochs(epochs), axes.points(points_at(epochs))
    words = f"{_points_text(points_at(epochs))} at {count_text(epochs)}"
    # Beside the dot and above the line, which only ever falls from here to the right
    return tag("circle", css="dot-test", cx=x, cy=y, r=3.5) + label(x + 4, y - 10, words, "strong")


def _points_text(points: float) -> str:
    """Write points with one decimal where there is one: 10, 7.5."""
    return f"{points:,.1f}".removesuffix(".0")
