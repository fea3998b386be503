"""The losses of many runs of one link at one epoch, and which of them fit losses that a page shows.

A page shows three decimals. Whether a shown loss fits is asked of its text: a range of losses is rounded as the page
rounds, and the shown one has to lie between.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from engine.report import shown_loss
from grading.checks.base import ShownState
from grading.checks.target import as_shown

MARGIN_SHARE = 0.5  # of the replays' spread, on both sides, as the band of epochs has it (docs/band.md)
Losses = Mapping[str, Decimal]  # by "loss_train" and "loss_test", those that were read; NaN: as the page shows it
Range = tuple[float, float]


class Runs:
    """The run itself, its replays with last-bit differences, and the runs after Resets."""

    def __init__(self, states: Sequence[ShownState]) -> None:
        self._replayed = [state for state in states if state.resets == 0]
        self._reset = sorted((state for state in states if state.resets), key=lambda state: state.resets)
        self._own = next(state for state in self._replayed if state.replay == 0)

    def own(self, name: str) -> float:
        """Give a loss of the run itself."""
        return _loss(self._own, name)

    def after(self, resets: int, name: str) -> float:
        """Give a loss of the run after so many Resets."""
        return next(_loss(state, name) for state in self._reset if state.resets == resets)

    def since(self, resets: int) -> int:
        """Give the epoch since which the run after so many Resets has shown these losses; 0 Resets: the run itself."""
        return self._own.since if not resets else next(one.since for one in self._reset if one.resets == resets)

    def band(self, name: str) -> Range:
        """Give the range of a loss over the run and its replays, with the margin; never below 0."""
        finite = _finite(_loss(state, name) for state in self._replayed)
        if not finite:
            return self.own(name), self.own(name)
        margin = MARGIN_SHARE * (max(finite) - min(finite))
        return max(0.0, min(finite) - margin), max(finite) + margin

    def fits_own(self, losses: Losses) -> bool:
        """Say whether all of the losses lie within what the run and its replays show."""
        return all(
            any(not math.isfinite(_loss(state, name)) for state in self._replayed)
            if loss.is_nan()
            else _lies_in(loss, self.band(name))
            for name, loss in losses.items()
        )

    def resets_that_fit(self, losses: Losses) -> int | None:
        """Give the smallest number of Resets after which a run shows all of the losses, or None."""
        return next((state.resets for state in self._reset if self._fits(losses, state)), None)

    def share_like_own(self, losses: Losses) -> float:
        """Give the share of runs after Resets that show what could be taken for the run itself.

        It is the chance that a picture of quite another start would have fitted, too.
        """
        fitting = [state for state in self._reset if self.fits_own(_shown(state, losses))]
        return len(fitting) / len(self._reset) if self._reset else 0.0

    def share_like_another(self, losses: Losses) -> float:
        """Give the share of all starts that could be taken for one of the others after some Resets.

        It is the chance that a picture of a start that is none of these would have fitted one of them, too.
        """
        starts = [self._own, *self._reset]
        fitting = [
            state
            for state in starts
            if any(self._fits(_shown(state, losses), other) for other in self._reset if other is not state)
        ]
        return len(fitting) / len(starts)

    def is_far_from_all(self, losses: Losses) -> bool:
        """Say whether a loss lies outside the range of all runs, widened by its half on both sides."""
        numbers = {name: loss for name, loss in losses.items() if not loss.is_nan()}
        return any(not _lies_in(loss, self._widened(name)) for name, loss in numbers.items())

    def _widened(self, name: str) -> Range:
        finite = _finite(_loss(state, name) for state in (*self._replayed, *self._reset))
        if not finite:
            return math.nan, math.nan
        margin = MARGIN_SHARE * (max(finite) - min(finite))
        return max(0.0, min(finite) - margin), max(finite) + margin

    def _fits(self, losses: Losses, state: ShownState) -> bool:
        """Say whether a run after Resets shows the losses, give or take the spread of the run's own replays."""
        return all(
            not math.isfinite(_loss(state, name))
            if loss.is_nan()
            else _lies_in(loss, self._around(_loss(state, name), name))
            for name, loss in losses.items()
        )

    def _around(self, loss: float, name: str) -> Range:
        low, high = self.band(name)
        spread = (high - low) / (1 + 2 * MARGIN_SHARE) if math.isfinite(high - low) else 0.0
        return max(0.0, loss - spread), loss + spread


def _loss(state: ShownState, name: str) -> float:
    return state.loss_train if name == "loss_train" else state.loss_test


def _finite(losses: Iterable[float]) -> list[float]:
    return [loss for loss in losses if math.isfinite(loss)]


def _shown(state: ShownState, losses: Losses) -> dict[str, Decimal]:
    """Give what the page would show of a run in place of these losses."""
    return {name: as_shown(_loss(state, name)) for name in losses}


def _lies_in(loss: Decimal, bounds: Range) -> bool:
    """Say whether a shown loss, a number, lies in a range as it would be shown."""
    if not all(math.isfinite(bound) for bound in bounds):
        return False
    low, high = (Decimal(shown_loss(bound)) for bound in bounds)
    return low <= loss <= high
