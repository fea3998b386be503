"""The losses in the picture against the task's target, by its criterion."""

import math
from decimal import Decimal

from coursework.rules import TaskRules
from coursework.words import in_the_losses
from engine.report import shown_loss
from grading.checks.base import SMALL, Check, Compared, Evidence, Finding, sure
from grading.checks.words import LABELS, agrees, cant_say, differs
from grading.models import CheckOutcome
from grading.screenshots.reading import ScreenshotReading

AT_THE_CLAIM = 0.6  # a picture of the very claim that contradicts it
LOSSES = {"loss_train": "training loss", "loss_test": "test loss"}
COUNTED = {
    "train": ("loss_train",),
    "test": ("loss_test",),
    "both": ("loss_train", "loss_test"),
    "either": ("loss_train", "loss_test"),
}
INNOCENT = (
    "The picture was taken before the target was reached.",
    "The picture is of another run, after Reset or of another try.",
    "A small or blurred number was read wrongly.",
)


def check(evidence: Evidence) -> Finding:
    """Say whether the losses that were read for sure meet the target as the page shows it."""
    rules, losses = evidence.rules, shown_losses(evidence.reading)
    counted = {name: losses[name] for name in COUNTED[rules.criterion] if name in losses}
    if not counted:
        return cant_say("The losses could not be read.")
    met = {name: _is_met(loss, rules) for name, loss in counted.items()}
    lines = tuple(_line(name, loss, rules) for name, loss in counted.items())
    is_met = _verdict(met, rules.criterion)
    said = " and ".join(f"{LOSSES[name]} {loss}" for name, loss in counted.items())
    about = tuple(counted)
    if is_met is None:
        return cant_say(f"The picture shows {said}; the other loss could not be read.", compared=lines, about=about)
    if is_met:
        return agrees(f"The picture shows the target: {said}.", compared=lines, about=about)
    target = f"the target is reached when {in_the_losses(rules.criterion)} {rules.target} or less"
    return differs(
        f"The picture shows {said}; {target}.",
        weight=_weight(evidence),
        innocent=INNOCENT,
        compared=lines,
        about=about,
    )


def shown_losses(reading: ScreenshotReading) -> dict[str, Decimal]:
    """Give the losses that were read for sure as the page shows them: three decimals, or NaN."""
    found = {name: sure(getattr(reading, name)) for name in LOSSES}
    return {name: as_shown(read.value) for name, read in found.items() if read is not None}


def as_shown(loss: float) -> Decimal:
    """Give what the page shows for a loss."""
    return Decimal(shown_loss(loss)) if math.isfinite(loss) else Decimal("NaN")


def _is_met(loss: Decimal, rules: TaskRules) -> bool:
    return loss.is_finite() and loss <= rules.target


def _verdict(met: dict[str, bool], criterion: str) -> bool | None:
    """Judge the losses at hand; None if one that was not read decides."""
    needed = len(COUNTED[criterion])
    if criterion == "either":
        return True if any(met.values()) else (False if len(met) == needed else None)
    return False if not all(met.values()) else (True if len(met) == needed else None)


def _weight(evidence: Evidence) -> float:
    """A picture of another epoch than the claimed one may well show other losses."""
    epoch = sure(evidence.reading.epoch)
    return AT_THE_CLAIM if epoch is not None and epoch.value == evidence.claimed_epochs else SMALL


def _line(name: str, loss: Decimal, rules: TaskRules) -> Compared:
    is_met, is_one_enough = _is_met(loss, rules), rules.criterion == "either"
    not_met = CheckOutcome.CANT_SAY if is_one_enough else CheckOutcome.DIFFERS
    return Compared(
        what=LABELS[name],
        read=str(loss),
        submitted=f"{rules.target} or less" + (" in one of both" if is_one_enough else ""),
        outcome=CheckOutcome.AGREES if is_met else not_met,
    )


TARGET = Check("target", "Target", check, before_hand_in=True)
