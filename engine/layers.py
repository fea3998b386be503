"""Forward and backward through the layers, recorded for a block of points and all runs of a group at once.

Shapes: R runs, B points of a block, T parameters of a network. All parameters of a layer are one (n_in + 1, n_out, R)
array whose row 0 holds the biases; a layer's values are (n + 1, B, R) with row 0 constantly 1, so that a bias is the
weight of that 1 and starts each sum. Within a block the weights are constant: everything but the sums is elementwise,
and each sum adds its terms in order, so no number depends on the size of a block or on the other runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.exponentials import Scratch, exp_steps
from engine.hyperbolic import tanh_steps
from engine.spec import Spec
from engine.steps import Floats, Step, add_in_order, apply, assign, assign_larger

Scalar = TypeVar("Scalar", bound=np.generic)


@dataclass(frozen=True)
class Activation:
    """How to record an activation (total, out, scratch), and its derivative from the activation's value (value, out).

    A derivative that is 1 everywhere has no steps.
    """

    steps: Callable[[Floats, Floats, Scratch], list[Step]]
    derivative_steps: Callable[[Floats, Floats], list[Step]]


def _linear(total: Floats, out: Floats, scratch: Scratch) -> list[Step]:
    return [assign(out, total)]


def _relu(total: Floats, out: Floats, scratch: Scratch) -> list[Step]:
    return [assign_larger(total, 0.0), apply(np.add, total, 0.0, out)]  # NaN stays, and -0 becomes 0


def _relu_derivative(value: Floats, out: Floats) -> list[Step]:
    mask = np.empty(value.shape, dtype=np.bool_)
    return [apply(np.not_equal, value, 0.0, mask), assign(out, mask)]  # NaN is not 0, so it counts as 1


def _sigmoid(total: Floats, out: Floats, scratch: Scratch) -> list[Step]:
    return [
        apply(np.negative, total, total),
        *exp_steps(total, out, scratch),
        apply(np.add, out, 1.0, out),
        apply(np.divide, 1.0, out, out),
    ]


def _sigmoid_derivative(value: Floats, out: Floats) -> list[Step]:
    return [apply(np.subtract, 1.0, value, out), apply(np.multiply, value, out, out)]


def _tanh_derivative(value: Floats, out: Floats) -> list[Step]:
    return [apply(np.multiply, value, value, out), apply(np.subtract, 1.0, out, out)]


ACTIVATION_STEPS = {
    "relu": Activation(_relu, _relu_derivative),
    "tanh": Activation(tanh_steps, _tanh_derivative),
    "sigmoid": Activation(_sigmoid, _sigmoid_derivative),
    "linear": Activation(_linear, lambda value, out: []),
}


class Architecture:
    """What the settings say about the layers: sizes, activations, where the parameters of each layer stand."""

    def __init__(self, spec: Spec) -> None:
        self.sizes = spec.layer_sizes
        output = "tanh" if spec.problem == "classification" else "linear"
        names = [spec.activation] * len(spec.hidden_layers) + [output]
        self.activations = [ACTIVATION_STEPS[name] for name in names]
        self._shapes = [(n_in + 1, n_out) for n_in, n_out in pairwise(self.sizes)]
        ends = np.cumsum([0, *(rows * columns for rows, columns in self._shapes)]).tolist()
        self._parts = [slice(start, end) for start, end in pairwise(ends)]
        self.rows: int = ends[-1]
        self.is_bias = np.zeros(self.rows, dtype=np.bool_)
        for layer in self.layers(self.is_bias[:, None]):
            layer[0] = True

    def layers(self, parameters: NDArray[Scalar]) -> list[NDArray[Scalar]]:
        """Give views of parameters (T, R), one (n_in + 1, n_out, R) per layer."""
        parts = zip(self._parts, self._shapes, strict=True)
        return [parameters[part].reshape(*shape, -1) for part, shape in parts]

    def gradient_parts(self, gradients: Floats) -> list[Floats]:
        """Give views of gradients (B, T, R), one (B, n_in + 1, n_out, R) per layer."""
        points, _, runs = gradients.shape
        parts = zip(self._parts, self._shapes, strict=True)
        return [gradients[:, part].reshape(points, *shape, runs) for part, shape in parts]


class Block:
    """Buffers for `points` points of each run, and the work on them, recorded once for all points that pass through."""

    def __init__(self, architecture: Architecture, parameters: Floats, points: int, scratch: Scratch) -> None:
        runs = parameters.shape[1]
        self._activations = architecture.activations
        self._layers = architecture.layers(parameters)
        self._gradient_parts = architecture.gradient_parts
        self._scratch = scratch
        self._values = [np.ones((size + 1, points, runs)) for size in architecture.sizes]
        self._errors = [np.empty((size, points, runs)) for size in architecture.sizes]
        self.labels = np.empty((points, runs))
        self.forward = [step for number in range(len(self._layers)) for step in self._layer_forward(number)]

    @property
    def outputs(self) -> list[Floats]:
        """What each layer answers to the loaded points, inputs first, (n, B, R)."""
        return [values[1:] for values in self._values]

    def load(self, inputs: Floats, labels: Floats) -> list[Step]:
        """Record a copy of inputs (features, B, R) and labels (B, R) into this block."""
        return [assign(self._values[0][1:], inputs), assign(self.labels, labels)]

    def _layer_forward(self, number: int) -> list[Step]:
        layer, before, after = self._layers[number], self._values[number], self._values[number + 1][1:]
        terms, total = np.empty((*layer.shape[:2], *before.shape[1:])), np.empty(after.shape)
        return [
            apply(np.multiply, layer[:, :, None], before[:, None], terms),
            *add_in_order(terms, total),
            *self._activations[number].steps(total, after, self._scratch),
        ]

    def squared_errors(self, out: Floats) -> list[Step]:
        """Record half the squared error of each point, (B, R), after the forward pass."""
        return [
            apply(np.subtract, self._values[-1][1], self.labels, out),
            apply(np.multiply, out, out, out),
            apply(np.multiply, out, 0.5, out),
        ]

    def backward(self, gradients: Floats) -> list[Step]:
        """Record each point's own gradient, (B, T, R), after the forward pass."""
        parts = self._gradient_parts(gradients)
        steps = [apply(np.subtract, self._values[-1][1:], self.labels, self._errors[-1])]
        for number in reversed(range(len(self._layers))):
            steps += [*self._delta(number), self._gradient(number, parts[number])]
            if number:
                steps += self._errors_before(number)
        return steps

    def _delta(self, number: int) -> list[Step]:
        """Record errors *= the activation's derivative."""
        values, errors = self._values[number + 1][1:], self._errors[number + 1]
        derivative = np.empty_like(errors)
        steps = self._activations[number].derivative_steps(values, derivative)
        return [*steps, apply(np.multiply, errors, derivative, errors)] if steps else []

    def _gradient(self, number: int, out: Floats) -> Step:
        """Record delta * input for each link and delta * 1 for each bias."""
        deltas, before = self._errors[number + 1], self._values[number]
        return apply(np.multiply, deltas.transpose(1, 0, 2)[:, None], before.transpose(1, 0, 2)[:, :, None], out)

    def _errors_before(self, number: int) -> list[Step]:
        """Record the errors of the layer before: weight * delta, summed over the neurons of this layer in order.

        The Playground starts these sums from 0. That decides no more than the sign of a zero, and the gradients, which
        do start from 0, keep none: so it is left out.
        """
        weights, deltas = self._layers[number][1:].transpose(1, 0, 2), self._errors[number + 1]
        terms = np.empty((*weights.shape[:2], *deltas.shape[1:]))
        return [
            apply(np.multiply, weights[:, :, None], deltas[:, None], terms),
            *add_in_order(terms, self._errors[number]),
        ]
