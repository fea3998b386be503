"""Shown epoch and losses against the retrained run: itself, with last-bit differences, and after Resets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from coursework.drawing.labels import count_of, count_text
from engine.report import shown_loss
from grading.checks.base import CLEAR, COMMON, Check, Compared, Evidence, Finding, sure
from grading.checks.runs import Runs
from grading.checks.target import LOSSES, as_shown, shown_losses
from grading.checks.words import LABELS, agrees, cant_say, differs
from grading.models import CheckOutcome

MOST_CHANCE = 0.15  # a match that more of the other runs would have had as well tells little
LONG_STILL = 0.2  # of the shown epoch: losses that have not moved for longer tell little about the epoch
INNOCENT = (
    "The network or a setting was changed in the open page before the run, or Reset was pressed more than 20 times: "
    "either draws other start weights under the same link.",
    "The picture is of another try than the link.",
    "A small or blurred digit was read wrongly.",
)


def check(evidence: Evidence) -> Finding:
    """Look for the shown losses among what honest runs of the link show at the shown epoch."""
    epoch, losses = sure(evidence.reading.epoch), shown_losses(evidence.reading)
    if epoch is None or not losses:
        return cant_say("There is nothing to compare: an epoch and a loss have to be read together.")
    if not evidence.states:
        return cant_say(f"The run was not retrained to epoch {count_text(epoch.value)}, so nothing can be compared.")
    return _judge(epoch.value, losses, Runs(evidence.states))


def _judge(epoch: int, losses: Mapping[str, Decimal], runs: Runs) -> Finding:
    """Try the explanations one after the other: the run itself, last-bit differences, Resets."""
    if runs.fits_own(losses):
        is_exact = all(str(as_shown(runs.own(name))) == str(loss) for name, loss in losses.items())
        how = "as the retrained run does" if is_exact else "within what last-bit differences of browsers move"
        return _fits(epoch, losses, runs, how=how, resets=0, chance=runs.share_like_own(losses))
    resets = runs.resets_that_fit(losses)
    if resets:
        how = f"as the retrained run does after {count_of(resets, 'Reset')}"
        return _fits(epoch, losses, runs, how=how, resets=resets, chance=runs.share_like_another(losses))
    retrained = f"the retrained run shows {_said_of_run(losses, runs)}, and no run after 1 to 20 Resets fits"
    return differs(
        f"{_seen(epoch, losses)}; {retrained}.",
        weight=_weight(losses, runs),
        innocent=INNOCENT,
        compared=_lines(losses, runs, 0),
        about=("epoch", *losses),
        details={"kind": "none"},
    )


def _fits(epoch: int, losses: Mapping[str, Decimal], runs: Runs, *, how: str, resets: int, chance: float) -> Finding:
    """Say that it fits, unless many other runs, or most epochs of this one, would fit as well."""
    sentence = f"{_seen(epoch, losses)}, {how}"
    since = runs.since(resets)
    fields: dict[str, Any] = {
        "compared": _lines(losses, runs, resets),
        "about": ("epoch", *losses),
        "details": {
            "kind": "resets" if resets else "run",
            "resets": resets,
            "chance": round(chance, 3),
            "since": since,
        },
    }
    if chance > MOST_CHANCE:
        return cant_say(
            f"{sentence}; so do {chance:.0%} of runs with other start weights, so this says little.", **fields
        )
    if epoch - since > LONG_STILL * epoch:
        still = f"it has shown these losses since epoch {count_text(since)}, so this says little about the epoch"
        return cant_say(f"{sentence}; {still}.", **fields)
    return agrees(f"{sentence}.", **fields)


def _weight(losses: Mapping[str, Decimal], runs: Runs) -> float:
    """Losses that no start of this link comes near weigh more, and so does one loss that fits beside one that doesn't.

    An honest picture of another start differs in both, and stays in the neighbourhood of the other runs.
    """
    one_fits = len(losses) > 1 and any(
        runs.fits_own({name: loss}) and runs.share_like_own({name: loss}) <= MOST_CHANCE
        for name, loss in losses.items()
    )
    return CLEAR if one_fits or runs.is_far_from_all(losses) else COMMON


def _seen(epoch: int, losses: Mapping[str, Decimal]) -> str:
    return f"At epoch {count_text(epoch)} the picture shows {_said(losses)}"


def _said(losses: Mapping[str, Decimal]) -> str:
    return " and ".join(f"{LOSSES[name]} {loss}" for name, loss in losses.items())


def _said_of_run(losses: Mapping[str, Decimal], runs: Runs) -> str:
    return " and ".join(shown_loss(runs.own(name)) for name in losses)


def _lines(losses: Mapping[str, Decimal], runs: Runs, resets: int) -> tuple[Compared, ...]:
    return tuple(_line(name, loss, runs, resets) for name, loss in losses.items())


def _line(name: str, loss: Decimal, runs: Runs, resets: int) -> Compared:
    """Show what the run itself comes to, with the range of its replays, and what it comes to after the Resets."""
    low, high = (shown_loss(edge) for edge in runs.band(name))
    retrained = shown_loss(runs.own(name)) + (f" ({low} to {high})" if low != high else "")
    fits = bool(resets) or runs.fits_own({name: loss})
    if resets:
        retrained += f"; {shown_loss(runs.after(resets, name))} after {count_of(resets, 'Reset')}"
    outcome = CheckOutcome.AGREES if fits else CheckOutcome.DIFFERS
    return Compared(what=LABELS[name], read=str(loss), retrained=retrained, outcome=outcome)


TRACE = Check("trace", "Epoch and losses of the run", check, one_picture_is_enough=False)
