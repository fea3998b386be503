"""How runs, points and parameters are spread over lanes."""

import numpy as np
import pytest

from engine.network import prepare
from engine.spec import Spec
from tests.engine.golden_files import bits

layout = pytest.importorskip("engine.kernels.layout")
lockstep = pytest.importorskip("engine.kernels.lockstep")

SPECS = [Spec(seed="1", hidden_layers=layers) for layers in ((), (4, 2), (9, 17, 3))]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: str(spec.hidden_layers))
def test_a_network_comes_back_as_it_went_in(spec: Spec) -> None:
    there, (_, network) = layout.Layout(spec), prepare(spec)
    again = there.network(there.flat(network))
    assert list(map(bits, again.weights)) == list(map(bits, network.weights))
    assert list(map(bits, again.biases)) == list(map(bits, network.biases))
    assert len(there.flat(network)) == spec.parameters


@pytest.mark.parametrize("lanes_are_runs", [True, False])
@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: str(spec.hidden_layers))
def test_every_parameter_has_a_place_of_its_own(spec: Spec, lanes_are_runs: bool) -> None:
    there = layout.Layout(spec)
    places = np.concatenate([there.places(lanes_are_runs, lane) for lane in range(8 if lanes_are_runs else 1)])
    assert len(set(places.tolist())) == len(places)
    assert places.min() == 0 and places.max() < there.rows(lanes_are_runs) * 8


@pytest.mark.parametrize(("count", "batch_size"), [(23, 10), (23, 1), (23, 40), (240, 239), (8, 8)])
def test_blocks_hold_every_point_once_and_never_two_batches(count: int, batch_size: int) -> None:
    spec = Spec(seed="1", batch_size=batch_size)
    points, _ = prepare(spec)
    table = layout.Table(spec, points)
    table.train, table.test = table.train[:count], table.test[:3]
    for examples in (layout.points_in_lanes(table, batch_size), layout.runs_in_lanes([table] * 8, batch_size)):
        ends = np.cumsum(examples.points)
        assert ends[-1] == count
        assert set(ends[examples.closes_batch == 1]) == set(range(batch_size, count + 1, batch_size))
        assert examples.firsts.tolist() == (np.cumsum(examples.steps) - examples.steps).tolist()


def test_rows_are_aligned_to_cache_lines() -> None:
    assert {layout.aligned(rows).ctypes.data % 64 for rows in range(1, 20)} == {0}


@pytest.mark.parametrize(
    ("runs", "batch_size", "expected"),
    [
        (1, 10, [1]),
        (3, 10, [1, 1, 1]),
        (7, 10, [7]),
        (8, 10, [8]),
        (17, 10, [8, 8, 1]),
        (23, 10, [8, 8, 7]),
        (3, 1, [3]),
        (2, 30, [1, 1]),
    ],
)
def test_runs_take_a_lane_each_where_that_is_less_work(runs: int, batch_size: int, expected: list[int]) -> None:
    assert lockstep.group_sizes(runs, 250, 250, batch_size) == expected
