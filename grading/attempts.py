"""Why an attempt counts or does not, in a sentence for its student. Pure."""

from datetime import datetime

from coursework.countdown import distance_words
from coursework.deadlines import Standing, Window
from grading.leaderboard import Entry
from grading.models import CONFIRMED, Outcome, Status, Verification

LIVE = "Is being checked."
WHY_NOT = {
    Outcome.CLAIM_NOT_REPRODUCED: "We could not reproduce the epoch; a person decides.",
    Outcome.TARGET_NOT_REACHED: "Does not count: the run does not reach the target.",
    Outcome.DIVERGED: "Does not count: the run diverges.",
    Outcome.SETTINGS_NOT_ALLOWED: "Does not count: its settings are not allowed.",
}


def why(
    *,
    receipt_number: str,
    received_at: datetime,
    verification: Verification | None,
    counting: Entry | None,
    window: Window,
) -> str:
    """Say why the attempt with this receipt counts or not; `counting` is the student's attempt that does."""
    if verification is not None and verification.status == Status.FAILED:
        return "Our fault: we could not finish it and will run it again. Your hand-in time is kept."
    if verification is None or verification.outcome is None:
        return LIVE
    if verification.outcome not in CONFIRMED:
        return WHY_NOT[Outcome(verification.outcome)]
    if window.standing(received_at) is not Standing.ON_TIME:
        after = distance_words((received_at - window.due_at).total_seconds()).removeprefix("in ")
        return f"Does not rank: it came {after} after your due time."
    if counting is not None and counting.receipt_number == receipt_number:
        return f"Counts: your best verified attempt before the due time, {_official(counting.official_epochs)}."
    if counting is None:
        return "Verified and on time."  # staff and people who left are not ranked
    return f"Verified, but {_better(verification, counting)}."


def _official(epochs: float | None) -> str:
    if epochs is None:
        return "though its median over the course seeds is beyond the limit"
    return f"with {_number(epochs)} official epochs"


def _number(epochs: float) -> str:
    return f"{epochs:,.0f}" if float(epochs).is_integer() else f"{epochs:,.1f}"


def _better(verification: Verification, counting: Entry) -> str:
    """Say by what the counting attempt is ahead: epochs, then parameters, then time."""
    if counting.official_epochs != verification.official_epochs:
        mine = verification.official_epochs
        theirs = _number(counting.official_epochs or 0)
        against = "never" if mine is None else _number(mine)
        return f"another attempt is better: {theirs} official epochs against {against}"
    if counting.parameters != verification.parameters:
        return f"another attempt needs as many official epochs with fewer parameters ({counting.parameters:,})"
    return "another attempt of the same worth came earlier"
