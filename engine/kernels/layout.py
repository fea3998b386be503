"""Where the numbers of runs stand in the arrays of the compiled kernel."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

import numpy as np

from engine.datasets import Points
from engine.features import feature_values
from engine.kernels.elementary import ACTIVATION_CODES
from engine.kernels.epochs import Examples
from engine.kernels.lanes import LANES
from engine.kernels.passes import BLOCK, Shape
from engine.network import Network
from engine.spec import Spec
from engine.steps import Floats, Integers


def aligned(rows: int) -> Floats:
    """Give zeros, LANES to a row, each row in a cache line of its own."""
    memory = np.zeros((rows + 1) * LANES)
    skipped = -memory.ctypes.data % (LANES * memory.itemsize) // memory.itemsize
    return memory[skipped : skipped + rows * LANES]


def aligned_copy(values: Floats) -> Floats:
    """Give a flat copy of values whose number is a multiple of LANES."""
    copy = aligned(values.size // LANES)
    copy[:] = values.reshape(-1)
    return copy


def _starts(counts: Sequence[int], first: int = 0) -> list[int]:
    return list(accumulate(counts, initial=first))


class Layout:
    """Where the parameters of a network stand, listed as all biases and then all links, (T,)."""

    def __init__(self, spec: Spec) -> None:
        self._sizes = sizes = spec.layer_sizes
        neurons = sizes[1:]
        links = [before * after for before, after in pairwise(sizes)]
        packed_rows = [after * _rows(before) for before, after in pairwise(sizes)]
        self.total_neurons = sum(sizes)
        self.parameters = sum(neurons) + sum(links)
        self._biases = sum(neurons)
        self._bias_starts, self._link_starts = _starts(neurons), _starts(links, self._biases)
        self._packed_starts = _starts(packed_rows, _rows(self._biases))
        output = "tanh" if spec.problem == "classification" else "linear"
        self._codes = [ACTIVATION_CODES[name] for name in (*[spec.activation] * len(spec.hidden_layers), output)]

    def shape(self, lanes_are_runs: bool) -> Shape:
        """Describe it to compiled code."""
        return Shape(
            sizes=_integers(self._sizes),
            neurons=_integers(_starts(self._sizes)[:-1]),
            activations=_integers(self._codes),
            biases=_integers(self._bias_starts[:-1]),
            links=_integers(self._link_starts[:-1]),
            packed=_integers(self._packed_starts[:-1]),
            lanes_are_runs=lanes_are_runs,
            bias_rows=self._biases if lanes_are_runs else _rows(self._biases),
        )

    def rows(self, lanes_are_runs: bool) -> int:
        """Say how many rows the parameters take."""
        return self.parameters if lanes_are_runs else self._packed_starts[-1]

    def places(self, lanes_are_runs: bool, lane: int) -> Integers:
        """Give the place of each parameter of a run, (T,)."""
        if lanes_are_runs:
            return np.arange(self.parameters) * LANES + lane
        biases = np.arange(self._biases)
        return np.concatenate([biases, *self._packed_places()])

    def _packed_places(self) -> Iterator[Integers]:
        for start, (inputs, outputs) in zip(self._packed_starts, pairwise(self._sizes), strict=False):
            neuron = np.arange(outputs)[:, None] * _rows(inputs)
            yield ((start + neuron) * LANES + np.arange(inputs)).reshape(-1)

    def flat(self, network: Network) -> Floats:
        """List the parameters of a network, (T,)."""
        return np.concatenate([*network.biases, *(weights.reshape(-1) for weights in network.weights)])

    def network(self, parameters: Floats) -> Network:
        """Make a network of parameters (T,)."""
        biases = [parameters[start:end].copy() for start, end in pairwise(self._bias_starts)]
        links = [parameters[start:end].copy() for start, end in pairwise(self._link_starts)]
        shapes = [(after, before) for before, after in pairwise(self._sizes)]
        return Network([values.reshape(shape) for values, shape in zip(links, shapes, strict=True)], biases)


def _rows(count: int) -> int:
    return -(-count // LANES)


def _integers(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)


def columns(spec: Spec, points: Floats) -> Floats:
    """Give inputs and label of each point, (n, inputs + 1)."""
    return np.column_stack((feature_values(spec.features, points).T, points[:, 2]))


class Table:
    """The points of one run as the kernel takes them in."""

    def __init__(self, spec: Spec, points: Points) -> None:
        self.train, self.test = columns(spec, points.train), columns(spec, points.test)


def runs_in_lanes(tables: Sequence[Table], batch_size: int) -> Examples:
    """Arrange the points of LANES runs: a step is one point of each."""
    train, test = (
        aligned_copy(np.stack([getattr(table, name) for table in tables], axis=-1)) for name in ("train", "test")
    )
    counts = len(tables[0].train), len(tables[0].test)
    starts, ends = _blocks(counts[0], batch_size, BLOCK)
    steps = ends - starts
    return Examples(train, starts, steps, steps, _closes(ends, batch_size), train, test, *counts)


def points_in_lanes(table: Table, batch_size: int) -> Examples:
    """Arrange the points of one run: a step is up to LANES of them, in training of one batch."""
    counts = len(table.train), len(table.test)
    starts, ends = _blocks(counts[0], batch_size, BLOCK * LANES)
    steps = -(-(ends - starts) // LANES)
    firsts = [first for start, end in zip(starts, ends, strict=True) for first in range(start, end, LANES)]
    return Examples(
        _steps(table.train, _integers(firsts)),
        np.cumsum(steps) - steps,
        steps,
        ends - starts,
        _closes(ends, batch_size),
        _steps(table.train, np.arange(0, counts[0], LANES)),
        _steps(table.test, np.arange(0, counts[1], LANES)),
        *counts,
    )


def _blocks(count: int, batch_size: int, most: int) -> tuple[Integers, Integers]:
    """Cut points into blocks of one batch and at most so many points; give where each starts and ends."""
    batches = range(0, count, batch_size)
    starts = [first for batch in batches for first in range(batch, min(batch + batch_size, count), most)]
    return _integers(starts), _integers([*starts[1:], count])


def _closes(ends: Integers, batch_size: int) -> Integers:
    return np.where(ends % batch_size == 0, 1, 0)


def _steps(table: Floats, firsts: Integers) -> Floats:
    """Give LANES points from each first one on; a point that is too many is there, but never counted."""
    chosen = np.minimum(firsts[:, None] + np.arange(LANES), len(table) - 1)
    return aligned_copy(table[chosen].transpose(0, 2, 1))
