"""What an honest run of a link may show at given epochs: itself, with last-bit differences, and after Resets.

Reads and writes no database.
"""

from collections.abc import Callable, Collection

import numpy as np

from engine.errors import BudgetExceeded, Cancelled, SpecError
from engine.resets import reset_starts
from engine.sensitivity import FIRST_REPLAYS, perturbed_starts
from engine.spec import Spec
from engine.steps import Floats
from engine.training import Budget, Report, Start, train
from grading.checks.base import ShownState
from grading.services.leases import WorkerEnds

MOST_EPOCHS = 5_000  # pictures of later epochs are not retrained
SECONDS = 45.0  # for the 36 runs of one submission together


def shown_states(
    spec: Spec, epochs: Collection[int], *, ending: Callable[[], bool], seconds: float = SECONDS
) -> dict[int, tuple[ShownState, ...]]:
    """Train the run, its replays and the runs after Resets side by side; give the states of each epoch by epoch.

    Left out are epochs beyond `MOST_EPOCHS`, and all of them where the training takes longer than `seconds` or the
    settings can't be run. Raises WorkerEnds as soon as `ending` says so.
    """
    wanted = [epoch for epoch in epochs if 0 <= epoch <= MOST_EPOCHS]
    if not wanted:
        return {}
    try:
        starts = [Start(spec), *perturbed_starts(spec, FIRST_REPLAYS), *reset_starts(spec)]
        reports = train(starts, stop="never", max_epochs=max(wanted), budget=Budget(seconds=seconds), cancelled=ending)
    except Cancelled:
        raise WorkerEnds from None
    except (BudgetExceeded, SpecError):
        return {}
    return {epoch: tuple(_state(report, number, epoch) for number, report in enumerate(reports)) for epoch in wanted}


def _state(report: Report, number: int, epoch: int) -> ShownState:
    """Give the losses at an epoch; a run that diverged before stays at what it ended with, which is no number."""
    losses = report.losses[: epoch + 1]
    train_loss, test_loss = losses[-1].tolist()
    return ShownState(
        resets=report.resets,
        replay=number if report.resets == 0 else 0,
        loss_train=train_loss,
        loss_test=test_loss,
        since=_since(losses),
    )


def _since(losses: Floats) -> int:
    """Give the first epoch from which on the losses (n, 2) have been shown as at the last one."""
    thousandths = np.floor(losses * 1000 + 0.5)  # as good as what is shown: only exact ties may differ
    others = np.flatnonzero((thousandths != thousandths[-1]).any(axis=1))
    return int(others[-1]) + 1 if others.size else 0
