"""The update of all parameters after a batch, with the Playground's regularization and its dead links."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.layers import Architecture
from engine.spec import Spec
from engine.steps import Floats, Step, apply, assign


@dataclass(frozen=True)
class Trainable:
    """Parameters (T, R) that training changes, their accumulated gradients, and which links are dead for good."""

    parameters: Floats
    gradients: Floats
    dead: NDArray[np.bool_]


def update_steps(spec: Spec, architecture: Architecture, state: Trainable, points: int) -> list[Step]:
    """Record one update from gradients accumulated over `points` points.

    The Playground divides a bias's sum after multiplying it, (rate * sum) / n, and a link's rate before, (rate / n) *
    sum; dividing a link's by 1 and multiplying a bias's by the plain rate does both in one go.
    """
    is_bias = architecture.is_bias[:, None]
    factor = np.where(is_bias, spec.learning_rate, spec.learning_rate / points)
    divisor = np.where(is_bias, float(points), 1.0)
    change = state.gradients
    steps = [apply(np.multiply, factor, change, change), apply(np.divide, change, divisor, change)]
    descent = apply(np.subtract, state.parameters, change, state.parameters)
    return [*steps, *_REGULARIZED[spec.regularization](spec, is_bias, state, descent)]


def _plain(spec: Spec, is_bias: NDArray[np.bool_], state: Trainable, descent: Step) -> list[Step]:
    return [descent]


def _l2(spec: Spec, is_bias: NDArray[np.bool_], state: Trainable, descent: Step) -> list[Step]:
    decay = np.empty_like(state.parameters)
    return [
        apply(np.multiply, state.parameters, _decay_rate(spec), decay),  # of the weights before the update
        assign(decay, 0.0, is_bias),
        descent,
        apply(np.subtract, state.parameters, decay, state.parameters),
    ]


def _l1(spec: Spec, is_bias: NDArray[np.bool_], state: Trainable, descent: Step) -> list[Step]:
    decay, decayed, died = np.empty_like(state.parameters), np.empty_like(state.parameters), np.empty_like(state.dead)
    return [
        apply(np.sign, state.parameters, decay),
        apply(np.multiply, decay, _decay_rate(spec), decay),
        assign(decay, 0.0, is_bias),
        descent,
        apply(np.subtract, state.parameters, decay, decayed),
        # a link that regularization pushes across 0 dies; a bias, with nothing taken off, never does
        apply(np.multiply, state.parameters, decayed, decay),
        apply(np.less, decay, 0.0, died),
        apply(np.logical_or, state.dead, died, state.dead),
        assign(state.parameters, decayed),
        assign(state.parameters, 0.0, state.dead),
    ]


def _decay_rate(spec: Spec) -> float:
    return float(spec.learning_rate * spec.regularization_rate)


_REGULARIZED = {"none": _plain, "L1": _l1, "L2": _l2}
