"""Resets: honest runs that were started after the Reset button had been pressed a few times.

The link is the same then, but the start weights are later ones of the same stream. A claim that the link itself does
not reproduce may be reproduced by one of them; what such a match is worth is a matter of chance, and computed here.
"""

from collections.abc import Mapping, Sequence

from engine.spec import Spec
from engine.training import Report, Start

MOST_RESETS = 20
NEARBY_PERCENT = 10


def reset_starts(spec: Spec, up_to: int = MOST_RESETS) -> list[Start]:
    """Give the runs after 1, 2, … `up_to` Resets; they can be trained side by side with the run of the link."""
    return [Start(spec, resets) for resets in range(1, up_to + 1)]


def reproduced_after(reports: Sequence[Report], claim: int, criterion: str) -> int | None:
    """Give the smallest number of Resets after which the target is reached at exactly the claimed epoch, or None."""
    matching = [report.resets for report in reports if report.reached.first(criterion) == claim]
    return min(matching, default=None)


def epochs_by_reset(reports: Sequence[Report], criterion: str) -> dict[int, int | None]:
    """Give for each number of Resets the epoch at which the target is reached."""
    return {report.resets: report.reached.first(criterion) for report in reports}


def chance_of_a_match(epochs: Mapping[int, int | None], claim: int) -> float:
    """Give the chance, from 0 to 1, that a number made up near this claim would have matched a run after Resets.

    Of all whole numbers within 10 % of the claim (at least the claim and its two neighbours), this is the share that
    one of the runs in `epochs` hits. A match after Resets is worth much where this is small; where runs lie close
    together, nearly any claim finds one. The claim's own match counts, so the chance is rather too high than too low.
    """
    reach = max(1, claim * NEARBY_PERCENT // 100)
    low, high = max(1, claim - reach), claim + reach
    hits = {epoch for epoch in epochs.values() if epoch is not None and low <= epoch <= high}
    return len(hits) / (high - low + 1) if high >= low else 0.0
