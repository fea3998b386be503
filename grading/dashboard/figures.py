"""The charts of a class with the tables behind them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median
from zoneinfo import ZoneInfo

from coursework.drawing.histogram import Bars, histogram_figure
from coursework.drawing.labels import count_of, count_text
from coursework.drawing.seed_chart import epochs_text
from coursework.drawing.steps_chart import Steps, steps_figure
from grading.dashboard.hand_in_times import Times, times_of
from grading.dashboard.numbers import Bins, confirmed, epoch_bins, middle_half, official_epochs, point_bins, totals
from grading.dashboard.rows import ClassRow
from grading.figures import Figure


def epochs_chart(rows: Sequence[ClassRow]) -> tuple[Figure, str] | None:
    """Draw the official epochs of those whose claim was confirmed, with a line of words; None if nobody has any."""
    values = official_epochs(rows)
    if not values:
        return None
    bins, middle = epoch_bins(values), median(values)
    text = f"{count_of(len(values), 'verified student')}."
    half = middle_half(values)
    if half is not None:
        text += f" The middle half needs {half[0]:,.0f} to {half[1]:,.0f}."
    never = len(confirmed(rows)) - len(values)
    if never:
        text += f" {count_text(never)} more {'does' if never == 1 else 'do'} not reach the target on half of the seeds."
    written = epochs_text(middle)
    bars = Bars(
        start=bins.start,
        step=bins.step,
        counts=bins.counts,
        unit="official epochs",
        sentence=f"Official epochs of {count_of(len(values), 'student')}, from {values[0]:,.0f} to {values[-1]:,.0f}; "
        f"half need {written} or fewer.",
        marked=bins.bin_of(middle),
        words=(f"half need at most {written}", f"half: {written}"),
    )
    return Figure(histogram_figure(bars), ("Official epochs", "Students"), _epoch_rows(bins)), text


def _epoch_rows(bins: Bins) -> list[tuple[str, ...]]:
    edges = [int(bins.start + bins.step * number) for number in range(len(bins.counts) + 1)]
    return [
        (f"{low:,} to {high - 1:,}", count_text(count))
        for low, high, count in zip(edges, edges[1:], bins.counts, strict=False)
    ]


def points_chart(rows: Sequence[ClassRow], most: Decimal) -> tuple[Figure, str] | None:
    """Draw the points there are, with a line of words; None if nobody has any."""
    values = totals(rows)
    if not values:
        return None
    bins, middle = point_bins(values, most), Decimal(median(values))
    text = f"{count_of(len(values), 'student')} of {count_text(len(rows))} with points, of {_points(most)} each."
    bars = Bars(
        start=bins.start,
        step=bins.step,
        counts=bins.counts,
        unit="points",
        sentence=f"Points of {count_of(len(values), 'student')}, from {values[0]} to {values[-1]}; "
        f"half have {_points(middle)} or fewer.",
        marked=bins.bin_of(float(middle)),
        words=(f"half have at most {_points(middle)}", f"half: {_points(middle)}"),
    )
    return Figure(histogram_figure(bars), ("Points", "Students"), _point_rows(bins, most)), text


def _point_rows(bins: Bins, most: Decimal) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for number, count in enumerate(bins.counts):
        low, high = bins.start + bins.step * number, bins.start + bins.step * (number + 1)
        is_last = number == len(bins.counts) - 1
        words = f"{_short(low)} to {_points(most)}" if is_last else f"{_short(low)} to below {_short(high)}"
        found.append((words, count_text(count)))
    return found


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _points(value: Decimal) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def times_chart(
    moments: Sequence[datetime], *, due_at: datetime, zone: ZoneInfo, now: datetime
) -> tuple[Figure, str] | None:
    """Draw when hand-ins came, with a line of words; None if there are none."""
    found = times_of(moments, zone=zone, now=now)
    if found is None:
        return None
    after = sum(moment > due_at for moment in moments)
    text = f"{count_of(len(moments), 'hand-in')}, counted per {found.unit}; {count_text(after)} after the due time."
    steps = Steps(
        times=[edge.timestamp() for edge in found.edges],
        counts=found.counts,
        labels=_labels(found, zone),
        sentence=f"Hand-ins per {found.unit}: {count_of(len(moments), 'hand-in')}, at most {max(found.counts):,}.",
        mark=(due_at.timestamp(), "due"),
    )
    rows = [
        (_start(edge, found, zone), count_text(count)) for edge, count in zip(found.edges, found.counts, strict=False)
    ]
    return Figure(steps_figure(steps), (found.unit.capitalize(), "Hand-ins"), rows), text


def _labels(times: Times, zone: ZoneInfo) -> list[tuple[float, str]]:
    every = max(1, len(times.counts) // 6)
    edges = [*times.edges[:-1:every], times.edges[-1]]
    return [(edge.timestamp(), _start(edge, times, zone)) for edge in edges]


def _start(edge: datetime, times: Times, zone: ZoneInfo) -> str:
    local = edge.astimezone(zone)
    if times.unit == "hour":
        return f"{local:%a} {local.day}, {local:%H:%M}"
    if edge == times.edges[-1]:
        local -= timedelta(days=1)  # the end of a day is called by that day
    return f"{local.day} {local:%b}"
