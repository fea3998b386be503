"""Whole epochs in compiled code: the one function that Python calls."""

from typing import NamedTuple

from engine.kernels.compiling import compiled, compiled_entry
from engine.kernels.lanes import LANES, load, spread, store
from engine.kernels.passes import (
    BLOCK,
    Rates,
    Shape,
    State,
    Work,
    add_gradients_of_points,
    add_gradients_of_runs,
    backward,
    fill_weights,
    forward,
    update,
)
from engine.steps import Floats, Integers

IDLE = -1
NEVER, TRAIN, TEST, BOTH, EITHER = range(5)
STOP_CODES = {"never": NEVER, "train": TRAIN, "test": TEST, "both": BOTH, "either": EITHER}


class Examples(NamedTuple):
    """Points in steps: of each step a row per input, then a row of labels."""

    training: Floats  # as they are trained
    firsts: Integers  # first step of each training block
    steps: Integers  # of each training block, all of one batch
    points: Integers  # of each training block and one run
    closes_batch: Integers  # 1 for a training block that ends a batch, else 0
    train: Floats  # as their loss is computed
    test: Floats
    train_points: int  # of one run
    test_points: int


class Ends(NamedTuple):
    """When a run ends."""

    stop: int  # a code
    target: float
    when_diverged: bool


class Account(NamedTuple):
    """What a call leaves behind, by lane."""

    runs: int  # lanes that count; with points in lanes it is one
    waiting: Integers  # (1,) points that wait for the next update
    ended: Integers  # (LANES,) after how many epochs of this call a run ended; 0 where it goes on, IDLE without a run
    losses: Floats  # (epochs, LANES, 2)
    final: Floats  # parameters at the end of the runs that have ended


@compiled
def _train_epoch(
    shape: Shape,
    rates: Rates,
    state: State,
    examples: Examples,
    work: Work,
    waiting: Integers,
) -> None:
    for block in range(len(examples.steps)):
        first, steps, points = examples.firsts[block], examples.steps[block], examples.points[block]
        _pass_forward(shape, state.weights, examples.training, first, steps, work)
        backward(shape, state.weights, work, steps)
        if shape.lanes_are_runs:
            add_gradients_of_runs(shape, state.gradients, work, steps)
        else:
            add_gradients_of_points(shape, state.gradients, work, points)
        waiting[0] += points
        if examples.closes_batch[block]:
            update(shape.bias_rows, rates, state, waiting[0])
            waiting[0] = 0
            if not shape.lanes_are_runs:
                fill_weights(shape, state)


@compiled
def _pass_forward(shape: Shape, weights: Floats, table: Floats, first: int, steps: int, work: Work) -> None:
    """Take a block of steps forward and put the errors of the output where `backward` expects them."""
    inputs, output = shape.sizes[0], shape.neurons[-1] * BLOCK
    for step in range(steps):
        row = (first + step) * (inputs + 1)
        for number in range(inputs):
            store(work.values, number * BLOCK + step, load(table, row + number))
    forward(shape, weights, work.values, steps)
    for step in range(steps):
        labels = load(table, (first + step) * (inputs + 1) + inputs)
        store(work.deltas, output + step, load(work.values, output + step) - labels)


@compiled
def _sum_losses(shape: Shape, weights: Floats, table: Floats, points: int, work: Work) -> None:
    """Put the summed loss of each lane first among the squares: half the squared errors of all points, in order."""
    count = len(table) // (LANES * (shape.sizes[0] + 1))
    for first in range(0, count, BLOCK):
        steps = min(BLOCK, count - first)
        _pass_forward(shape, weights, table, first, steps, work)
        for step in range(steps):
            error = load(work.deltas, shape.neurons[-1] * BLOCK + step)
            store(work.squares, first + step, (error * error) * 0.5)
    if shape.lanes_are_runs:
        totals = spread(0.0)
        for step in range(count):
            totals = totals + load(work.squares, step)
        store(work.squares, 0, totals)
    else:
        total = 0.0
        for point in range(points):
            total += work.squares[point]
        work.squares[0] = total


@compiled
def _note_losses(shape: Shape, weights: Floats, examples: Examples, work: Work, account: Account, epoch: int) -> None:
    for column in range(2):
        table = examples.test if column else examples.train
        points = examples.test_points if column else examples.train_points
        _sum_losses(shape, weights, table, points, work)
        for lane in range(account.runs):
            account.losses[epoch, lane, column] = work.squares[lane] / points


@compiled
def _all_ended(parameters: Floats, ends: Ends, account: Account, epoch: int) -> bool:
    """Note the runs that end after this epoch and keep their parameters; say whether none goes on."""
    all_ended = True
    for lane in range(account.runs):
        if account.ended[lane] == 0:
            if _is_over(ends, account.losses[epoch, lane, 0], account.losses[epoch, lane, 1]):
                account.ended[lane] = epoch + 1
                _keep(parameters, account.final, lane, account.runs)
            else:
                all_ended = False
    return all_ended


@compiled
def _keep(parameters: Floats, final: Floats, lane: int, runs: int) -> None:
    step = 1 if runs == 1 else LANES
    for number in range(0 if runs == 1 else lane, len(parameters), step):
        final[number] = parameters[number]


@compiled
def _is_over(ends: Ends, train: float, test: float) -> bool:
    if ends.when_diverged and train != train:
        return True
    if ends.stop == TRAIN:
        return train < ends.target
    if ends.stop == TEST:
        return test < ends.target
    if ends.stop == BOTH:
        return train < ends.target and test < ends.target
    return ends.stop == EITHER and (train < ends.target or test < ends.target)


@compiled_entry
def train_epochs(
    shape: Shape,
    rates: Rates,
    state: State,
    examples: Examples,
    work: Work,
    ends: Ends,
    account: Account,
    is_trained: bool,
) -> int:
    """Train as many epochs as `account.losses` has room for, or until all runs have ended; give the number of epochs.

    Without `is_trained` nothing is trained, and the losses are those of the weights as they stand.
    """
    if not shape.lanes_are_runs:
        fill_weights(shape, state)
    for epoch in range(len(account.losses)):
        if is_trained:
            _train_epoch(shape, rates, state, examples, work, account.waiting)
        _note_losses(shape, state.weights, examples, work, account, epoch)
        if _all_ended(state.parameters, ends, account, epoch):
            return epoch + 1
    return len(account.losses)
