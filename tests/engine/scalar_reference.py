"""Playground training once more: one number at a time, in plain Python, with nothing taken from the engine.

It follows the description of the Playground literally (neurons and links as objects would have them, branches as
fdlibm has them), so that it and the engine's vectorised code can only agree if both are right.
"""

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Layer = list[list[float]]  # a row per neuron: one weight per incoming link
Sample = tuple[list[float], float]  # features and label

_LN2_HIGH, _LN2_LOW, _INVERSE_LN2 = 6.93147180369123816490e-01, 1.90821492927058770002e-10, 1.44269504088896338700


def _high_word(x: float) -> int:
    return int(struct.unpack(">Q", struct.pack(">d", x))[0] >> 32)


def _nearest_multiple(x: float, high: int) -> int:
    """Give the k that fdlibm takes for the nearest multiple of ln 2."""
    if high < 0x3FF0A2B2:
        return 1 if x > 0 else -1
    return int(_INVERSE_LN2 * x + (0.5 if x > 0 else -0.5))


def _times_power(y: float, k: int) -> float:
    return math.ldexp(y, k)  # exact here: it multiplies by a power of two, and rounds below 2**-1022 once


def expm1(x: float) -> float:
    """fdlibm's expm1 for what tanh asks of it: -2 < x < 44."""
    high = _high_word(x) & 0x7FFFFFFF
    k, c = 0, 0.0
    if high > 0x3FD62E42:
        k = _nearest_multiple(x, high)
        upper, lower = x - k * _LN2_HIGH, k * _LN2_LOW
        x = upper - lower
        c = (upper - x) - lower
    elif high < 0x3C900000:
        return x
    half = 0.5 * x
    square = x * half
    r = -7.93650757867487942473e-05 + square * (4.00821782732936239552e-06 + square * -2.01099218183624371326e-07)
    r = 1.0 + square * (-3.33333333333331316428e-02 + square * (1.58730158725481460165e-03 + square * r))
    t = 3.0 - r * half
    e = square * ((r - t) / (6.0 - x * t))
    if k == 0:
        return x - (x * e - square)
    e = x * (e - c) - c
    e -= square
    if k == -1:
        return 0.5 * (x - e) - 0.5
    if k == 1:
        return -2.0 * (e - (x + 0.5)) if x < -0.25 else 1.0 + 2.0 * (x - e)
    if k <= -2 or k > 56:
        return _times_power(1.0 - (e - x), k) - 1.0
    if k < 20:
        return _times_power((1.0 - 2.0**-k) - (e - x), k)
    return _times_power((x - (e + 2.0**-k)) + 1.0, k)


def tanh(x: float) -> float:
    """fdlibm's tanh with V8's threshold for tiny arguments."""
    size = abs(x)
    if math.isnan(x) or size < 2.0**-28:
        return x
    if size >= 22:
        z = 1.0
    elif size >= 1:
        z = 1.0 - 2.0 / (expm1(2.0 * size) + 2.0)
    else:
        t = expm1(-2.0 * size)
        z = -t / (t + 2.0)
    return z if x > 0 else -z


def exp(x: float) -> float:
    """fdlibm's exp with V8's exp(1)."""
    if math.isnan(x):
        return x
    if x > 7.09782712893383973096e02:
        return math.inf
    if x < -7.45133219101941108420e02:
        return 0.0
    if x == 1:
        return 2.718281828459045
    high = _high_word(x) & 0x7FFFFFFF
    k, upper, lower = 0, x, 0.0
    if high > 0x3FD62E42:
        k = _nearest_multiple(x, high)
        upper, lower = x - k * _LN2_HIGH, k * _LN2_LOW
        x = upper - lower
    elif high < 0x3E300000:
        return 1.0 + x
    t = x * x
    c = -1.65339022054652515390e-06 + t * 4.13813679705723846039e-08
    c = -2.77777777770155933842e-03 + t * (6.61375632143793436117e-05 + t * c)
    c = x - t * (1.66666666666666019037e-01 + t * c)
    if k == 0:
        return 1.0 - ((x * c) / (c - 2.0) - x)
    return _times_power(1.0 - ((lower - (x * c) / (2.0 - c)) - upper), k)


def _divided(a: float, b: float) -> float:
    """Divide as IEEE 754 does; Python would raise for 0."""
    return a / b if b else math.copysign(math.inf, a) * math.copysign(1.0, b) if a else math.nan


def _relu(x: float) -> float:
    return x if math.isnan(x) or x > 0 else 0.0


