"""Runs in lockstep in the compiled kernel: how they are spread over lanes, and how they get in and out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.datasets import Points
from engine.kernels import Ends
from engine.kernels import epochs as compiled
from engine.kernels.lanes import LANES
from engine.kernels.layout import Layout, Table, aligned, points_in_lanes, runs_in_lanes
from engine.kernels.passes import BLOCK, REGULARIZATION_CODES, Rates, State, Work
from engine.network import Network
from engine.spec import Spec
from engine.steps import Floats, Integers

_NO_END = compiled.Ends(compiled.NEVER, 0.0, False)
_MOVING_PAYS = 1.25  # times the work


@dataclass
class _Run:
    """One run outside of the lanes: parameters, accumulated gradients and dead links, each (T,)."""

    table: Table
    parameters: Floats
    gradients: Floats
    dead: Floats


class _Group:
    """The runs of one call into compiled code: up to LANES in a lane each, or one with its points in the lanes."""

    def __init__(self, spec: Spec, layout: Layout, runs: Sequence[_Run], waiting: int) -> None:
        self._layout, self._runs = layout, runs
        self.lanes_are_runs = len(runs) > 1
        self.going = list(range(len(runs)))  # lanes
        self._rates = Rates(
            float(spec.learning_rate),
            REGULARIZATION_CODES[spec.regularization],
            float(spec.learning_rate * spec.regularization_rate),
        )
        self._shape = layout.shape(self.lanes_are_runs)
        self._examples = _arrange([run.table for run in runs], spec.batch_size)
        self._waiting = np.array([waiting], dtype=np.int64)
        self._ended = np.zeros(LANES, dtype=np.int64)
        self._allocate()
        self._put_in()

    def _allocate(self) -> None:
        rows, neurons = self._layout.rows(self.lanes_are_runs), self._layout.total_neurons
        parameters, gradients, dead, self._final = (aligned(rows) for _ in range(4))
        weights = parameters if self.lanes_are_runs else aligned(self._layout.parameters)
        self._state = State(weights, parameters, gradients, dead)
        longest = max(self._examples.train.size, self._examples.test.size) // LANES
        self._work = Work(
            aligned(neurons * BLOCK), aligned(neurons * BLOCK), aligned(neurons * LANES * BLOCK), aligned(longest)
        )

    def _put_in(self) -> None:
        for lane, run in enumerate(self._runs):
            places = self._places(lane)
            self._state.parameters[places] = run.parameters
            self._state.gradients[places] = run.gradients
            self._state.dead[places] = run.dead

    def take_out(self) -> list[_Run]:
        """Give the runs that go on as they stand now."""
        return [self._taken_out(self._runs[lane].table, self._places(lane)) for lane in self.going]

    def _taken_out(self, table: Table, places: Integers) -> _Run:
        state = self._state
        return _Run(table, state.parameters[places], state.gradients[places], state.dead[places])

    def _places(self, lane: int) -> Integers:
        return self._layout.places(self.lanes_are_runs, lane)

    @property
    def waiting(self) -> int:
        """Points that wait for the next update."""
        return int(self._waiting[0])

    def parameters(self, lane: int) -> Floats:
        """Give the parameters of a run, as they were when it ended if it has."""
        source = self._final if self._ended[lane] else self._state.parameters
        return source[self._places(lane)]

    def call(self, epochs: int, ends: compiled.Ends, is_trained: bool) -> tuple[Floats, Integers]:
        """Train the runs that go on; give their losses (epochs, R, 2), and how many epochs each took (R,)."""
        self._ended[:] = compiled.IDLE
        self._ended[self.going] = 0
        losses = np.zeros((epochs, LANES, 2))
        account = compiled.Account(len(self._runs), self._waiting, self._ended, losses, self._final)
        done = compiled.train_epochs(
            self._shape, self._rates, self._state, self._examples, self._work, ends, account, is_trained
        )
        return losses[:, self.going], np.where(self._ended, self._ended, done)[self.going]


def _arrange(tables: Sequence[Table], batch_size: int) -> compiled.Examples:
    if len(tables) == 1:
        return points_in_lanes(tables[0], batch_size)
    spare = [tables[0]] * (LANES - len(tables))  # nobody looks at what a lane without a run computes
    return runs_in_lanes([*tables, *spare], batch_size)


class CompiledLockstep:
    """R networks in training side by side, see `engine.kernels.Lockstep`."""

    def __init__(self, spec: Spec, points: Sequence[Points], networks: Sequence[Network]) -> None:
        self._spec, self._layout = spec, Layout(spec)
        zeros = np.zeros(self._layout.parameters)
        tables = {id(one): Table(spec, one) for one in points}
        self._points = len(points[0].train), len(points[0].test)
        self._spread(
            [
                _Run(tables[id(one)], self._layout.flat(network), zeros, zeros)
                for one, network in zip(points, networks, strict=True)
            ],
            waiting=0,
        )

    def _spread(self, runs: Sequence[_Run], waiting: int) -> None:
        """Put runs into groups, in order."""
        sizes = group_sizes(len(runs), *self._points, self._spec.batch_size)
        ends = np.cumsum(sizes).tolist()
        parts = [runs[end - size : end] for size, end in zip(sizes, ends, strict=True)]
        self._groups = [_Group(self._spec, self._layout, part, waiting) for part in parts]

    def _homes(self) -> list[tuple[_Group, int]]:
        """Give group and lane of each run that goes on, in order."""
        return [(group, lane) for group in self._groups for lane in group.going]

    @property
    def epoch_steps(self) -> int:
        """Points that one epoch takes forward and backward, over all runs."""
        return len(self._homes()) * self._points[0]

    def losses(self) -> Floats:
        """Give the training and the test loss of every run as it stands, (R, 2)."""
        losses: Floats = self._call(1, _NO_END, is_trained=False)[0][0]
        return losses

    def advance(self, epochs: int, ends: Ends) -> tuple[Floats, Integers]:
        """Train for up to `epochs` epochs, see `engine.kernels.Lockstep`."""
        codes = compiled.Ends(compiled.STOP_CODES[ends.stop], ends.target, ends.when_diverged)
        return self._call(epochs, codes, is_trained=True)

    def _call(self, epochs: int, ends: compiled.Ends, is_trained: bool) -> tuple[Floats, Integers]:
        losses, taken = zip(*(group.call(epochs, ends, is_trained) for group in self._groups), strict=True)
        return np.concatenate(losses, axis=1), np.concatenate(taken)

    def network(self, number: int) -> Network:
        """Give a copy of the network of one run; if it has ended in the last call, as it was then."""
        group, lane = self._homes()[number]
        return self._layout.network(group.parameters(lane))

    def keep(self, runs: Sequence[int]) -> None:
        """Go on with some of the runs only; they move together once that saves more than moving costs."""
        homes = self._homes()
        kept = [homes[number] for number in runs]
        for group in self._groups:
            group.going = [lane for home, lane in kept if home is group]
        self._groups = [group for group in self._groups if group.going]
        in_lanes = [LANES if group.lanes_are_runs else 1 for group in self._groups]
        now, best = (
            _steps(sizes, *self._points, self._spec.batch_size)
            for sizes in (in_lanes, group_sizes(len(runs), *self._points, self._spec.batch_size))
        )
        if now > _MOVING_PAYS * best:
            self._spread([run for group in self._groups for run in group.take_out()], self._groups[0].waiting)


def group_sizes(runs: int, train: int, test: int, batch_size: int) -> list[int]:
    """Say how to spread runs: a lane each as long as that takes fewer steps than one after the other."""
    full, rest = divmod(runs, LANES)
    together, apart = ([rest] if rest else []), [1] * rest
    rests = min((apart, together), key=lambda sizes: _steps(sizes, train, test, batch_size))
    return [LANES] * full + rests


def _steps(sizes: Sequence[int], train: int, test: int, batch_size: int) -> float:
    """Estimate the work of an epoch; in training a step is worth three: forward, backward, gradients."""
    alone = 3 * train / batch_size * -(-batch_size // LANES) + (train + test) / LANES
    in_lanes = 3 * train + (train + test)
    return sum(alone if size == 1 else in_lanes for size in sizes)
