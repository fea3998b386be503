import numpy as np
import pytest

from engine.features import feature_values
from engine.layers import Architecture
from engine.network import Network, forward, grid_outputs, initial_network, pack, unpack
from engine.spec import FEATURES, Spec


def test_a_forward_pass_gives_what_each_layer_answers() -> None:
    spec = Spec(activation="relu", hidden_layers=(2,), problem="regression", dataset="reg-plane")
    network = Network(
        [np.array([[1.0, 2.0], [-1.0, 0.0]]), np.array([[3.0, -2.0]])], [np.array([0.5, 0.25]), np.array([-1.0])]
    )
    inputs, hidden, output = forward(network, spec, np.array([[1.0, 1.0], [-2.0, 0.5]]))
    assert inputs.tolist() == [[1.0, -2.0], [1.0, 0.5]]
    assert hidden.tolist() == [[3.5, 0.0], [0.0, 2.25]]
    assert output.tolist() == [[9.5, -5.5]]


def test_the_output_of_a_classifier_lies_between_minus_one_and_one() -> None:
    spec = Spec(seed="1", activation="linear", features=FEATURES)
    output = forward(initial_network(spec), spec, np.random.default_rng(1).uniform(-6, 6, (100, 2)))[-1]
    assert output.shape == (1, 100)
    assert (np.abs(output) < 1).all()


def test_a_diverged_network_answers_nan_without_a_warning() -> None:
    spec = Spec(activation="relu", hidden_layers=(1,), features=("x",), problem="regression", dataset="reg-plane")
    network = Network([np.array([[np.inf]]), np.array([[np.nan]])], [np.array([0.0]), np.array([0.0])])
    _, hidden, output = forward(network, spec, np.array([[0.0, 0.0], [1.0, 0.0]]))
    assert np.array_equal(hidden, [[np.nan, np.inf]], equal_nan=True)
    assert np.isnan(output).all()


def test_a_grid_has_a_hundred_points_along_each_side_unless_told() -> None:
    spec = Spec(seed="1", hidden_layers=(2,))
    assert [layer.shape for layer in grid_outputs(spec, initial_network(spec))] == [(n, 100, 100) for n in (2, 2, 1)]


@pytest.mark.parametrize("size", [2, 13, 64])
def test_a_grid_covers_the_plane_from_the_upper_left(size: int) -> None:
    spec = Spec(seed="1", features=FEATURES, hidden_layers=(8, 3))
    layers = grid_outputs(spec, initial_network(spec), size=size, extent=6.0)
    assert [layer.shape for layer in layers] == [(count, size, size) for count in (7, 8, 3, 1)]
    x, y = layers[0][0], layers[0][1]
    assert x[0, 0] == x[-1, 0] == -6 and x[0, -1] == 6
    assert y[0, 0] == y[0, -1] == 6 and y[-1, 0] == -6
    assert np.array_equal(x, -x[:, ::-1]) and np.array_equal(y, -y[::-1])


def test_a_grid_has_the_same_numbers_as_its_points_one_by_one() -> None:
    spec = Spec(seed="1", features=("x", "sinY"))
    network = initial_network(spec)
    layers = grid_outputs(spec, network, size=5, extent=2.0)
    for row, y in enumerate((2.0, 1.0, 0.0, -1.0, -2.0)):
        for column, x in enumerate((-2.0, -1.0, 0.0, 1.0, 2.0)):
            alone = forward(network, spec, np.array([[x, y]]))
            assert [layer[:, row, column].tolist() for layer in layers] == [layer[:, 0].tolist() for layer in alone]


def test_networks_survive_being_packed_side_by_side() -> None:
    spec = Spec(hidden_layers=(4, 3), features=FEATURES)
    architecture = Architecture(spec)
    networks = [initial_network(spec.with_seed(str(number))) for number in range(3)]
    packed = pack(architecture, networks)
    assert packed.shape == (spec.parameters, 3)
    for number, network in enumerate(networks):
        back = unpack(architecture, packed[:, number])
        assert all(np.array_equal(a, b) for a, b in zip(back.weights, network.weights, strict=True))
        assert all(np.array_equal(a, b) for a, b in zip(back.biases, network.biases, strict=True))


def test_the_features_of_a_network_are_its_inputs() -> None:
    spec = Spec(seed="1", features=("xSquared", "y"), hidden_layers=())
    points = np.random.default_rng(1).uniform(-6, 6, (9, 2))
    inputs, _ = forward(initial_network(spec), spec, points)
    assert np.array_equal(inputs, feature_values(("y", "xSquared"), points))
