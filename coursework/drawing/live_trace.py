"""The losses of a run that still goes on, in few enough numbers to be stored every second.

A trace is float64 (n, 3): epoch, training loss, test loss, by epoch. It keeps both ends and every peak of both lines,
and is drawn by `loss_chart` like a whole one: `filled_in` puts straight lines between the epochs that it kept.
"""

import numpy as np
from numpy.typing import NDArray

from coursework.drawing.loss_trace import Losses, thinned_epochs

Trace = NDArray[np.float64]

MOST_POINTS = 300
_BUCKETS = 49  # of each line at most three epochs a bucket, lowest, highest and a gap; both lines and both ends: 298
_STORED = "<f8"  # little-endian doubles, the same bytes on every machine


def thinned(losses: Losses) -> Trace:
    """Choose at most MOST_POINTS epochs of losses (epochs + 1, 2)."""
    if len(losses) <= MOST_POINTS:
        kept = np.arange(len(losses))
    else:
        chosen = {epoch for column in (0, 1) for epoch in thinned_epochs(losses[:, column], _BUCKETS)}
        kept = np.array(sorted(chosen), dtype=np.int64)
    return np.column_stack((kept, losses[kept])).astype(np.float64)


def filled_in(trace: Trace) -> Losses:
    """Give losses (epochs + 1, 2) for all epochs up to the last one that the trace holds."""
    if len(trace) == 0:
        return np.empty((0, 2))
    epochs = np.arange(int(trace[-1, 0]) + 1)
    return np.column_stack([np.interp(epochs, trace[:, 0], trace[:, column]) for column in (1, 2)])


def packed(losses: Losses) -> bytes:
    """Write losses (epochs + 1, 2) as a thinned trace."""
    return np.ascontiguousarray(thinned(losses), dtype=_STORED).tobytes()


def unpacked(data: bytes) -> Trace:
    """Read what `packed` wrote; nothing at all gives a trace without points."""
    return np.frombuffer(data, dtype=_STORED).reshape(-1, 3).astype(np.float64)
