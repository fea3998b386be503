"""Training and test loss by epoch on a logarithmic scale."""

import math
from dataclasses import dataclass

import numpy as np
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from coursework.drawing.labels import count_of, count_text, loss_text
from coursework.drawing.loss_trace import Losses, diverged_at, thinned_epochs
from coursework.drawing.scales import Scale, decades, pushed_apart, ticks
from coursework.drawing.svg import NARROW, WIDE, Size, fitted, label, line, number, picture, tag

Spot = tuple[float, float]

SHOWN_TARGET = 0.0015  # a loss below this is shown as 0.001 or lower
HIGHEST = 1e3  # more than this is on its way to infinity; it is cut off rather than squeezing the rest flat
LOWEST = 1e-5
NAMES = (("test", 1), ("train", 0))  # the training line is drawn last, on top


@dataclass(frozen=True)
class Frame:
    """The measures of one size."""

    size: Size
    width: float
    height: float
    left: float
    right: float
    across: int  # so many ticks along the epochs
    top: float = 38
    bottom: float = 34


FRAMES = {
    True: Frame("wide", WIDE, 290, left=54, right=72, across=8),
    False: Frame("narrow", NARROW, 270, left=56, right=68, across=4),
}


@dataclass(frozen=True)
class Axes:
    """Both scales of one chart."""

    frame: Frame
    epochs: Scale
    losses: Scale

    @property
    def right(self) -> float:
        """The right edge of the drawn area; labels of the lines stand beyond it."""
        return self.epochs.end

    @property
    def bottom(self) -> float:
        """The lower edge of the drawn area."""
        return self.losses.start


def loss_chart(
    losses: Losses,
    *,
    target: float = SHOWN_TARGET,
    reached: int | None,
    claimed: int | None,
    wide: bool,
    until: int | None = None,
    shown: int | None = None,
) -> SafeString:
    """Draw both losses in one size.

    losses: float64 (epochs + 1, 2) of training and test loss, row 0 before training; NaN and infinity leave gaps.
    target: the loss to get below. reached: the epoch that counts, claimed: the one that was handed in.
    until: the last epoch of the axis while a run still grows. shown: the epoch that a screenshot shows.
    """
    losses = np.asarray(losses, dtype=np.float64).reshape(-1, 2)
    axes = _axes(FRAMES[wide], losses, target, claimed, until)
    parts = [
        _loss_grid(axes),
        _epoch_ticks(axes),
        _target(axes, target),
        *_lines(axes, losses),
        *_marks(axes, losses, reached, claimed),
        _shown(axes, shown, claimed),
    ]
    return picture(
        css=f"chart at-{axes.frame.size}",
        width=axes.frame.width,
        height=axes.frame.height,
        sentence=_sentence(losses, reached, claimed, growing=until is not None),
        parts=parts,
    )


def loss_figure(
    losses: Losses,
    *,
    target: float = SHOWN_TARGET,
    reached: int | None,
    claimed: int | None,
    until: int | None = None,
    shown: int | None = None,
) -> SafeString:
    """Draw both losses in both sizes; CSS shows the one that fits. The arguments are those of `loss_chart`."""
    sizes = (
        loss_chart(losses, target=target, reached=reached, claimed=claimed, wide=wide, until=until, shown=shown)
        for wide in (False, True)
    )
    return fitted(*sizes)


def _axes(frame: Frame, losses: Losses, target: float, claimed: int | None, until: int | None) -> Axes:
    last = max(len(losses) - 1, until or 0, 1)
    if claimed is not None and last < claimed <= 1.3 * last:
        last = claimed  # a claim far beyond the run is named at the edge instead
    seen = losses[np.isfinite(losses) & (losses > 0)]
    # A little room below the target, and the next of 1, 2, 5 times a power of ten above the largest loss
    low = max(min(target, float(seen.min(initial=target))) * 0.4, LOWEST)
    high = _rounded_up(min(float(seen.max()), HIGHEST)) if len(seen) else 1.0
    return Axes(
        frame,
        Scale(0, last, frame.left, frame.width - frame.right),
        Scale(low, max(high, 10 * low), frame.height - frame.bottom, frame.top, logarithmic=True),
    )


def _rounded_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def _loss_grid(axes: Axes) -> str:
    parts = []
    for exponent in decades(axes.losses.low, axes.losses.high, at_most=6):
        y = axes.losses(10.0**exponent)
        parts.append(line("grid", axes.frame.left, y, axes.right, y))
        parts.append(label(axes.frame.left - 8, y + 4, _decade_text(exponent), "end"))
    return "".join(parts)


def _decade_text(exponent: int) -> str:
    return count_text(10**exponent) if exponent >= 0 else f"{10.0**exponent:.{-exponent}f}"


def _epoch_ticks(axes: Axes) -> str:
    y = axes.bottom + 20
    places = [(tick, axes.epochs(tick)) for tick in ticks(0, axes.epochs.high, axes.frame.across)]
    numbers = (label(x, y, count_text(tick), "mid") for tick, x in places)
    return "".join((*numbers, label(axes.right + 30, y, "epoch")))


def _target(axes: Axes, target: float) -> str:
    y = axes.losses(target)
    return line("target", axes.frame.left, y, axes.right, y) + label(
        axes.frame.left + 6, y - 6, target_text(target), "target-l"
    )


def target_text(target: float) -> str:
    """Name the target as the Playground would show it: a loss below 0.0015 is shown as 0.001 or lower."""
    shown = target - 0.0005
    if math.isclose(shown * 1000, round(shown * 1000), abs_tol=1e-9):
        return f"shown as {shown:.3f}"
    return f"target {target:g}"


