"""Forward, backward, gradients and updates in compiled code.

A row is eight doubles. Either the eight belong to eight runs and a step is one point of each (runs in lanes), or they
belong to up to eight points of one run, of one batch, in which the weights stay what they are (points in lanes). Only
the sums over points differ between the two.
"""

from typing import NamedTuple

from engine.kernels.compiling import compiled, inlined
from engine.kernels.elementary import activate, times_slope
from engine.kernels.lanes import LANES, Lanes, load, spread, store, where_less
from engine.steps import Floats, Integers

NO_REGULARIZATION, L1, L2 = range(3)
BLOCK = 8  # steps at most that go through a layer together, for the processor to overlap them
REGULARIZATION_CODES = {"none": NO_REGULARIZATION, "L1": L1, "L2": L2}


class Shape(NamedTuple):
    """Where things stand; per layer of neurons (inputs first) or per layer of links."""

    sizes: Integers  # neurons, by layer of neurons
    neurons: Integers  # first row of a layer's values, by layer of neurons
    activations: Integers  # codes, by layer of links
    biases: Integers  # row of the first bias, by layer of links
    links: Integers  # row of the first link; a neuron's links follow one another
    packed: Integers  # row of the first neuron's links where points are in lanes: eight links to a row
    lanes_are_runs: bool
    bias_rows: int  # rows of parameters that hold biases; the rest hold links


class Rates(NamedTuple):
    """What an update needs to know."""

    learning: float
    regularization: int  # a code
    decay: float  # learning rate times regularization rate


class State(NamedTuple):
    """What training changes. With runs in lanes `weights` and `parameters` are one array."""

    weights: Floats  # a row per bias and link, all eight lanes filled
    parameters: Floats  # with points in lanes: the biases, eight to a row, then each neuron's links, eight to a row
    gradients: Floats  # as the parameters
    dead: Floats  # as the parameters: 1 for a link that is dead, else 0


class Work(NamedTuple):
    """Memory for one block."""

    values: Floats  # BLOCK rows per neuron, one for each step, inputs first
    deltas: Floats  # the same
    turned: Floats  # a layer's values, the neurons of a point one after the other
    squares: Floats  # half the squared error of every point


@compiled
def forward(shape: Shape, weights: Floats, values: Floats, steps: int) -> None:
    """Fill in what all neurons answer to the inputs that stand in the first rows of the values."""
    for layer in range(len(shape.activations)):
        inputs, source, target = shape.sizes[layer], shape.neurons[layer] * BLOCK, shape.neurons[layer + 1] * BLOCK
        bias, link, code = shape.biases[layer], shape.links[layer], shape.activations[layer]
        for neuron in range(shape.sizes[layer + 1]):
            for step in range(steps):
                total = load(weights, bias + neuron)
                for number in range(inputs):
                    total = total + load(weights, link + number) * load(values, source + number * BLOCK + step)
                store(values, target + neuron * BLOCK + step, activate(code, total))
            link += inputs


@compiled
def backward(shape: Shape, weights: Floats, work: Work, steps: int) -> None:
    """Turn the errors of the outputs, which stand in their deltas, into the deltas of all neurons but the inputs."""
    values, deltas = work.values, work.deltas
    for layer in range(len(shape.activations) - 1, -1, -1):
        inputs, outputs = shape.sizes[layer], shape.sizes[layer + 1]
        source, target, code = shape.neurons[layer] * BLOCK, shape.neurons[layer + 1] * BLOCK, shape.activations[layer]
        for row in range(target, target + outputs * BLOCK, BLOCK):
            for step in range(row, row + steps):
                store(deltas, step, times_slope(code, load(values, step), load(deltas, step)))
        if layer == 0:
            return
        for number in range(inputs):
            for step in range(steps):
                error, link = spread(0.0), shape.links[layer] + number
                for neuron in range(outputs):
                    error = error + load(weights, link) * load(deltas, target + neuron * BLOCK + step)
                    link += inputs
                store(deltas, source + number * BLOCK + step, error)


