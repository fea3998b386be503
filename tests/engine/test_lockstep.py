"""Both kernels against the scalar reference, bit for bit, on few points and all kinds of settings."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets import Points
from engine.features import feature_values
from engine.kernels import Ends, start_lockstep
from engine.network import Network, initial_network
from engine.spec import FEATURES, Spec
from engine.steps import Floats
from tests.engine.golden_files import bits
from tests.engine.installed_kernels import INSTALLED
from tests.engine.scalar_reference import Sample, ScalarNetwork, Settings
from tests.engine.strategies import specs

State = list[str]
NEVER = Ends("never", 0.0, False)
pytestmark = pytest.mark.parametrize("kernel", INSTALLED)


def _points(seed: int, train: int, test: int) -> Points:
    """Give some points with labels on both sides of 0, nothing like the Playground's."""
    random = np.random.default_rng(seed)
    drawn = np.column_stack((random.uniform(-6, 6, (train + test, 2)), random.uniform(-1, 1, train + test)))
    return Points(drawn[:train], drawn[train:])


def _samples(spec: Spec, points: Floats) -> list[Sample]:
    features = feature_values(spec.features, points).T.tolist()
    return list(zip(features, points[:, 2].tolist(), strict=True))


def _numbers(network: Network) -> State:
    return [text for array in (*network.weights, *network.biases) for text in bits(array)]


def _by_the_reference(spec: Spec, points: Points, network: Network, epochs: int) -> list[State]:
    scalar_settings = Settings(
        activation=spec.activation,
        regularization=spec.regularization,
        regularization_rate=spec.regularization_rate,
        learning_rate=spec.learning_rate,
        batch_size=spec.batch_size,
        is_classification=spec.problem == "classification",
    )
    weights, biases = ([array.tolist() for array in arrays] for arrays in (network.weights, network.biases))
    scalar = ScalarNetwork(scalar_settings, weights, biases)
    train, test = _samples(spec, points.train), _samples(spec, points.test)
    states = []
    for epoch in range(epochs + 1):
        if epoch:
            scalar.train_epoch(train)
        now = Network([np.array(layer) for layer in scalar.weights], [np.array(layer) for layer in scalar.biases])
        states.append(bits([scalar.loss(train), scalar.loss(test)]) + _numbers(now))
    return states


def _in_lockstep(
    kernel: str, spec: Spec, points: Sequence[Points], networks: Sequence[Network], epochs: int
) -> list[list[State]]:
    """Give the states of each run after each epoch."""
    lockstep = start_lockstep(kernel, spec, points, networks)
    states: list[list[State]] = [[] for _ in networks]
    for epoch in range(epochs + 1):
        if epoch:
            lockstep.advance(1, NEVER)
        for number, losses in enumerate(lockstep.losses()):
            states[number].append(bits(losses) + _numbers(lockstep.network(number)))
    return states


def _assert_equal_to_the_reference(
    kernel: str, spec: Spec, train: int = 23, test: int = 4, runs: int = 1, epochs: int = 4
) -> None:
    points = [_points(number, train, test) for number in range(runs)]
    networks = [initial_network(spec.with_seed(str(number))) for number in range(runs)]
    found = _in_lockstep(kernel, spec, points, networks, epochs)
    for number in range(runs):
        assert found[number] == _by_the_reference(spec, points[number], networks[number], epochs)


@given(
    spec=specs(max_layers=4, max_neurons=4),
    train=st.integers(1, 25),
    test=st.integers(1, 5),
    runs=st.integers(1, 3),
)
def test_any_settings_train_as_the_scalar_reference_does(
    kernel: str, spec: Spec, train: int, test: int, runs: int
) -> None:
    _assert_equal_to_the_reference(kernel, spec, train, test, runs, epochs=3)


@pytest.mark.parametrize("batch_size", range(1, 31))
def test_every_batch_size_carries_over_what_is_left(kernel: str, batch_size: int) -> None:
    _assert_equal_to_the_reference(kernel, Spec(seed="1", batch_size=batch_size, learning_rate=0.3), epochs=3)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
@pytest.mark.parametrize("hidden_layers", [(), (1,), (8,), (1, 1, 1, 1, 1, 1), (8, 8, 8), (3, 1, 4, 1, 5, 8)])
def test_every_depth_and_activation(kernel: str, activation: str, hidden_layers: tuple[int, ...]) -> None:
    spec = Spec(seed="1", activation=activation, hidden_layers=hidden_layers, learning_rate=0.1)
    _assert_equal_to_the_reference(kernel, spec, epochs=2)


