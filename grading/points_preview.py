"""What a scoring rule would give, drawn and as a table, before anybody is graded by it."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.utils.safestring import SafeString

from coursework.drawing.points_chart import points_figure
from grading.models import Outcome
from grading.scoring import ScoringRule, automatic_points


@dataclass(frozen=True, slots=True)
class PointsPreview:
    """The rule as a picture and as rows of (epochs, points)."""

    chart: SafeString
    rows: list[tuple[str, Decimal]]


def points_preview(rule: ScoringRule) -> PointsPreview:
    """Draw a rule and compute its points for some epochs; both ask the rule that grades."""
    chart = points_figure(
        lambda epochs: float(_points(rule, epochs)),
        most=float(rule.points),
        full=rule.full_points_epochs,
        cap=rule.max_epochs,
    )
    rows = [(f"{epochs:,}", _points(rule, epochs)) for epochs in _some_epochs(rule)]
    rows[0] = (f"{rows[0][0]} or fewer", rows[0][1])
    return PointsPreview(
        chart, [*rows, (f"not within {rule.max_epochs:,}", _points(rule, None)), ("target not reached", _none(rule))]
    )


def _points(rule: ScoringRule, epochs: int | None) -> Decimal:
    points = automatic_points(rule, Outcome.VERIFIED, epochs)
    assert points is not None  # what is verified has points
    return points


def _none(rule: ScoringRule) -> Decimal:
    points = automatic_points(rule, Outcome.TARGET_NOT_REACHED, None)
    assert points is not None  # what missed the target has points, too: none
    return points


def _some_epochs(rule: ScoringRule) -> list[int]:
    """Choose up to seven epochs from all points to none of the rest: 1, 2, 5 times a power of ten between the two."""
    low, high = rule.full_points_epochs, rule.max_epochs
    steps = [step * 10**power for power in range(6) for step in (1, 2, 5)]
    between = [step for step in steps if low < step < high]
    chosen = [low, *between[-5:], high] if high > low else [low]
    assert all(before < after for before, after in pairwise(chosen))
    return chosen