_ACTIVATIONS: dict[str, tuple[Callable[[float], float], Callable[[float, float], float]]] = {
    # the value from the total, and the derivative from total and value
    "tanh": (tanh, lambda total, value: 1 - value * value),
    "sigmoid": (lambda x: _divided(1.0, 1.0 + exp(-x)), lambda total, value: value * (1 - value)),
    "relu": (_relu, lambda total, value: 0.0 if total <= 0 else 1.0),
    "linear": (lambda x: x, lambda total, value: 1.0),
}


@dataclass
class Settings:
    """What decides how a network trains."""

    activation: str
    regularization: str
    regularization_rate: float
    learning_rate: float
    batch_size: int
    is_classification: bool


class ScalarNetwork:
    """A network in training."""

    def __init__(self, settings: Settings, weights: Sequence[Layer], biases: Sequence[list[float]]) -> None:
        self.settings = settings
        self.weights = [[list(row) for row in layer] for layer in weights]
        self.biases = [list(layer) for layer in biases]
        self.dead = [[[False] * len(row) for row in layer] for layer in weights]
        self._clear()

    def _clear(self) -> None:
        self._count = 0
        self._weight_sums = [[[0.0] * len(row) for row in layer] for layer in self.weights]
        self._bias_sums = [[0.0] * len(layer) for layer in self.biases]

    def _activation(self, layer: int) -> tuple[Callable[[float], float], Callable[[float, float], float]]:
        if layer < len(self.weights) - 1:
            return _ACTIVATIONS[self.settings.activation]
        return _ACTIVATIONS["tanh" if self.settings.is_classification else "linear"]

    def _forward(self, features: list[float]) -> tuple[list[list[float]], list[list[float]]]:
        totals: list[list[float]] = []
        values = [features]
        for number, (layer, biases) in enumerate(zip(self.weights, self.biases, strict=True)):
            row_totals = []
            for weights, bias in zip(layer, biases, strict=True):
                total = bias
                for weight, value in zip(weights, values[-1], strict=True):
                    total += weight * value
                row_totals.append(total)
            totals.append(row_totals)
            values.append([self._activation(number)[0](total) for total in row_totals])
        return totals, values

    def _backward(self, features: list[float], label: float) -> None:
        totals, values = self._forward(features)
        errors = [values[-1][0] - label]
        for number in reversed(range(len(self.weights))):
            derivative = self._activation(number)[1]
            deltas = [
                error * derivative(total, value)
                for error, total, value in zip(errors, totals[number], values[number + 1], strict=True)
            ]
            for neuron, delta in enumerate(deltas):
                self._bias_sums[number][neuron] += delta
                for link, value in enumerate(values[number]):
                    if not self.dead[number][neuron][link]:
                        self._weight_sums[number][neuron][link] += delta * value
            errors = [0.0] * len(values[number])
            for link in range(len(errors)):
                for neuron, delta in enumerate(deltas):
                    errors[link] += self.weights[number][neuron][link] * delta
        self._count += 1

    def _update(self) -> None:
        settings, n = self.settings, self._count
        for number, layer in enumerate(self.weights):
            for neuron, row in enumerate(layer):
                self.biases[number][neuron] -= (settings.learning_rate * self._bias_sums[number][neuron]) / n
                for link, weight in enumerate(row):
                    if self.dead[number][neuron][link]:
                        continue
                    stepped = weight - (settings.learning_rate / n) * self._weight_sums[number][neuron][link]
                    slope = _slope(settings.regularization, weight)
                    regularized = stepped - (settings.learning_rate * settings.regularization_rate) * slope
                    if settings.regularization == "L1" and stepped * regularized < 0:
                        self.dead[number][neuron][link] = True
                        regularized = 0.0
                    row[link] = regularized
        self._clear()

    def train_epoch(self, samples: Sequence[Sample]) -> None:
        """Take each sample once; what makes no full batch waits for the next epoch."""
        for position, (features, label) in enumerate(samples, start=1):
            self._backward(features, label)
            if position % self.settings.batch_size == 0:
                self._update()

    def loss(self, samples: Sequence[Sample]) -> float:
        """Give half the mean squared error."""
        total = 0.0
        for features, label in samples:
            error = self._forward(features)[1][-1][0] - label
            total += 0.5 * (error * error)
        return total / len(samples)


def _slope(regularization: str, weight: float) -> float:
    if regularization == "L2":
        return weight
    if regularization == "L1":
        return (weight > 0) - (weight < 0)
    return 0.0
