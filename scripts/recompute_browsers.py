"""Recompute what Chromium and Firefox do, and check it against the epochs that were recorded in them.

    PYTHONPATH=. python scripts/recompute_browsers.py tests/engine/golden/browser.json

Both browsers train like the engine but for a few elementary functions, so their epochs on any link can be had without
them. Firefox 153 has fdlibm's tanh, exp and log, and the sine and cosine of FreeBSD's msun, which rounds cos(x) and the
reduction of larger arguments differently in the last bit. Chromium 156 takes all functions from the C library of the
machine: the recorded epochs come out where that is the GNU one (2.36 here). The "recomputed" runs of honest.json were
made in this way. Needs numba.
"""

import json
import math
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numba
import numpy as np

from engine import datasets, features
from engine.evidence import CAPS, STOPS, read_honest_runs
from engine.features import feature_values
from engine.network import prepare
from engine.spec import Spec
from engine.steps import Floats
from engine.training import SHOWN_TARGET, Start, train

Function = Callable[[float], float]
MOST_NEURONS = 8

_SIN = (-1.66666666666666324348e-01, 8.33333333332248946124e-03, -1.98412698298579493134e-04)
_SIN_TAIL = (2.75573137070700676789e-06, -2.50507602534068634195e-08, 1.58969099521155010221e-10)
_COS = (4.16666666666666019037e-02, -1.38888888888741095749e-03, 2.48015872894767294178e-05)
_COS_TAIL = (-2.75573143513906633035e-07, 2.08757232129817482790e-09, -1.13596475577881948265e-11)
_TWO_OVER_PI = 6.36619772367581382433e-01
_HALF_PI = (1.57079632673412561417e00, 6.07710050650619224932e-11)  # 33 bits, and the rest
_HALF_PI_REST = (6.07710050630396597660e-11, 2.02226624879595063154e-21)  # the next 33 bits, and the rest
_QUARTER_PI = 0x3FE921FB  # these are the upper halves of doubles
_UP_TO_HALF_TURNS = ((0x4002D97C, 1), (0x400F6A7A, 2), (0x4015FDBC, 3), (0x401C463B, 4))
_CLOSE_TO_HALF_TURNS = (0x3FF921FB, 0x400921FB, 0x4012D97C, 0x401921FB)


def _upper(x: float) -> int:
    return int(struct.unpack(">Q", struct.pack(">d", x))[0] >> 32) & 0x7FFFFFFF


def _small_sin(x: float, rest: float) -> float:
    z = x * x
    r = _SIN[1] + z * (_SIN[2] + z * _SIN_TAIL[0]) + z * (z * z) * (_SIN_TAIL[1] + z * _SIN_TAIL[2])
    cube = z * x
    if rest == 0:
        return x + cube * (_SIN[0] + z * r)
    return x - ((z * (0.5 * rest - cube * r) - rest) - cube * _SIN[0])


def _small_cos(x: float, rest: float) -> float:
    z = x * x
    w = z * z
    head = z * (_COS[0] + z * (_COS[1] + z * _COS[2]))
    r = head + w * w * (_COS_TAIL[0] + z * (_COS_TAIL[1] + z * _COS_TAIL[2]))
    half = 0.5 * z
    w = 1.0 - half
    return w + (((1.0 - w) - half) + (z * r - x * rest))


def _reduced(x: float) -> tuple[int, float, float]:
    """Take the nearest multiple of pi / 2 off; give its number and what is left, in two parts."""
    upper = _upper(x)
    turns = next((number for limit, number in _UP_TO_HALF_TURNS if upper <= limit), None)
    if turns is not None and upper not in _CLOSE_TO_HALF_TURNS:
        signed = turns if x > 0 else -turns
        left = x - signed * _HALF_PI[0]
        first = left - signed * _HALF_PI[1]
        return signed, first, (left - first) - signed * _HALF_PI[1]
    count = float(round(x * _TWO_OVER_PI))
    left, taken = x - count * _HALF_PI[0], count * _HALF_PI[1]
    first = left - taken
    if (upper >> 20) - (_upper(first) >> 20) > 16:  # too many bits are gone: take off more of them
        before, taken = left, count * _HALF_PI_REST[0]
        left = before - taken
        taken = count * _HALF_PI_REST[1] - ((before - left) - taken)
        first = left - taken
    return int(count), first, (left - first) - taken


def _firefox_sin(x: float) -> float:
    if _upper(x) <= _QUARTER_PI:
        return _small_sin(x, 0.0)
    count, first, rest = _reduced(x)
    value = _small_cos(first, rest) if count % 2 else _small_sin(first, rest)
    return -value if count % 4 >= 2 else value


def _firefox_cos(x: float) -> float:
    if _upper(x) <= _QUARTER_PI:
        return _small_cos(x, 0.0)
    count, first, rest = _reduced(x)
    value = _small_sin(first, rest) if count % 2 else _small_cos(first, rest)
    return -value if count % 4 in (1, 2) else value


