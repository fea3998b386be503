import math

import numpy as np
import pytest

from engine.exponentials import Scratch
from engine.layers import ACTIVATION_STEPS, Architecture, Block
from engine.spec import FEATURES, Spec
from engine.steps import Floats, run
from tests.engine.golden_files import bits

EDGES = [-math.inf, -800.0, -1.0, -1e-300, -0.0, 0.0, 1e-300, 1.0, 800.0, math.inf, math.nan]


def _values(activation: str, totals: list[float]) -> Floats:
    out = np.empty(len(totals))
    with np.errstate(all="ignore"):
        run(ACTIVATION_STEPS[activation].steps(np.array(totals), out, Scratch(len(totals))))
    return out


def _derivatives(activation: str, values: list[float]) -> Floats:
    out = np.ones(len(values))
    with np.errstate(all="ignore"):
        run(ACTIVATION_STEPS[activation].derivative_steps(np.array(values), out))
    return out


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("relu", [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1e-300, 1.0, 800.0, math.inf, math.nan]),
        ("linear", EDGES),
        ("tanh", [-1.0, -1.0, math.tanh(-1), -1e-300, -0.0, 0.0, 1e-300, math.tanh(1), 1.0, 1.0, math.nan]),
        ("sigmoid", [0.0, 0.0, 1 / (1 + math.e), 0.5, 0.5, 0.5, 0.5, 1 / (1 + 1 / math.e), 1.0, 1.0, math.nan]),
    ],
)
def test_activations_at_their_edges(activation: str, expected: list[float]) -> None:
    assert bits(_values(activation, EDGES)) == bits(expected)


@pytest.mark.parametrize(
    ("activation", "values", "expected"),
    [
        ("relu", [0.0, 1e-300, 5.0, math.inf, math.nan], [0.0, 1.0, 1.0, 1.0, 1.0]),
        ("linear", [0.0, -3.0, math.nan], [1.0, 1.0, 1.0]),
        ("tanh", [0.0, 0.5, -0.5, 1.0, math.nan], [1.0, 0.75, 0.75, 0.0, math.nan]),
        ("sigmoid", [0.0, 0.5, 0.75, 1.0, math.nan], [0.0, 0.25, 0.1875, 0.0, math.nan]),
    ],
)
def test_derivatives_come_from_the_activations_values(
    activation: str, values: list[float], expected: list[float]
) -> None:
    assert bits(_derivatives(activation, values)) == bits(expected)


def test_a_derivative_of_1_costs_no_step() -> None:
    assert ACTIVATION_STEPS["linear"].derivative_steps(np.empty(1), np.empty(1)) == []


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_functions_share_their_scratch_memory_and_can_be_run_again(activation: str) -> None:
    scratch = Scratch(8)
    small, large = np.linspace(-3, 3, 3), np.linspace(-30, 30, 8)
    out_small, out_large = np.empty(3), np.empty(8)
    function = ACTIVATION_STEPS[activation].steps
    steps = [*function(small, out_small, scratch), *function(large, out_large, scratch)]
    for _ in range(2):
        small[:], large[:] = np.linspace(-3, 3, 3), np.linspace(-30, 30, 8)  # the sigmoid works on its argument
        run(steps)
    assert bits(out_small) == bits(_values(activation, np.linspace(-3, 3, 3).tolist()))
    assert bits(out_large) == bits(_values(activation, np.linspace(-30, 30, 8).tolist()))


def test_the_rows_of_a_layer_are_its_biases_and_then_one_per_input() -> None:
    architecture = Architecture(Spec(features=("x", "y"), hidden_layers=(3,)))
    parameters = np.arange(13.0)[:, None]
    hidden, output = architecture.layers(parameters)
    assert (hidden.shape, output.shape) == ((3, 3, 1), (4, 1, 1))
    assert hidden[..., 0].tolist() == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    assert output[..., 0].tolist() == [[9], [10], [11], [12]]
    assert np.flatnonzero(architecture.is_bias).tolist() == [0, 1, 2, 9]


def test_layers_are_views_so_that_an_update_reaches_every_block() -> None:
    architecture = Architecture(Spec())
    parameters = np.zeros((architecture.rows, 2))
    gradients = np.zeros((5, architecture.rows, 2))
    assert all(np.shares_memory(layer, parameters) for layer in architecture.layers(parameters))
    assert all(np.shares_memory(part, gradients) for part in architecture.gradient_parts(gradients))


def test_a_block_takes_other_points_and_other_weights_without_being_recorded_again() -> None:
    spec = Spec(activation="linear", problem="regression", dataset="reg-plane", features=("x",), hidden_layers=())
    parameters = np.array([[1.0], [2.0]])  # o = 1 + 2 x
    block = Block(Architecture(spec), parameters, 2, Scratch(8))
    errors = np.empty((2, 1))
    steps = [*block.forward, *block.squared_errors(errors)]
    run([*block.load(np.array([[[3.0], [4.0]]]), np.array([[5.0], [10.0]])), *steps])
    assert block.outputs[-1].ravel().tolist() == [7.0, 9.0]
    assert errors.ravel().tolist() == [2.0, 0.5]
    parameters[1] = 0.0
    run([*block.load(np.array([[[3.0], [4.0]]]), np.array([[1.0], [2.0]])), *steps])
    assert errors.ravel().tolist() == [0.0, 0.5]


def test_each_point_of_a_block_has_its_own_gradient() -> None:
    spec = Spec(activation="linear", problem="regression", dataset="reg-plane", features=("x",), hidden_layers=())
    block = Block(Architecture(spec), np.array([[1.0], [2.0]]), 2, Scratch(8))
    gradients = np.empty((2, 2, 1))
    backward = block.backward(gradients)
    run([*block.load(np.array([[[3.0], [4.0]]]), np.array([[5.0], [10.0]])), *block.forward, *backward])
    # d = 7 - 5 and 9 - 10; of the bias it is the gradient itself, of the weight times x
    assert gradients[..., 0].tolist() == [[2.0, 6.0], [-1.0, -4.0]]


def test_every_feature_and_layer_has_its_place() -> None:
    spec = Spec(features=FEATURES, hidden_layers=(8, 7, 6, 5, 4, 3))
    architecture = Architecture(spec)
    assert architecture.rows == spec.parameters
    assert architecture.is_bias.sum() == 8 + 7 + 6 + 5 + 4 + 3 + 1
