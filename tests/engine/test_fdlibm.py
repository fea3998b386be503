import math
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import fdlibm
from engine.steps import Floats
from tests.engine import scalar_reference
from tests.engine.golden_files import bits, from_hex, golden

FUNCTIONS = {
    "tanh": fdlibm.tanh,
    "exp": fdlibm.exp,
    "sin": fdlibm.sin,
    "cos": fdlibm.cos,
    "log": fdlibm.log,
}
SCALARS: dict[str, Callable[[float], float]] = {"tanh": scalar_reference.tanh, "exp": scalar_reference.exp}
HALF_LN2 = 0x3FD62E42FEFA39EF  # bits of the argument at which the reduction of exp begins
LN2 = math.log(2)


def _neighbours(center: float, count: int = 40) -> Floats:
    """Give the doubles around a value, on both sides of it and of 0."""
    start = np.float64(center).view(np.int64)
    around = (start + np.arange(-count, count + 1)).view(np.float64)
    return np.concatenate((around, -around))


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_all_recorded_pairs_are_bit_equal(name: str) -> None:
    pairs = golden("math.json")[name]
    assert len(pairs) >= 842
    found = FUNCTIONS[name](from_hex([argument for argument, _ in pairs]))
    assert bits(found) == [result for _, result in pairs]


@pytest.mark.parametrize("name", list(SCALARS))
def test_where_branches_meet_the_functions_equal_a_scalar_one(name: str) -> None:
    edges = [(n + 0.5) * LN2 / 2 for n in range(60)] + [n * LN2 / 2 for n in range(1, 60)]
    edges += [1.0, 2.0**-28, 2.0**-27, 19.4, 22.0, float(np.int64(HALF_LN2).view(np.float64)) / 2]
    values = np.concatenate([_neighbours(edge) for edge in edges])
    assert bits(FUNCTIONS[name](values)) == bits([SCALARS[name](value) for value in values.tolist()])


@pytest.mark.parametrize("name", list(SCALARS))
def test_just_above_half_ln_2_the_argument_is_not_yet_reduced(name: str) -> None:
    window = [random.Random(1).randrange(HALF_LN2 - 2**25, 0x3FD62E4300000000 + 2**25) for _ in range(2000)]
    values = np.array(window, dtype=np.int64).view(np.float64)
    values = np.concatenate((values, -values, values / 2, -values / 2))
    assert bits(FUNCTIONS[name](values)) == bits([SCALARS[name](value) for value in values.tolist()])


@pytest.mark.parametrize("name", list(SCALARS))
@given(values=st.lists(st.floats() | st.floats(-25, 25), min_size=1, max_size=50))
def test_any_values_equal_a_scalar_one(name: str, values: list[float]) -> None:
    assert bits(FUNCTIONS[name](values)) == bits([SCALARS[name](value) for value in values])


def test_exp_at_its_limits_equals_a_scalar_one() -> None:
    for limit in (709.782712893384, -745.1332191019411, -708.3964185322641, 1024 * LN2, -1021.5 * LN2):
        values = _neighbours(limit, 200)
        assert bits(fdlibm.exp(values)) == bits([scalar_reference.exp(value) for value in values.tolist()])


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_results_are_close_to_the_platforms(name: str) -> None:
    values = np.random.default_rng(7).uniform(-15, 15, 20_000)
    values = np.abs(values) if name == "log" else values
    # a last bit apart, but never more than a rounding or two; sine and cosine near 0 lie next to a multiple of pi/2
    assert np.allclose(FUNCTIONS[name](values), getattr(np, name)(values), rtol=5e-16, atol=1e-16)


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("tanh", math.inf, 1.0),
        ("tanh", -math.inf, -1.0),
        ("tanh", -0.0, -0.0),
        ("tanh", 5e-324, 5e-324),
        ("exp", math.inf, math.inf),
        ("exp", -math.inf, 0.0),
        ("exp", 0.0, 1.0),
        ("exp", 1.0, math.e),
        ("sin", -0.0, -0.0),
        ("sin", math.inf, math.nan),
        ("cos", -math.inf, math.nan),
        ("cos", 0.0, 1.0),
        ("sin", 1e6, math.nan),
        ("log", 0.0, -math.inf),
        ("log", -0.0, -math.inf),
        ("log", -1.0, math.nan),
        ("log", math.inf, math.inf),
        ("log", -math.inf, math.nan),
        ("log", 5e-324, -744.4400719213812),
    ],
)
def test_edges(name: str, value: float, result: float) -> None:
    assert bits(FUNCTIONS[name](value)) == bits(result)


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_nan_stays_nan_and_nothing_warns(name: str) -> None:
    found = FUNCTIONS[name]([math.nan, -math.nan, 0.5])
    assert np.isnan(found).tolist() == [True, True, False]


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_any_shape_comes_back_in_its_shape_and_unharmed(name: str) -> None:
    values = np.linspace(0.1, 12, 10_000).reshape(10, 100, 10)[:, ::3]
    before = values.copy()
    found = FUNCTIONS[name](values)
    assert found.shape == values.shape
    assert np.array_equal(values, before)
    assert bits(found[3, 5, 7]) == bits(FUNCTIONS[name](float(values[3, 5, 7])))
    assert FUNCTIONS[name](1.5).shape == ()
    assert FUNCTIONS[name](np.empty((0, 3))).shape == (0, 3)
