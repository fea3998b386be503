"""The compiled functions against those of `engine.fdlibm`, which are tested against recorded pairs, in bulk."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine import fdlibm
from engine.steps import Floats
from tests.engine.golden_files import bits, from_hex, golden

numba = pytest.importorskip("numba")
lanes = pytest.importorskip("engine.kernels.lanes")
elementary = pytest.importorskip("engine.kernels.elementary")
layout = pytest.importorskip("engine.kernels.layout")

REFERENCES = {"tanh": fdlibm.tanh, "exp": fdlibm.exp}
LN2 = math.log(2)
EDGES = [  # where fdlibm takes another branch
    *(multiple * LN2 / 4 for multiple in range(1, 240)),
    *(math.ldexp(1, exponent) for exponent in (-1074, -1022, -60, -55, -54, -29, -28, -27, -3, -2, -1, 0, 1, 2, 3)),
    *(0.0, 0.34657359, 1.0397207, 19.0, 19.061547, 19.4, 22.0, 44.0, math.inf),
    *(708.3964185322641, 709.782712893384, 710.4758600739439, 745.1332191019411, 746.0, 1e300),
]


def _compile(function: Any) -> Callable[[Floats], Floats]:
    load, store, width = lanes.load, lanes.store, lanes.LANES

    @numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def apply(values: Floats, out: Floats) -> None:
        for row in range(len(values) // width):
            store(out, row, function(load(values, row)))

    def call(values: Floats) -> Floats:
        padded = layout.aligned(-(-len(values) // width))
        padded[: len(values)] = values
        out: Floats = np.empty_like(padded)
        apply(padded, out)
        return out[: len(values)]

    return call


@pytest.fixture(scope="module", params=sorted(REFERENCES))
def pair(request: pytest.FixtureRequest) -> tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]:
    """Give a compiled function and its reference."""
    return _compile(getattr(elementary, request.param)), REFERENCES[request.param]


def _assert_same_bits(found: Floats, expected: Floats, values: Floats) -> None:
    same = (found.view(np.uint64) == expected.view(np.uint64)) | (np.isnan(found) & np.isnan(expected))
    assert same.all(), values[~same][:5]


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_all_recorded_pairs_are_bit_equal(name: str) -> None:
    pairs = golden("math.json")[name]
    found = _compile(getattr(elementary, name))(from_hex([argument for argument, _ in pairs]))
    assert bits(found) == [result for _, result in pairs]


@pytest.mark.parametrize("reach", [0.4, 1.2, 3.0, 25.0, 750.0])
def test_a_million_random_values_of_each_size(pair: Any, reach: float) -> None:
    compiled, reference = pair
    values = np.random.default_rng(int(reach * 10)).uniform(-reach, reach, 1_000_000)
    _assert_same_bits(compiled(values), reference(values), values)


def test_a_million_random_bit_patterns(pair: Any) -> None:
    compiled, reference = pair
    values = np.random.default_rng(1).integers(0, 2**64, 1_000_000, dtype=np.uint64).view(np.float64)
    _assert_same_bits(compiled(values), reference(values), values)


def test_the_neighbours_of_every_edge(pair: Any) -> None:
    compiled, reference = pair
    shifts = np.arange(-500, 501)
    around = [(np.float64(edge).view(np.int64) + shifts).view(np.float64) for edge in EDGES]
    values = np.concatenate([*around, *(-one for one in around)])
    _assert_same_bits(compiled(values), reference(values), values)


def test_whichever_lane_a_value_is_in(pair: Any) -> None:
    compiled, reference = pair
    values = np.array([-0.0, math.nan, math.inf, -math.inf, 1.0, -1.0, 0.3, 25.0, 5e-324])
    for shift in range(lanes.LANES):
        shifted = np.concatenate((np.zeros(shift), values))
        _assert_same_bits(compiled(shifted), reference(shifted), shifted)


def test_zeros_keep_their_sign() -> None:
    assert bits(_compile(elementary.tanh)(np.array([0.0, -0.0]))) == bits([0.0, -0.0])


def test_no_operation_is_fused_with_another() -> None:
    double_rounding = _compile(numba.njit(lambda x: x * x - 1.0))
    value = 1.0 + 2.0**-30
    assert double_rounding(np.array([value]))[0] == value * value - 1.0 != 2.0**-29 + 2.0**-60