@pytest.mark.parametrize("features", [(name,) for name in FEATURES] + [FEATURES])
def test_every_feature(kernel: str, features: tuple[str, ...]) -> None:
    _assert_equal_to_the_reference(kernel, Spec(seed="1", features=features, hidden_layers=(3,)), epochs=2)


@pytest.mark.parametrize("init_zero", [False, True])
@pytest.mark.parametrize("rate", [0, 0.001, 0.3, 10])
@pytest.mark.parametrize("regularization", ["none", "L1", "L2"])
def test_every_regularization(kernel: str, regularization: str, rate: float, init_zero: bool) -> None:
    spec = Spec(seed="1", regularization=regularization, regularization_rate=rate, init_zero=init_zero)
    for problem, dataset in (("classification", "circle"), ("regression", "reg-gauss")):
        _assert_equal_to_the_reference(kernel, replace(spec, problem=problem, dataset=dataset), epochs=5)


@pytest.mark.parametrize("activation", ["relu", "linear", "sigmoid", "tanh"])
@pytest.mark.parametrize("regularization", ["none", "L1", "L2"])
def test_runs_go_on_through_infinity_and_nan(kernel: str, activation: str, regularization: str) -> None:
    spec = Spec(
        seed="1",
        activation=activation,
        regularization=regularization,
        regularization_rate=0.3,
        learning_rate=10,
        problem="regression",
        dataset="reg-plane",
        features=("x", "xSquared"),
        batch_size=5,
    )
    _assert_equal_to_the_reference(kernel, spec, epochs=30)


@given(spec=specs(max_layers=3, max_neurons=5), runs=st.integers(2, 6))
@settings(max_examples=30)
def test_a_run_has_the_same_bits_alone_and_side_by_side(kernel: str, spec: Spec, runs: int) -> None:
    points = [_points(number, 22, 5) for number in range(runs)]
    networks = [initial_network(spec.with_seed(str(number))) for number in range(runs)]
    together = _in_lockstep(kernel, spec, points, networks, epochs=3)
    alone = [_in_lockstep(kernel, spec, [points[number]], [networks[number]], epochs=3)[0] for number in range(runs)]
    assert together == alone


@pytest.mark.parametrize("spec", [Spec(), Spec(batch_size=8, regularization="L1", regularization_rate=0.1)])
def test_runs_go_on_as_before_when_others_leave(kernel: str, spec: Spec) -> None:
    points = [_points(number, 30, 7) for number in range(4)]
    networks = [initial_network(spec.with_seed(str(number))) for number in range(4)]
    expected = _in_lockstep(kernel, spec, points, networks, epochs=6)
    lockstep = start_lockstep(kernel, spec, points, networks)
    left = [0, 1, 2, 3]
    for epoch, kept in ((1, [0, 1, 2, 3]), (2, [0, 2, 3]), (3, [1, 2]), (4, [0, 1]), (5, [1]), (6, [0])):
        lockstep.keep(kept)
        left = [left[number] for number in kept]
        lockstep.advance(1, NEVER)
        for number, losses in zip(left, lockstep.losses(), strict=True):
            assert bits(losses) == expected[number][epoch][:2]
    assert left == [3]


def test_many_points_are_evaluated_in_blocks_and_summed_in_order(kernel: str) -> None:
    spec = Spec(seed="1", hidden_layers=(8,))
    points, network = _points(1, 3000, 1500), initial_network(spec)
    assert _in_lockstep(kernel, spec, [points], [network], 0)[0] == _by_the_reference(spec, points, network, 0)
    together = _in_lockstep(kernel, spec, [points] * 3, [network] * 3, 0)
    assert together[2] == _in_lockstep(kernel, spec, [points], [network], 0)[0]


def test_a_dead_link_still_turns_infinity_into_nan(kernel: str) -> None:
    # one input link dies in the first update; then 0 * infinity is NaN, not 0
    spec = Spec(hidden_layers=(), features=("x",), regularization="L1", regularization_rate=1, learning_rate=1)
    spec = replace(spec, batch_size=1, problem="regression", dataset="reg-plane")
    network = Network([np.array([[0.5]])], [np.array([0.0])])
    points = Points(np.array([[0.0, 0.0, 0.0]]), np.array([[np.inf, 0.0, 0.0]]))
    lockstep = start_lockstep(kernel, spec, [points], [network])
    lockstep.advance(1, NEVER)
    assert lockstep.network(0).weights[0].tolist() == [[0.0]]
    assert bits(lockstep.losses()) == bits([[0.0, np.nan]])


def test_gradient_steps_of_an_epoch_count_all_runs(kernel: str) -> None:
    networks = [initial_network(Spec(seed="1"))] * 3
    assert start_lockstep(kernel, Spec(), [_points(1, 30, 7)] * 3, networks).epoch_steps == 90
