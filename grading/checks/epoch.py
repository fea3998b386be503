"""The epoch counter in the picture against the claimed epoch."""

from coursework.drawing.labels import count_of, count_text
from grading.checks.base import SMALL, TINY, Check, Compared, Evidence, Finding, Verified, sure
from grading.checks.words import agrees, cant_say, differs
from grading.models import CheckOutcome

BEFORE, LONG_AFTER, AFTER = 0.4, SMALL, TINY
LONG = 1.5  # a counter beyond so many times the claim was not just stopped a little late
INNOCENT_LATER = (
    "The run went on for a while after the target was reached, and the picture was taken then.",
    "The claimed epoch was mistyped.",
)
INNOCENT_EARLIER = (
    "The picture was taken before the target was reached.",
    "The claimed epoch was mistyped.",
    "The picture is of another run of the same link, after Reset.",
)


def check(evidence: Evidence) -> Finding:
    """Say whether the counter stands at the claim, later or earlier."""
    read = sure(evidence.reading.epoch)
    if read is None:
        return cant_say("The epoch could not be read.")
    epoch, claim = read.value, evidence.claimed_epochs
    if claim is None:
        return cant_say(f"The picture shows epoch {count_text(epoch)}; no epoch is claimed yet.", about=("epoch",))
    line = _line(epoch, claim, evidence)
    if epoch == claim:
        return agrees(f"The picture shows epoch {count_text(epoch)}, as claimed.", compared=(line,), about=("epoch",))
    is_later = epoch > claim
    apart = f"{count_of(abs(epoch - claim), 'epoch')} {'after' if is_later else 'before'} the claimed"
    return differs(
        f"The picture shows epoch {count_text(epoch)}, {apart} {count_text(claim)}.",
        weight=_weight_later(epoch, claim) if is_later else BEFORE,
        innocent=INNOCENT_LATER if is_later else INNOCENT_EARLIER,
        compared=(line,),
        about=("epoch",),
    )


def _weight_later(epoch: int, claim: int) -> float:
    return LONG_AFTER if epoch > LONG * claim else AFTER


def _line(epoch: int, claim: int, evidence: Evidence) -> Compared:
    return Compared(
        what="Epoch",
        read=count_text(epoch),
        submitted=count_text(claim),
        retrained=_retrained(evidence.verified),
        outcome=CheckOutcome.AGREES if epoch == claim else CheckOutcome.DIFFERS,
    )


def _retrained(verified: Verified | None) -> str:
    """Give the epoch at which our run reaches the target, with the band of its replays where that is wider."""
    if verified is None or verified.retrained_epochs is None:
        return ""
    low, high = verified.band or (verified.retrained_epochs, verified.retrained_epochs)
    band = f" ({count_text(low)} to {count_text(high)})" if low < high else ""
    return f"{count_text(verified.retrained_epochs)}{band}"


EPOCH = Check("epoch", "Epoch", check, before_hand_in=True)
