"""Floors under the losses of any network, against brute force and against what is known of the data sets."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calibration import draw_seeds
from engine.conflicts import Conflict, count_near_pairs, find_conflicts
from engine.datasets import Points, make_points
from engine.errors import SpecError
from engine.feasibility import feasibility, loss_floors, possible
from engine.spec import FEATURES, Spec
from engine.training import CRITERIA, Start, train
from tests.engine.strategies import specs

SPIRAL = Spec(dataset="spiral", features=FEATURES)
LABELS = st.lists(st.sampled_from([-1.0, -0.25, 0.5, 1.0]), max_size=3)
ANSWERS = np.linspace(-1, 1, 401)


def _conflict(train_labels: list[float], test_labels: list[float]) -> Conflict:
    return Conflict((0.0,), tuple(train_labels), tuple(test_labels))


CONFLICTS = st.builds(_conflict, LABELS, LABELS)


def _loss(labels: tuple[float, ...], answers: np.ndarray, points: int) -> np.ndarray:
    return sum((0.5 * (answers - label) ** 2 for label in labels), np.zeros_like(answers)) / points


def _brute_force(conflicts: list[Conflict], train_points: int, test_points: int) -> dict[str, float]:
    """Try all answers of all groups on a grid."""
    grids = np.meshgrid(*[ANSWERS] * len(conflicts))
    train = sum(_loss(one.train_labels, grid, train_points) for one, grid in zip(conflicts, grids, strict=True))
    test = sum(_loss(one.test_labels, grid, test_points) for one, grid in zip(conflicts, grids, strict=True))
    tried = {"train": train, "test": test, "both": np.maximum(train, test), "either": np.minimum(train, test)}
    return {name: float(np.min(losses)) for name, losses in tried.items()}


@given(st.lists(st.builds(_conflict, LABELS, LABELS), min_size=1, max_size=2), st.integers(6, 20), st.integers(6, 20))
@settings(deadline=None, max_examples=60)
def test_floors_are_what_trying_all_answers_gives(
    conflicts: list[Conflict], train_points: int, test_points: int
) -> None:
    floors = loss_floors(conflicts, train_points, test_points)
    for name, tried in _brute_force(conflicts, train_points, test_points).items():
        assert floors[name] <= tried + 1e-12  # a floor may never be too high
        assert floors[name] == pytest.approx(tried, abs=0.005)  # as fine as the grid


def test_a_pair_in_training_a_pair_in_test_and_a_split_pair() -> None:
    in_train = loss_floors([_conflict([1, -1], [])], 250, 250)
    assert in_train == {"train": 1 / 250, "test": 0, "both": pytest.approx(1 / 250), "either": 0}
    in_test = loss_floors([_conflict([], [1, -1])], 400, 100)
    assert in_test == {"train": 0, "test": 1 / 100, "both": pytest.approx(1 / 100), "either": 0}
    split = loss_floors([_conflict([1], [-1])], 450, 50)
    assert split == {
        "train": 0,
        "test": 0,
        "both": pytest.approx(2 / (math.sqrt(450) + math.sqrt(50)) ** 2),
        "either": 0,
    }


def test_without_conflicts_there_is_no_floor() -> None:
    assert loss_floors([], 250, 250) == dict.fromkeys(CRITERIA, 0.0)


@pytest.mark.parametrize("percent", range(10, 91, 10))
def test_the_spiral_rules_both_out_on_every_seed_and_split_but_never_either(percent: int) -> None:
    for seed in draw_seeds("spiral", 12):
        result = feasibility(Spec(dataset="spiral", features=FEATURES, train_percent=percent, seed=seed))
        assert len(result.conflicts) == 1
        assert (result.possible["both"], result.possible["either"]) == (False, True)
        where = result.conflicts[0].where
        assert (result.possible["train"], result.possible["test"]) == (where != "train", where != "test")


def test_all_three_places_of_the_spiral_s_pair_occur_and_are_explained() -> None:
    reasons = {}
    for seed in draw_seeds("places", 20):
        result = feasibility(SPIRAL.with_seed(seed))
        reasons[result.conflicts[0].where] = result.reasons
    assert reasons["train"]["train"] == (
        "2 points have the same inputs but different labels; both are training data. Whatever a network answers there, "
        "the training loss can't fall below 0.004; it has to be below 0.0015."
    )
    assert reasons["train"]["either"].endswith("Only the test loss can reach the target; the training loss can't.")
    assert reasons["test"]["either"].endswith("Only the training loss can reach the target; the test loss can't.")
    assert reasons["split"]["train"].endswith("By itself the training loss can still fall as low as you like.")
    assert reasons["split"]["both"].endswith(
        "one is training data, the other test data. Whatever a network answers there, training or test loss stays at "
        "0.002 or more; they can't both be below 0.0015."
    )
    assert reasons["split"]["either"].endswith("Each of both losses by itself can still reach the target.")


def test_the_circle_leaves_everything_open() -> None:
    for seed in draw_seeds("circle", 5):
        result = feasibility(Spec(seed=seed))
        assert all(result.possible.values()) and not result.conflicts
        assert result.reasons["both"].startswith("No two points with the same inputs have different labels")
        assert result.near.closest is None


def test_noise_separates_the_spiral_s_pair() -> None:
    assert all(feasibility(Spec(dataset="spiral", noise=5, seed="1")).possible.values())


def test_points_are_merged_by_what_the_network_sees_of_them() -> None:
    mirrored = Points(np.array([[1.5, 2, 1], [-1.5, 2, -1]]), np.array([[-1.5, -2, -1], [0.0, 1, 1], [-0.0, 1, -1]]))
    assert [one.where for one in find_conflicts(mirrored, ["x", "y"])] == ["test"]  # 0 and -0 are one number
    squares = {one.inputs: one for one in find_conflicts(mirrored, ["xSquared"])}
    assert squares == {(0.0,): Conflict((0.0,), (), (1, -1)), (2.25,): Conflict((2.25,), (1, -1), (-1,))}
    assert [one.where for one in find_conflicts(mirrored, ["xSquared", "y"])] == ["test", "train"]


def test_several_conflicts_are_counted_in_the_reasons() -> None:
    result = feasibility(Spec(dataset="spiral", features=("xTimesY",), seed="1"), target=1e-6)
    if len(result.conflicts) > 1:
        assert result.reasons["both"].startswith(f"In {len(result.conflicts)} places points with the same inputs")
    assert not result.possible["both"]


@given(specs(max_layers=2, max_neurons=3), st.integers(0, 3))
@settings(deadline=None, max_examples=15)
def test_no_run_ever_gets_below_its_floor(spec: Spec, epochs: int) -> None:
    floors = feasibility(spec).floors
    losses = train([Start(spec)], stop="never", max_epochs=epochs)[0].losses
    train_loss, test_loss = losses[np.isfinite(losses).all(axis=1)].T
    slack = 1 - 1e-9
    assert np.all(train_loss >= floors["train"] * slack) and np.all(test_loss >= floors["test"] * slack)
    assert np.all(np.maximum(train_loss, test_loss) >= floors["both"] * slack)


def test_the_short_answer_agrees_with_the_report() -> None:
    for seed, criterion in itertools.product(draw_seeds("short", 6), CRITERIA):
        spec = SPIRAL.with_seed(seed)
        assert possible(spec, criterion) == feasibility(spec).possible[criterion]


def test_what_is_possible_depends_on_the_target() -> None:
    spec = next(spec for spec in map(SPIRAL.with_seed, draw_seeds("place", 20)) if not possible(spec, "train"))
    assert not possible(spec, "train", target=0.004 * (1 - 1e-6))
    assert possible(spec, "train", target=0.004)  # not ruled out for sure, so not ruled out


def test_near_pairs_are_counted_where_they_fell() -> None:
    points = Points(np.array([[0, 0, 1], [0.05, 0, -1], [0.05, 0.2, 1]]), np.array([[0, 0.09, 1], [0, 0, 1]]))
    near = count_near_pairs(points, ["x", "y"])
    assert (near.train, near.test, near.split, near.closest) == (1, 0, 2, 0.05)


def test_the_spiral_has_near_pairs_where_its_arms_begin() -> None:
    near = count_near_pairs(make_points(SPIRAL.with_seed("1")), ("x", "y"))
    assert near.train + near.test + near.split > 5
    assert near.closest == pytest.approx(0.02, abs=0.001)


def test_a_seed_is_needed() -> None:
    with pytest.raises(SpecError):
        feasibility(Spec())
