"""From training runs to an outcome. Pure: reports in, a word out."""

import math
from collections.abc import Sequence
from statistics import median

from engine.sensitivity import Band, inside
from engine.training import Report
from grading.models import Outcome


def judge(*, own: Report, criterion: str, claimed_epochs: int, band: Band | None) -> Outcome:
    """Hold the submitted run and the band of its replays against the claim.

    Another browser can reach the target where our own run never does, so a claim inside the band stands even then.
    A claim that nothing confirms goes to a person if our run reaches the target, whichever epoch is smaller.
    """
    reached = own.reached.first(criterion)
    if reached == claimed_epochs:
        return Outcome.VERIFIED
    if inside(band, claimed_epochs):
        return Outcome.INSIDE_BAND
    if reached is not None:
        return Outcome.CLAIM_NOT_REPRODUCED
    return Outcome.TARGET_NOT_REACHED if own.diverged_at is None else Outcome.DIVERGED


def with_resets(outcome: Outcome, resets: int | None) -> Outcome:
    """Let an exact reproduction after some Resets confirm a claim that nothing else did."""
    return outcome if resets is None else Outcome.AFTER_RESETS


def official_epochs(reached: Sequence[int | None]) -> float | None:
    """Return the median over the course seeds; a seed that never reaches the target counts as never.

    None means never (or no course seeds). With an even number of seeds the median lies between the two in the
    middle, and is never if one of them is.
    """
    if not reached:
        return None
    middle = median(math.inf if epoch is None else epoch for epoch in reached)
    return None if math.isinf(middle) else float(middle)
