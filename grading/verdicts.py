"""From training runs to an outcome. Pure: reports in, a word out."""

import math
from collections.abc import Sequence
from statistics import median

from engine.training import Report
from grading.models import Outcome


def judge(*, own: Report, criterion: str, claimed_epochs: int) -> Outcome:
    """Hold the submitted run against the claim.

    A run that first diverges and never reaches the target is `diverged`; one that reaches it at another epoch than
    claimed goes to a person, whichever of the two is smaller.
    """
    reached = own.reached.first(criterion)
    if reached is None:
        return Outcome.TARGET_NOT_REACHED if own.diverged_at is None else Outcome.DIVERGED
    return Outcome.VERIFIED if reached == claimed_epochs else Outcome.CLAIM_NOT_REPRODUCED


def official_epochs(reached: Sequence[int | None]) -> float | None:
    """Return the median over the course seeds; a seed that never reaches the target counts as never.

    None means never (or no course seeds). With an even number of seeds the median lies between the two in the
    middle, and is never if one of them is.
    """
    if not reached:
        return None
    middle = median(math.inf if epoch is None else epoch for epoch in reached)
    return None if math.isinf(middle) else float(middle)
