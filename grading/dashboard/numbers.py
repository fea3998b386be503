"""The numbers of a class: counts for the bar, and what its charts are drawn from. Pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median, quantiles

from coursework.drawing.scales import round_step
from grading.dashboard.filter import OUTCOMES
from grading.dashboard.rows import Bucket, ClassRow
from grading.grades.rule import State

# Diverged has a second grey: in a bar, two parts of one grey could not be told apart.
_TONES = {
    Bucket.VERIFIED: "ok",
    Bucket.DECIDED: "mid",
    Bucket.TO_REVIEW: "warn",
    Bucket.RUNNING: "info",
    Bucket.NOT_REACHED: "calm",
    Bucket.DIVERGED: "mid",
    Bucket.NOT_ALLOWED: "bad",
    Bucket.FAILED: "bad",
    Bucket.NONE: "none",
}
MOST_BINS = 15


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the bar: how many students are in a bucket."""

    bucket: Bucket
    tone: str
    count: int
    word: str


@dataclass(frozen=True, slots=True)
class ClassNumbers:
    """A class in numbers; medians are None where there is nothing to take one of."""

    students: int
    parts: Sequence[Part]  # without empty ones
    handed_in: int
    needs: int
    graded: int  # by a person
    released: int  # of those who handed in
    late: int
    more_time: int
    excused: int
    median_epochs: float | None
    median_points: Decimal | None

    @property
    def points_text(self) -> str:
        """The median of the points without zeros at its end."""
        return "–" if self.median_points is None else f"{self.median_points:.2f}".rstrip("0").rstrip(".")

    @property
    def bar(self) -> list[tuple[str, int, str]]:
        """The parts as the drawing takes them."""
        return [(part.tone, part.count, part.word.lower()) for part in self.parts]


def numbers_of(rows: Sequence[ClassRow]) -> ClassNumbers:
    """Count a class."""
    buckets = Counter(row.bucket for row in rows)
    grades = [row.grade for row in rows]
    epochs, points = official_epochs(rows), totals(rows)
    return ClassNumbers(
        students=len(rows),
        parts=[Part(one, _TONES[one], buckets[one], OUTCOMES[one]) for one in Bucket if buckets[one]],
        handed_in=sum(bool(grade.attempts) for grade in grades),
        needs=sum(bool(row.reasons) for row in rows),
        graded=sum(grade.is_decided for grade in grades),
        released=sum(bool(grade.attempts) and grade.is_released for grade in grades),
        late=sum(row.is_late for row in rows),
        more_time=sum(grade.has_own_time for grade in grades),
        excused=sum(grade.result.state == State.EXCUSED for grade in grades),
        median_epochs=median(epochs) if epochs else None,
        median_points=Decimal(median(points)) if points else None,
    )


def confirmed(rows: Sequence[ClassRow]) -> list[ClassRow]:
    """Return those whose claim was confirmed."""
    return [row for row in rows if row.bucket is Bucket.VERIFIED]


def official_epochs(rows: Sequence[ClassRow]) -> list[float]:
    """Return the official epochs of the confirmed, the fewest first; those who never get there have none."""
    found = (row.spoken.official_epochs for row in confirmed(rows) if row.spoken)
    return sorted(epochs for epochs in found if epochs is not None)


def totals(rows: Sequence[ClassRow]) -> list[Decimal]:
    """Return the points there are, the fewest first."""
    return sorted(row.grade.result.total for row in rows if row.grade.result.total is not None)


def middle_half(values: Sequence[float]) -> tuple[float, float] | None:
    """Return between which values the middle half lies; None for fewer than four."""
    if len(values) < 4:
        return None
    first, _, third = quantiles(values, n=4, method="inclusive")
    return first, third


@dataclass(frozen=True, slots=True)
class Bins:
    """Values counted in bins of one width: `counts[0]` is from `start` to below `start + step`."""

    start: float
    step: float
    counts: Sequence[int]

    def bin_of(self, value: float) -> int:
        """Say in which bin a value is."""
        return min(int((value - self.start) // self.step), len(self.counts) - 1)


def epoch_bins(values: Sequence[float]) -> Bins:
    """Count epochs in bins of a round width from 0."""
    step = round_step(max(values) + 1, MOST_BINS)
    return _counted(values, 0, step, int(max(values) // step) + 1)


def point_bins(values: Sequence[Decimal], most: Decimal) -> Bins:
    """Count points in bins of a round width from 0 to the most there are, which is in the last one."""
    whole = max(float(most), 1.0)
    step = 0.5 if whole <= 5 else float(round_step(whole, 10))
    return _counted([float(value) for value in values], 0, step, max(math.ceil(whole / step), 1))


def _counted(values: Sequence[float], start: float, step: float, bins: int) -> Bins:
    found = Counter(min(int((value - start) // step), bins - 1) for value in values)
    return Bins(start, step, [found[number] for number in range(bins)])
