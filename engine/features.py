"""The input features: what a network may see of a point."""

from collections.abc import Callable, Sequence

import numpy as np

from engine.fdlibm import sin
from engine.steps import Floats

_FORMULAS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "xSquared": lambda x, y: x * x,
    "ySquared": lambda x, y: y * y,
    "xTimesY": lambda x, y: x * y,
    "sinX": lambda x, y: sin(x),
    "sinY": lambda x, y: sin(y),
}


def feature_values(names: Sequence[str], points: Floats) -> Floats:
    """Give the features (len(names), n) of points (n, 2 or more), whose first two columns are x and y."""
    x, y = points[:, 0], points[:, 1]
    return np.array([_FORMULAS[name](x, y) for name in names])
