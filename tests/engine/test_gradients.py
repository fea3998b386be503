"""The gradients against finite differences: what training goes down is the slope of the loss."""

from dataclasses import replace

import numpy as np
import pytest

from engine.datasets import Points
from engine.layers import Architecture
from engine.lockstep import Lockstep
from engine.network import Network, initial_network, pack, unpack
from engine.spec import FEATURES, Spec
from engine.steps import Floats

COUNT = 12  # training points, all in one batch
STEP = 1e-6


def _points() -> Points:
    random = np.random.default_rng(3)
    points = np.column_stack((random.uniform(-2, 2, (COUNT + 1, 2)), random.uniform(-1, 1, COUNT + 1)))
    return Points(points[:COUNT], points[COUNT:])


def _loss_slopes(spec: Spec, network: Network) -> Floats:
    """Give the slope of the training loss along each parameter, from the losses of networks moved a little."""
    architecture = Architecture(spec)
    start = pack(architecture, [network])[:, 0]
    moved = [start + STEP * side * row for row in np.eye(len(start)) for side in (1, -1)]
    networks = [unpack(architecture, parameters) for parameters in moved]
    losses = Lockstep(spec, [_points()] * len(networks), networks).losses()[:, 0]
    return np.subtract(losses[::2], losses[1::2]) / (2 * STEP)


def _trained_step(spec: Spec, network: Network) -> Floats:
    """Give by how much one update at learning rate 1 lowers each parameter."""
    architecture = Architecture(spec)
    lockstep = Lockstep(spec, [_points()], [network])
    lockstep.train_epoch()
    parameters = pack(architecture, [network, lockstep.network(0)])
    return parameters[:, 0] - parameters[:, 1]


@pytest.mark.parametrize("problem", ["classification", "regression"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
@pytest.mark.parametrize("hidden_layers", [(), (3,), (4, 2), (3, 3, 2)])
def test_an_update_goes_down_the_slope_of_the_loss(
    problem: str, activation: str, hidden_layers: tuple[int, ...]
) -> None:
    spec = Spec(
        activation=activation,
        problem=problem,
        dataset="circle" if problem == "classification" else "reg-plane",
        hidden_layers=hidden_layers,
        features=FEATURES,
        batch_size=COUNT,
        learning_rate=1.0,
        seed="4",
    )
    network = initial_network(spec)
    slopes = _loss_slopes(spec, network)
    assert np.abs(slopes).max() > 1e-3
    assert _trained_step(spec, network) == pytest.approx(slopes, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("rate", [0.01, 0.3])
def test_l2_adds_the_slope_of_half_the_squared_weights(rate: float) -> None:
    spec = Spec(batch_size=COUNT, learning_rate=1.0, seed="4")
    network = initial_network(spec)
    architecture = Architecture(spec)
    weights = np.where(architecture.is_bias, 0.0, pack(architecture, [network])[:, 0])
    decayed = _trained_step(replace(spec, regularization="L2", regularization_rate=rate), network)
    assert decayed == pytest.approx(_loss_slopes(spec, network) + rate * weights, rel=1e-5, abs=1e-8)


def test_two_batches_are_two_updates() -> None:
    spec = Spec(batch_size=COUNT // 2, learning_rate=1.0, seed="4")
    network = initial_network(spec)
    assert _trained_step(spec, network) != pytest.approx(_loss_slopes(spec, network), rel=1e-3)