def _marks(axes: Axes, losses: Losses, reached: int | None, claimed: int | None) -> list[str]:
    """Mark the epoch that counts in the first row above the chart, and a claim that differs in the second."""
    marks = []
    diverged = diverged_at(losses)
    if reached is not None:
        suffix = ", as claimed" if claimed == reached else ""
        marks.append(_mark(axes, reached, f"epoch {count_text(reached)}{suffix}", row=0))
    elif diverged is not None:
        marks.append(_mark(axes, diverged, f"diverged at epoch {count_text(diverged)}", row=0))
    if claimed is not None and claimed != reached:
        marks.append(_claim(axes, claimed))
    return marks


def _claim(axes: Axes, claimed: int) -> str:
    words = f"claimed {count_text(claimed)}"
    if claimed <= axes.epochs.high:
        return _mark(axes, claimed, words, row=1, css="mark mark-claim")
    # An arrow instead of a line: the claim lies beyond the axis
    x, y = axes.right, _row(1)
    arrow = tag("path", css="dot-train", d=f"M{number(x + 3)} {number(y - 8)}l6 4-6 4z")
    return label(x - 6, y, words, "strong end") + arrow


def _shown(axes: Axes, shown: int | None, claimed: int | None) -> str:
    """Mark the epoch of a screenshot at the foot of the chart; the claim's own mark says it where they are the same."""
    if shown is None or shown == claimed or shown > axes.epochs.high:
        return ""
    x = axes.epochs(shown)
    beside, css = (x - 6, "strong end") if x > axes.frame.width / 2 else (x + 6, "strong")
    words = label(beside, axes.bottom - 8, f"picture {count_text(shown)}", css)
    return line("mark mark-shown", x, axes.frame.top, x, axes.bottom) + words


def _row(row: int) -> float:
    return 13.0 + 15 * row


def _mark(axes: Axes, epoch: int, words: str, *, row: int, css: str = "mark") -> str:
    """Draw a vertical line with its words beside it, on the side where there is more room."""
    x, y = axes.epochs(epoch), _row(row)
    on_the_left = x > axes.frame.width / 2
    words_at = label(x - 6, y, words, "strong end") if on_the_left else label(x + 6, y, words, "strong")
    return line(css, x, y - 9, x, axes.bottom) + words_at


def _lines(axes: Axes, losses: Losses) -> list[str]:
    """Draw both lines with a dot and a name at their ends; the names never lie on top of each other."""
    ends = {name: _last_spot(axes, losses[:, column]) for name, column in NAMES}
    heights = _label_heights(axes, ends)
    parts = []
    for name, column in NAMES:
        end = ends[name]
        if end is None:
            continue
        parts.append(tag("path", css=f"l-{name}", d=_path(axes, losses[:, column])))
        parts.append(tag("circle", css=f"dot-{name}", cx=end[0], cy=end[1], r=2.8))
        parts.append(_line_name(end, heights[name], name))
    return parts


def _line_name(end: Spot, height: float, name: str) -> str:
    words = "training" if name == "train" else name
    css = f"lab-{name}"
    if abs(height - end[1]) < 3:
        return label(end[0] + 8, height + 4, words, css)
    # A name that had to move away keeps a thin line to its dot
    return line("lead", end[0] + 3, end[1], end[0] + 10, height) + label(end[0] + 12, height + 4, words, css)


def _label_heights(axes: Axes, ends: dict[str, Spot | None]) -> dict[str, float]:
    test, train = ends["test"], ends["train"]
    heights = {name: end[1] for name, end in ends.items() if end is not None}
    if test is not None and train is not None and abs(test[0] - train[0]) < 70:
        moved = pushed_apart(test[1], train[1], apart=15, low=axes.frame.top, high=axes.bottom)
        heights["test"], heights["train"] = moved
    return heights


def _last_spot(axes: Axes, values: NDArray[np.float64]) -> Spot | None:
    finite = np.flatnonzero(np.isfinite(values))
    if len(finite) == 0:
        return None
    return _spot(axes, int(finite[-1]), float(values[finite[-1]]))


def _spot(axes: Axes, epoch: int, loss: float) -> Spot:
    # A loss of exactly 0 has no logarithm; it lies on the lower edge like all that is smaller than shown
    return axes.epochs(epoch), axes.losses(max(loss, axes.losses.low))


def _path(axes: Axes, values: NDArray[np.float64]) -> str:
    pieces = []
    pen_down = False
    for epoch in thinned_epochs(values):
        loss = float(values[epoch])
        if math.isfinite(loss):
            x, y = _spot(axes, epoch, loss)
            pieces.append(f"{'L' if pen_down else 'M'}{number(x)} {number(y)}")
        pen_down = math.isfinite(loss)
    return "".join(pieces)


def _sentence(losses: Losses, reached: int | None, claimed: int | None, *, growing: bool) -> str:
    if len(losses) == 0:
        return "Loss by epoch: nothing computed yet."
    first, last = losses[0], losses[-1]
    change = (
        f"Loss by epoch on a logarithmic scale: over {count_of(len(losses) - 1, 'epoch')} training loss goes from "
        f"{loss_text(first[0])} to {loss_text(last[0])}, test loss from {loss_text(first[1])} to {loss_text(last[1])}."
    )
    broken = diverged_at(losses)
    end = f"The target is not reached{' yet' if growing else ''}."
    if reached is not None:
        end = f"The target is reached at epoch {count_text(reached)}."
    elif broken is not None:
        end = f"The run diverges at epoch {count_text(broken)}."
    claim = f" Claimed was epoch {count_text(claimed)}." if claimed is not None and claimed != reached else ""
    return f"{change} {end}{claim}"
