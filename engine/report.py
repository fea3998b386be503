"""What came out of a run: its losses, and when they were low enough."""

import math
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

import numpy as np

from engine.network import Network
from engine.spec import Spec
from engine.steps import Floats

SHOWN_TARGET = 0.0015  # the page shows a loss as 0.001 or lower exactly if it is below this
CRITERIA = ("train", "test", "both", "either")


@dataclass(frozen=True)
class Reached:
    """The first epochs at which the training loss, the test loss, both or either are below the target; None: never."""

    train: int | None = None
    test: int | None = None
    both: int | None = None
    either: int | None = None

    def first(self, criterion: str) -> int | None:
        """Give the epoch for "train", "test", "both" or "either"."""
        by_name = {"train": self.train, "test": self.test, "both": self.both, "either": self.either}
        return by_name[criterion]


@dataclass(frozen=True)
class Report:
    """What came out of one run.

    `stopped` is "reached", "cap" or "diverged"; `diverged_at` the first epoch with a loss that is not finite.
    `losses` is float64 (epochs_run + 1, 2): training and test loss after each epoch, epoch 0 (before training)
    included. `gradient_steps` counts the points that went forward and backward; `parameters` weights and biases.
    """

    spec: Spec
    resets: int
    reached: Reached
    epochs_run: int
    stopped: str
    diverged_at: int | None
    losses: Floats
    network: Network
    parameters: int
    gradient_steps: int

    def best_epoch(self, criterion: str = "both") -> int | None:
        """Give the first epoch with the lowest loss that counts for a criterion; None if no loss is finite."""
        counted = counted_losses(self.losses, criterion)
        finite = np.where(np.isfinite(counted), counted, np.inf)
        best = int(np.argmin(finite))
        return best if np.isfinite(finite[best]) else None


def counted_losses(losses: Floats, criterion: str) -> Floats:
    """Give the loss (…) of pairs (…, 2) that has to be below the target; both are if the larger one is."""
    train, test = losses[..., 0], losses[..., 1]
    larger: Floats = np.maximum(train, test)
    smaller: Floats = np.fmin(train, test)  # one of them counts even if the other is NaN
    return {"train": train, "test": test, "both": larger, "either": smaller}[criterion]


def shown_loss(loss: float) -> str:
    """Write a loss as the page does: three decimals, rounded half up on the exact value."""
    if not math.isfinite(loss):
        return "not a number" if math.isnan(loss) else "infinite"
    if loss >= 1e21:  # from here on the page, too, gives a power of ten
        return repr(loss)
    return str(Decimal(loss).quantize(Decimal("0.001"), ROUND_HALF_UP, Context(prec=60)))