@contextmanager
def _functions(**functions: Function) -> Iterator[None]:
    """Let data and features be made with other elementary functions."""
    of_data: dict[str, Any] = {name: _each(function) for name, function in functions.items()}
    with patch.multiple(datasets, **of_data), patch.object(features, "sin", of_data["sin"]):
        yield


def _each(function: Function) -> Callable[[Floats], Floats]:
    return lambda values: np.array([function(value) for value in values.tolist()])


def firefox_epoch(spec: Spec, stop: str, max_epochs: int) -> int | None:
    """Give the epoch at which Firefox 153 reaches the target."""
    with _functions(sin=_firefox_sin, cos=_firefox_cos):
        return train([Start(spec)], stop=stop, max_epochs=max_epochs)[0].reached.first(stop)


def chromium_epoch(spec: Spec, stop: str, max_epochs: int) -> int | None:
    """Give the epoch at which Chromium 156 reaches the target, for tanh, no regularization and even batches only."""
    with _functions(sin=math.sin, cos=math.cos, log=math.log):
        points, network = prepare(spec)
        everything = np.concatenate((points.train, points.test))
        inputs = feature_values(spec.features, everything)
    sizes = np.array(spec.layer_sizes)
    weights = np.zeros((len(network.weights), MOST_NEURONS, MOST_NEURONS))
    biases = np.zeros(weights.shape[:2])
    for layer, (rows, row) in enumerate(zip(network.weights, network.biases, strict=True)):
        weights[layer, : rows.shape[0], : rows.shape[1]], biases[layer, : len(row)] = rows, row
    data = np.ascontiguousarray(inputs.T), everything[:, 2].copy(), len(points.train)
    epoch = _train(sizes, weights, biases, *data, spec.learning_rate, spec.batch_size, stop == "both", max_epochs)
    return None if epoch < 0 else int(epoch)


@numba.njit(error_model="numpy", cache=False)
def _forward(sizes: Any, weights: Any, biases: Any, inputs: Any, values: Any) -> None:
    values[0, : sizes[0]] = inputs
    for layer in range(len(sizes) - 1):
        for neuron in range(sizes[layer + 1]):
            total = biases[layer, neuron]
            for link in range(sizes[layer]):
                total += weights[layer, neuron, link] * values[layer, link]
            values[layer + 1, neuron] = math.tanh(total)  # the C library's


@numba.njit(error_model="numpy", cache=False)
def _train(
    sizes: Any, weights: Any, biases: Any, inputs: Any, labels: Any, train_points: int, rate: float, batch: int,
    needs_both: bool, max_epochs: int,
) -> int:  # fmt: skip
    layers = len(sizes) - 1
    values = np.zeros((layers + 1, MOST_NEURONS))
    weight_sums, bias_sums = np.zeros_like(weights), np.zeros_like(biases)
    errors = np.zeros((layers + 1, MOST_NEURONS))
    for epoch in range(1, max_epochs + 1):
        for point in range(train_points):
            _forward(sizes, weights, biases, inputs[point], values)
            errors[layers, 0] = values[layers, 0] - labels[point]
            for layer in range(layers - 1, -1, -1):
                errors[layer] = 0.0
                for neuron in range(sizes[layer + 1]):
                    output = values[layer + 1, neuron]
                    delta = errors[layer + 1, neuron] * (1 - output * output)
                    bias_sums[layer, neuron] += delta
                    for link in range(sizes[layer]):
                        weight_sums[layer, neuron, link] += delta * values[layer, link]
                        errors[layer, link] += weights[layer, neuron, link] * delta
            if (point + 1) % batch == 0:
                biases -= (rate * bias_sums) / batch
                weights -= (rate / batch) * weight_sums
                bias_sums[:], weight_sums[:] = 0.0, 0.0
        losses = np.zeros(2)
        for point in range(len(labels)):
            _forward(sizes, weights, biases, inputs[point], values)
            error = values[layers, 0] - labels[point]
            losses[int(point >= train_points)] += 0.5 * (error * error)
        train_below = losses[0] / train_points < SHOWN_TARGET
        test_below = losses[1] / (len(labels) - train_points) < SHOWN_TARGET
        if (train_below and test_below) if needs_both else (train_below or test_below):
            return epoch
    return -1


def main(path: str) -> int:
    """Recompute every recorded run and say how many come out the same; the exit status is 0 if all do."""
    text = Path(path).read_text(encoding="utf-8")
    states = [run["state"] for run in json.loads(text)]
    nothing = json.dumps({"browser": [{"max_epochs": 0, "replays": 0}] * len(states), "recomputed": []})
    same = [0, 0]
    for state, recorded in zip(states, read_honest_runs(text, nothing)["browser"], strict=True):
        task = state["dataset"]
        spec = Spec(dataset=task, features=state["features"], hidden_layers=state["networkShape"], seed=state["seed"])
        for number, recompute in enumerate((chromium_epoch, firefox_epoch)):
            same[number] += recompute(spec, STOPS[task], CAPS[task]) == recorded.browsers[number]
    print(f"Chromium: {same[0]} of {len(states)} runs the same; Firefox: {same[1]} of {len(states)}")
    return 0 if same == [len(states)] * 2 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
