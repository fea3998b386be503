"""Charts drawn with lines and boxes on a page: distributions, and losses by epoch."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coursework.drawing.loss_trace import thinned_epochs
from coursework.drawing.scales import Scale, decades, ticks
from grading.reports.pdf.paper import BLUE, FONT, GREY, INK, LINE, ORANGE, Paper

_MOST_BARS = 10
_BUCKETS = 75  # of a line: half as fine as on the screen
_LOWEST, _HIGHEST = 1e-5, 1e3
Box = tuple[float, float, float, float]  # left, top, width, height


def histogram(values: Sequence[float], *, most_bars: int = _MOST_BARS) -> list[tuple[str, int]]:
    """Count values in ranges of one round width: (label, how many)."""
    if not values:
        return []
    low, high = min(values), max(values)
    marks = ticks(low, high, most_bars)
    step = marks[1] - marks[0] if len(marks) > 1 else max(1, round(high - low) or 1)
    first, last = int(low // step), int(high // step)
    counts = [0] * (last - first + 1)
    for value in values:
        counts[int(value // step) - first] += 1
    return [(f"{(first + number) * step:,}", count) for number, count in enumerate(counts)]


def bars(paper: Paper, box: Box, *, title: str, unit: str, counts: Sequence[tuple[str, int]]) -> None:
    """Draw a bar with its count for each range."""
    left, top, width, height = box
    _title(paper, box, title)
    if not counts:
        _small(paper, left, top + 8, "Nothing to show yet.")
        return
    base, room = top + height - 9, height - 19
    most, across = max(count for _, count in counts) or 1, width / len(counts)
    paper.set_fill_color(*BLUE)
    for number, (label, count) in enumerate(counts):
        tall = room * count / most
        x = left + number * across
        if count:
            paper.rect(x + across * 0.1, base - tall, across * 0.8, tall, style="F")
            _centred(paper, x, base - tall - 4, across, f"{count:,}", INK)
        _centred(paper, x, base + 0.6, across, label, GREY)
    paper.set_draw_color(*GREY)
    paper.line(left, base, left + width, base)
    _small(paper, left, base + 4.5, unit)


def loss_curve(paper: Paper, box: Box, losses: NDArray[np.float64], *, target: float, reached: int | None) -> None:
    """Draw both losses by epoch on a logarithmic scale, the target, and where it was reached."""
    left, top, width, height = box
    _title(paper, box, "Loss by epoch")
    if len(losses) < 2:
        _small(paper, left, top + 8, "The trace of this run was not kept.")
        return
    seen = losses[np.isfinite(losses) & (losses > 0)]
    low = max(min(target, float(seen.min(initial=target))) * 0.5, _LOWEST)
    high = min(max(float(seen.max(initial=1.0)), target), _HIGHEST) * 1.3
    epochs = Scale(0, len(losses) - 1, left + 14, left + width - 2)
    levels = Scale(low, high, top + height - 9, top + 8, logarithmic=True)
    _grid(paper, epochs, levels, last=len(losses) - 1)
    paper.set_line_width(0.2)
    paper.set_draw_color(*GREY)
    with paper.local_context():
        paper.set_dash_pattern(dash=0.6, gap=0.6)
        paper.line(epochs.start, levels(target), epochs.end, levels(target))
    _line(paper, epochs, levels, losses[:, 1], ORANGE, dash=True)
    _line(paper, epochs, levels, losses[:, 0], BLUE, dash=False)
    if reached is not None and reached < len(losses):
        x = epochs(reached)
        paper.set_draw_color(*INK)
        paper.line(x, levels.end, x, levels.start)
        _small(paper, min(x + 0.8, epochs.end - 24), top + 5.5, f"epoch {reached:,}")
    _small(
        paper,
        left + 14,
        top + height - 4.6,
        f"epochs; solid blue: training, dashed orange: test, dots: {target:g}, the target",
    )


def _grid(paper: Paper, epochs: Scale, levels: Scale, *, last: int) -> None:
    paper.set_line_width(0.15)
    paper.set_draw_color(*LINE)
    for exponent in decades(levels.low, levels.high, 5):
        y = levels(10.0**exponent)
        paper.line(epochs.start, y, epochs.end, y)
        _small(paper, epochs.start - 13, y - 1.8, f"{10.0**exponent:g}")
    for epoch in ticks(0, last, 6):
        _centred(paper, epochs(epoch) - 8, levels.start + 0.4, 16, f"{epoch:,}", GREY)


def _line(
    paper: Paper, epochs: Scale, levels: Scale, values: NDArray[np.float64], color: tuple[int, int, int], *, dash: bool
) -> None:
    """Draw one line, broken where a loss is no number."""
    with paper.local_context():
        paper.set_line_width(0.35)
        paper.set_draw_color(*color)
        if dash:
            paper.set_dash_pattern(dash=1.2, gap=0.8)
        part: list[tuple[float, float]] = []
        for epoch in [*thinned_epochs(values, _BUCKETS), None]:
            value = float("nan") if epoch is None else float(values[epoch])
            if epoch is not None and np.isfinite(value) and value > 0:
                part.append((epochs(epoch), levels(value)))
                continue
            if len(part) > 1:
                paper.polyline(part)
            part = []


def _title(paper: Paper, box: Box, title: str) -> None:
    left, top, width, _height = box
    paper.set_font(FONT, "B", 8.5)
    paper.set_text_color(*INK)
    paper.set_xy(left, top)
    paper.cell(width, 5, paper.fitting(title, width))


def _small(paper: Paper, x: float, y: float, text: str) -> None:
    paper.set_font(FONT, "", 6.5)
    paper.set_text_color(*GREY)
    paper.set_xy(x, y)
    paper.cell(0, 3.6, paper.shown(text))


def _centred(paper: Paper, x: float, y: float, width: float, text: str, color: tuple[int, int, int]) -> None:
    paper.set_font(FONT, "", 6.5)
    paper.set_text_color(*color)
    paper.set_xy(x, y)
    paper.cell(width, 3.6, text, align="C")
