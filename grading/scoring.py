"""From an outcome to points: the only rule, and the only rounding. Pure."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from coursework.models import Task
from grading.models import CONFIRMED, Outcome, Verification

STEP = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class ScoringRule:
    """How a task gives points.

    `points` is the most. `share_for_target` of it is given for a confirmed claim; the rest falls, on a logarithmic
    scale, from all of it at `full_points_epochs` official epochs or fewer to none at `max_epochs` or never.
    """

    points: Decimal
    share_for_target: Decimal
    full_points_epochs: int
    max_epochs: int


def automatic_points(rule: ScoringRule, outcome: Outcome | None, official_epochs: float | None) -> Decimal | None:
    """Return the points of a settled verification; None where a person has to decide or nothing is settled."""
    if outcome is None or outcome == Outcome.CLAIM_NOT_REPRODUCED:
        return None
    if outcome not in CONFIRMED:
        return Decimal("0.0")
    speed = Decimal(repr(_speed(rule, official_epochs)))
    share = rule.share_for_target + (1 - rule.share_for_target) * speed
    return (rule.points * share).quantize(STEP, ROUND_HALF_UP)


def points_of(verification: Verification, task: Task) -> Decimal | None:
    """Return the automatic points of a verification; None where a person has to decide or nothing is settled."""
    outcome = Outcome(verification.outcome) if verification.outcome else None
    return automatic_points(scoring_rule(task), outcome, verification.official_epochs)


def scoring_rule(task: Task) -> ScoringRule:
    """Take a task's rule from its row."""
    return ScoringRule(task.points, task.share_for_target, task.full_points_epochs, task.max_epochs)


def _speed(rule: ScoringRule, official_epochs: float | None) -> float:
    """Return 1 at full_points_epochs and below, 0 at max_epochs and above."""
    if official_epochs is None or official_epochs >= rule.max_epochs:
        return 0.0
    if official_epochs <= rule.full_points_epochs:
        return 1.0
    return math.log(rule.max_epochs / official_epochs) / math.log(rule.max_epochs / rule.full_points_epochs)
