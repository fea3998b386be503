"""Runs of one architecture in lockstep: all advance by an epoch at a time, none depends on another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.datasets import Points
from engine.exponentials import Scratch
from engine.features import feature_values
from engine.kernels import Ends
from engine.layers import Architecture, Block
from engine.network import Network, pack, unpack
from engine.spec import Spec
from engine.steps import Floats, Integers, Step, add_in_order, assign, run
from engine.updates import Trainable, update_steps

_BLOCK_VALUES = 4096  # values of the widest layer that a block of a loss pass may hold, to stay in the cache


@dataclass(frozen=True)
class Examples:
    """The points of each run: inputs (features, n, R) and labels (n, R)."""

    inputs: Floats
    labels: Floats

    @classmethod
    def of(cls, spec: Spec, points: Sequence[Floats]) -> "Examples":
        """Line up the points (n, 3) of several runs."""
        inputs = np.stack([feature_values(spec.features, one) for one in points], axis=-1)
        return cls(inputs, np.stack([one[:, 2] for one in points], axis=-1))

    def select(self, runs: Sequence[int]) -> "Examples":
        """Give the points of some of the runs."""
        return Examples(self.inputs[..., runs].copy(), self.labels[..., runs].copy())

    def load(self, block: Block, points: slice) -> list[Step]:
        """Record a copy of some of the points into a block."""
        return block.load(self.inputs[:, points], self.labels[points])


class Lockstep:
    """R networks in training, side by side on the last axis of every array."""

    def __init__(self, spec: Spec, points: Sequence[Points], networks: Sequence[Network]) -> None:
        self._spec = spec
        self._architecture = Architecture(spec)
        self._train = Examples.of(spec, [one.train for one in points])
        self._test = Examples.of(spec, [one.test for one in points])
        parameters = pack(self._architecture, networks)
        self._state = Trainable(parameters, np.zeros_like(parameters), np.zeros(parameters.shape, dtype=np.bool_))
        self._left_over = np.zeros_like(parameters)  # gradients of points after the last full batch of an epoch
        self._is_first_epoch = True
        self._record()

    @property
    def epoch_steps(self) -> int:
        """Points that one epoch takes forward and backward, over all runs."""
        return self._train.labels.size

    def network(self, number: int) -> Network:
        """Give a copy of the network of one run."""
        return unpack(self._architecture, self._state.parameters[:, number])

    def keep(self, runs: Sequence[int]) -> None:
        """Go on with some of the runs only."""
        self._train, self._test = self._train.select(runs), self._test.select(runs)
        state = self._state
        self._state = Trainable(
            state.parameters[:, runs].copy(), state.gradients[:, runs].copy(), state.dead[:, runs].copy()
        )
        self._left_over = self._left_over[:, runs].copy()
        self._record()

    def advance(self, epochs: int, ends: Ends) -> tuple[Floats, Integers]:
        """Train the next epoch, see `engine.kernels.Lockstep`; there never is a reason to do more at a time."""
        self.train_epoch()
        return self.losses()[None], np.ones(self._train.labels.shape[1], dtype=np.int64)

    def train_epoch(self) -> None:
        """Train every run for one epoch."""
        with np.errstate(all="ignore"):
            run(self._first_epoch if self._is_first_epoch else self._epoch)
        self._is_first_epoch = False

    def losses(self) -> Floats:
        """Give the training and the test loss of every run, (R, 2), from a fresh forward pass."""
        with np.errstate(all="ignore"):
            run(self._evaluation)
            counts = np.array([len(self._train.labels), len(self._test.labels)])
            losses: Floats = self._sums.T / counts
        return losses

    def _record(self) -> None:
        """Record an epoch and the losses, on the arrays of the runs that are left."""
        count, runs = self._train.labels.shape
        widest = max(self._architecture.sizes) * runs
        block_size = max(1, _BLOCK_VALUES // widest)
        self._scratch = Scratch(widest * max(min(self._spec.batch_size, count), block_size))
        self._sums = np.empty((2, runs))
        self._evaluation = [
            *self._loss(self._train, block_size, self._sums[0]),
            *self._loss(self._test, block_size, self._sums[1]),
        ]
        self._first_epoch, self._epoch = self._epochs()

    def _block(self, points: int) -> Block:
        return Block(self._architecture, self._state.parameters, points, self._scratch)

    def _loss(self, examples: Examples, block_size: int, out: Floats) -> list[Step]:
        """Record the sum of the losses of all points, in order, into out (R,)."""
        errors = np.empty(examples.labels.shape)
        parts = _slices(len(errors), block_size)
        blocks = {size: self._block(size) for size in {part.stop - part.start for part in parts}}
        steps: list[Step] = []
        for part in parts:
            block = blocks[part.stop - part.start]
            steps += [*examples.load(block, part), *block.forward, *block.squared_errors(errors[part])]
        return [*steps, *add_in_order(errors, out)]

    def _epochs(self) -> tuple[list[Step], list[Step]]:
        """Record the first epoch, and any later one: its first update also takes the points left over before it."""
        size, count = self._spec.batch_size, len(self._train.labels)
        batches, rest = _slices(count - count % size, size), count % size
        if not batches:  # then there is never an update
            left_over = self._left_over_steps(slice(0, count), is_carried_on=True)
            return left_over, left_over
        block = self._block(size)
        gradients = _Gradients(block, self._architecture.rows)
        sum_steps = [*block.forward, *gradients.steps(self._state.gradients)]
        ordinary = [*sum_steps, *self._update(size)]
        after_rest = [*gradients.starting_from(self._left_over, sum_steps), *self._update(size + rest)]
        later = [step for batch in batches[1:] for step in (*self._train.load(block, batch), *ordinary)]
        if rest:
            later += self._left_over_steps(slice(count - rest, count), is_carried_on=False)
        opening = self._train.load(block, batches[0])
        return [*opening, *ordinary, *later], [*opening, *(after_rest if rest else ordinary), *later]

    def _left_over_steps(self, points: slice, is_carried_on: bool) -> list[Step]:
        """Record the gradients of points that make no full batch, on top of earlier ones if they are carried on."""
        block = self._block(points.stop - points.start)
        gradients = _Gradients(block, self._architecture.rows)
        steps = [*self._train.load(block, points), *block.forward, *gradients.steps(self._left_over)]
        return gradients.starting_from(self._left_over, steps) if is_carried_on else steps

    def _update(self, points: int) -> list[Step]:
        return update_steps(self._spec, self._architecture, self._state, points)


class _Gradients:
    """The gradients of a block's points, summed in order from what stands in front of the first, usually 0."""

    def __init__(self, block: Block, rows: int) -> None:
        points, runs = block.labels.shape
        self._terms = np.zeros((points + 1, rows, runs))
        self._steps = block.backward(self._terms[1:])

    def steps(self, out: Floats) -> list[Step]:
        """Record the backward pass and the sum into out (T, R)."""
        return [*self._steps, *add_in_order(self._terms, out)]

    def starting_from(self, start: Floats, steps: list[Step]) -> list[Step]:
        """Record steps with another start than 0."""
        return [assign(self._terms[0], start), *steps, assign(self._terms[0], 0.0)]


def _slices(count: int, size: int) -> list[slice]:
    return [slice(start, min(start + size, count)) for start in range(0, count, size)]
