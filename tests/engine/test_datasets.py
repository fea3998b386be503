from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine.datasets import draw_points, make_points, new_stream
from engine.errors import SpecError
from engine.features import feature_values
from engine.network import initial_network, prepare
from engine.prng import SeededRandom
from engine.spec import DATASETS, FEATURES, Spec
from tests.engine.golden_files import bits, golden

RECORDED = golden("data.json")


def _spec(state: Mapping[str, Any]) -> Spec:
    return Spec(
        dataset=state["dataset"],
        problem=state["problem"],
        noise=state["noise"],
        seed=state["seed"],
        train_percent=state["percTrainData"],
        features=tuple(state["features"]),
        hidden_layers=tuple(state["networkShape"]),
        init_zero=state["initZero"],
    )


def _flat(rows: Any) -> list[str]:
    return [value for row in rows for value in row]


@pytest.mark.parametrize("entry", RECORDED, ids=lambda entry: f"{entry['state']['dataset']}-{entry['state']['noise']}")
def test_recorded_points_and_start_weights_are_bit_equal(entry: Mapping[str, Any]) -> None:
    points, network = prepare(_spec(entry["state"]))
    assert (len(points.train), len(points.test)) == (entry["train_size"], entry["test_size"])
    assert bits(points.train[: len(entry["train_head"])]) == _flat(entry["train_head"])
    assert bits(points.test[-len(entry["test_tail"]) :]) == _flat(entry["test_tail"])
    assert [bits(weights) for weights in network.weights] == [_flat(layer) for layer in entry["weights"]]
    assert [bits(biases) for biases in network.biases] == entry["biases"]


@pytest.mark.parametrize("problem", list(DATASETS))
@pytest.mark.parametrize("percent", [10, 50, 90])
def test_the_split_takes_its_share(problem: str, percent: int) -> None:
    for dataset in DATASETS[problem]:
        points = make_points(Spec(seed="1", problem=problem, dataset=dataset, train_percent=percent))
        count = 500 if problem == "classification" else 1200
        assert len(points.train) == count * percent // 100
        assert len(points.train) + len(points.test) == count


@pytest.mark.parametrize("dataset", DATASETS["classification"])
def test_classes_are_plus_and_minus_one(dataset: str) -> None:
    points = make_points(Spec(seed="1", dataset=dataset))
    labels = np.concatenate((points.train, points.test))[:, 2]
    assert set(labels.tolist()) == {-1.0, 1.0}


def test_the_spiral_holds_a_contradiction_at_the_origin() -> None:
    points = make_points(Spec(seed="1", dataset="spiral"))
    together = np.concatenate((points.train, points.test))
    at_origin = together[(together[:, 0] == 0) & (together[:, 1] == 0)]
    assert sorted(at_origin[:, 2].tolist()) == [-1.0, 1.0]


def test_the_points_depend_on_nothing_but_data_settings() -> None:
    plain = make_points(Spec(seed="1"))
    other = make_points(Spec(seed="1", hidden_layers=(8,), features=FEATURES, learning_rate=1, init_zero=True))
    assert np.array_equal(plain.train, other.train) and np.array_equal(plain.test, other.test)
    assert not np.array_equal(plain.train, make_points(Spec(seed="2")).train)


def test_the_weights_follow_the_points_in_the_stream() -> None:
    spec = Spec(seed="1")
    stream = SeededRandom("1")
    draw_points(spec, stream)
    assert initial_network(spec).weights[0][0, 0] == stream.random() - 0.5


def test_reset_draws_all_weights_anew_and_keeps_the_points() -> None:
    spec = Spec(seed="1", hidden_layers=(3,))
    stream = new_stream(spec)
    draw_points(spec, stream)
    draws = [stream.random() - 0.5 for _ in range(3 * spec.links)]
    points, network = prepare(spec, resets=2)
    assert np.concatenate([weights.ravel() for weights in network.weights]).tolist() == draws[-spec.links :]
    assert np.array_equal(points.train, make_points(spec).train)


def test_init_zero_starts_from_nothing() -> None:
    network = initial_network(Spec(seed="1", init_zero=True))
    assert not any(array.any() for array in (*network.weights, *network.biases))


@pytest.mark.parametrize("spec", [Spec(), Spec(seed="1", dataset="moons"), Spec(seed="1", train_percent=0)])
def test_settings_that_cannot_be_run_are_refused(spec: Spec) -> None:
    with pytest.raises(SpecError):
        make_points(spec)


def test_features_come_in_rows() -> None:
    points = np.array([[2.0, -3.0, 1.0], [0.5, 0.0, -1.0]])
    x, y, x_squared, y_squared, x_times_y, sin_x, sin_y = feature_values(FEATURES, points)
    assert (x.tolist(), y.tolist()) == ([2.0, 0.5], [-3.0, 0.0])
    assert (x_squared.tolist(), y_squared.tolist(), x_times_y.tolist()) == ([4.0, 0.25], [9.0, 0.0], [-6.0, 0.0])
    assert np.allclose(sin_x, np.sin([2.0, 0.5])) and np.allclose(sin_y, np.sin([-3.0, 0.0]))
    assert feature_values(("y",), points).tolist() == [[-3.0, 0.0]]


def test_points_asked_for_again_are_the_same_and_can_not_be_changed() -> None:
    spec = Spec(seed="1")
    points = make_points(spec)
    assert make_points(Spec(seed="1", hidden_layers=(8,))) is points  # what does not decide the points does not matter
    assert make_points(Spec(seed="1", noise=5)) is not points
    with pytest.raises(ValueError, match="read-only"):
        points.train[0, 0] = 1.0