@compiled
def add_gradients_of_runs(shape: Shape, gradients: Floats, work: Work, steps: int) -> None:
    """Add one point of each of eight runs per step."""
    values, deltas = work.values, work.deltas
    for layer in range(len(shape.activations)):
        inputs, source = shape.sizes[layer], shape.neurons[layer] * BLOCK
        bias, link = shape.biases[layer], shape.links[layer]
        for neuron in range(shape.sizes[layer + 1]):
            target = (shape.neurons[layer + 1] + neuron) * BLOCK
            total = load(gradients, bias + neuron)
            for step in range(steps):
                total = total + load(deltas, target + step)
            store(gradients, bias + neuron, total)
            for number in range(inputs):
                total = load(gradients, link)
                for step in range(steps):
                    total = total + load(deltas, target + step) * load(values, source + number * BLOCK + step)
                store(gradients, link, total)
                link += 1


@compiled
def add_gradients_of_points(shape: Shape, gradients: Floats, work: Work, points: int) -> None:
    """Add the points of one run, eight to a step, one after the other."""
    deltas = work.deltas
    for layer in range(len(shape.activations)):
        bias, row = shape.biases[layer], shape.packed[layer]
        width = _turn(work, shape.neurons[layer] * BLOCK, shape.sizes[layer], points)
        for neuron in range(shape.sizes[layer + 1]):
            first = (shape.neurons[layer + 1] + neuron) * BLOCK * LANES
            total = gradients[bias + neuron]
            for point in range(points):
                total += deltas[first + point]
            gradients[bias + neuron] = total
            for part in range(width):
                sums = load(gradients, row)
                for point in range(points):
                    sums = sums + deltas[first + point] * load(work.turned, point * width + part)
                store(gradients, row, sums)
                row += 1


@compiled
def _turn(work: Work, source: int, inputs: int, points: int) -> int:
    """Line up the values of a layer point by point; give how many rows a point takes."""
    width = (inputs + LANES - 1) // LANES
    for number in range(inputs):
        for point in range(points):
            work.turned[point * width * LANES + number] = work.values[(source + number * BLOCK) * LANES + point]
    return width


@compiled
def update(bias_rows: int, rates: Rates, state: State, points: int) -> None:
    """Apply the gradients accumulated over `points` points, and clear them.

    A bias moves by (rate * sum) / n, a link by (rate / n) * sum.
    """
    parameters, gradients = state.parameters, state.gradients
    for row in range(bias_rows):
        store(parameters, row, load(parameters, row) - (load(gradients, row) * rates.learning) / float(points))
        store(gradients, row, 0.0)
    rate = rates.learning / points
    for row in range(bias_rows, len(parameters) // LANES):
        weight = load(parameters, row)
        moved = weight - load(gradients, row) * rate
        if rates.regularization == L2:
            moved = moved - weight * rates.decay
        elif rates.regularization == L1:
            moved = _decayed(state.dead, row, weight, moved, rates.decay)
        store(parameters, row, moved)
        store(gradients, row, 0.0)


@inlined
def _decayed(dead: Floats, row: int, weight: Lanes, moved: Lanes, decay: float) -> Lanes:
    """Take L1's step; a link that it pushes across 0 is dead for good."""
    decayed = moved - where_less(weight, 0.0, -1.0, where_less(0.0, weight, 1.0, 0.0)) * decay
    died = where_less(moved * decayed, 0.0, 1.0, load(dead, row))
    store(dead, row, died)
    return where_less(0.0, died, 0.0, decayed)


@compiled
def fill_weights(shape: Shape, state: State) -> None:
    """Bring the weights up to date with the parameters, with points in lanes."""
    for layer in range(len(shape.activations)):
        inputs, bias, link = shape.sizes[layer], shape.biases[layer], shape.links[layer]
        width = (inputs + LANES - 1) // LANES
        for neuron in range(shape.sizes[layer + 1]):
            store(state.weights, bias + neuron, state.parameters[bias + neuron])
            first = (shape.packed[layer] + neuron * width) * LANES
            for number in range(inputs):
                store(state.weights, link, state.parameters[first + number])
                link += 1
