"""What is taken from a long trace of losses: the epochs that a line needs, the rows of a table, the divergence."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from coursework.drawing.labels import count_text, gap_text, loss_beside
from coursework.drawing.scales import ticks

Losses = NDArray[np.float64]

BUCKETS = 150  # a line keeps the smallest and the largest value of each, so 300 points and every peak


def thinned_epochs(values: NDArray[np.float64], buckets: int = BUCKETS) -> list[int]:
    """Choose about 300 epochs of a long trace: both ends, every bucket's extremes, and a gap where there is one."""
    if len(values) <= 2 * buckets:
        return list(range(len(values)))
    chosen = {0, len(values) - 1}
    edges = np.linspace(0, len(values), buckets + 1).astype(int)
    for start, end in pairwise(edges.tolist()):
        part = values[start:end]
        finite = np.isfinite(part)
        if finite.any():
            chosen.add(start + int(np.argmin(np.where(finite, part, np.inf))))
            chosen.add(start + int(np.argmax(np.where(finite, part, -np.inf))))
        if not finite.all():
            chosen.add(start + int(np.argmin(finite)))
    return sorted(int(epoch) for epoch in chosen)


def diverged_at(losses: Losses) -> int | None:
    """Give the first epoch with a loss that is not a finite number."""
    broken = np.flatnonzero(~np.isfinite(losses).all(axis=1))
    return int(broken[0]) if len(broken) else None


def loss_rows(losses: Losses, reached: int | None) -> list[tuple[int, float, float]]:
    """Give about ten rows (epoch, training loss, test loss) for the table: first, last, and those around `reached`."""
    losses = np.asarray(losses, dtype=np.float64).reshape(-1, 2)
    last = len(losses) - 1
    if last < 0:
        return []
    chosen = {0, last, *ticks(0, last, 8)}
    if reached is not None:
        # The epoch before shows that the target was not reached any earlier
        chosen |= {epoch for epoch in (reached - 1, reached) if 0 <= epoch <= last}
    return [(epoch, float(losses[epoch, 0]), float(losses[epoch, 1])) for epoch in sorted(chosen)]


def loss_table(
    losses: Losses, reached: int | None, *, counted: NDArray[np.float64], target: float
) -> list[tuple[str, str, str, str]]:
    """Give the same rows as text, and last how far the loss that counts (`counted`, by epoch) is from the target."""
    return [
        (count_text(epoch), loss_beside(train, target), loss_beside(test, target), gap_text(counted[epoch], target))
        for epoch, train, test in loss_rows(losses, reached)
    ]
