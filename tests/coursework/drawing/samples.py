"""Networks, points and traces to draw; made up, because a drawing does not ask where its numbers come from."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coursework.drawing.heatmap import feature_grid

Array = NDArray[np.float64]

ALL_FEATURES = ("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY")


def network(features: Sequence[str], hidden: Sequence[int], *, grid: int = 64) -> dict[str, Any]:
    """Make a network with random weights and what its neurons answer: the arguments of a network picture."""
    random = np.random.default_rng(7)
    values: Array = np.array([feature_grid(name, cells=grid) for name in features])
    outputs, weights, biases = [values], [], []
    for neurons in (*hidden, 1):
        weights.append(random.normal(0, 0.6, (neurons, values.shape[0])))
        biases.append(random.normal(0, 0.5, neurons))
        values = np.tanh(np.einsum("oi,iyx->oyx", weights[-1], values) + biases[-1][:, None, None])
        outputs.append(values)
    return {"features": features, "outputs": outputs, "weights": weights, "biases": biases}


def circle_points(count: int = 250) -> Array:
    """Make points of both classes: float64 (count, 3) of x, y, label."""
    random = np.random.default_rng(3)
    inside = np.arange(count) % 2 == 0
    radius = np.where(inside, random.uniform(0, 2.5, count), random.uniform(3.5, 5, count))
    angle = random.uniform(0, 2 * np.pi, count)
    return np.column_stack((radius * np.sin(angle), radius * np.cos(angle), np.where(inside, 1.0, -1.0)))


def trace(epochs: int) -> Array:
    """Make losses that fall to 0.0014 and 0.00145 at the last epoch: float64 (epochs + 1, 2)."""
    share = np.linspace(0, 1, epochs + 1)
    return np.column_stack((0.5 * (0.0014 / 0.5) ** share, 0.51 * (0.00145 / 0.51) ** share))
