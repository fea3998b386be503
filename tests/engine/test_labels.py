"""What the data sets mean: where the points lie, which label they have, and what noise does to them."""

import numpy as np
import pytest
from hypothesis import given, settings

from engine.datasets import make_points
from engine.network import forward
from engine.spec import DATASETS, Spec
from engine.steps import Floats
from engine.training import Start, train
from tests.engine.strategies import specs


def _all(dataset: str, noise: int = 0, seed: str = "1") -> Floats:
    problem = next(problem for problem, names in DATASETS.items() if dataset in names)
    points = make_points(Spec(seed=seed, dataset=dataset, problem=problem, noise=noise))
    return np.concatenate((points.train, points.test))


@pytest.mark.parametrize("dataset", ["circle", "spiral", "gauss"])
def test_half_of_the_points_are_drawn_for_each_class(dataset: str) -> None:
    assert (_all(dataset)[:, 2] == 1).sum() == 250


def test_the_circle_is_a_disc_inside_a_ring() -> None:
    x, y, label = _all("circle").T
    distance = np.sqrt(x * x + y * y)
    assert distance[label == 1].max() < 2.5 < 3.5 <= distance[label == -1].min()
    assert distance.max() < 5


def test_noise_turns_labels_of_the_circle_and_moves_no_point() -> None:
    plain, noisy = _all("circle"), _all("circle", noise=50)
    assert np.array_equal(plain[:, :2], noisy[:, :2])
    assert 10 < (plain[:, 2] != noisy[:, 2]).sum() < 250


def test_xor_goes_by_the_quadrant_and_keeps_off_the_axes() -> None:
    x, y, label = _all("xor").T
    assert np.array_equal(label, np.where(x * y > 0, 1, -1))
    assert np.abs(np.array([x, y])).min() >= 0.3
    assert np.abs(np.array([x, y])).max() <= 5.3


def test_the_clouds_lie_around_their_centers_and_grow_with_noise() -> None:
    for noise, deviation in ((0, np.sqrt(0.5)), (50, 2.0)):
        points = _all("gauss", noise=noise)
        for label, center in ((1, 2.0), (-1, -2.0)):
            cloud = points[points[:, 2] == label, :2]
            assert np.abs(cloud.mean(axis=0) - center).max() < 0.3
            assert np.abs(cloud.std(axis=0) - deviation).max() < 0.3


def test_the_arms_of_the_spiral_are_each_others_mirror_images() -> None:
    points = _all("spiral")
    plus, minus = (points[points[:, 2] == label, :2] for label in (1, -1))
    plus, minus = (arm[np.argsort((arm * arm).sum(axis=1))] for arm in (plus, minus))
    assert np.allclose(plus, -minus, atol=1e-12)
    assert np.allclose(np.sqrt((plus * plus).sum(axis=1)), np.arange(250) / 50)


def test_noise_moves_the_points_of_the_spiral_a_little() -> None:
    plain, noisy = _all("spiral"), _all("spiral", noise=50)
    assert np.array_equal(plain[:, 2], noisy[:, 2])
    moved = np.abs(plain[:, :2] - noisy[:, :2])
    assert 0.3 < moved.max() <= 0.5


def test_the_plane_rises_evenly() -> None:
    x, y, label = _all("reg-plane").T
    assert np.allclose(label, (x + y) / 10)


def test_the_bumps_have_their_signs_and_fall_off_within_2() -> None:
    x, y, label = _all("reg-gauss").T
    centers = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    heights = [sign * np.clip(1 - np.hypot(x - cx, y - cy) / 2, 0, 1) for cx, cy, sign in centers]
    highest = np.argmax(np.abs(heights), axis=0)
    assert np.allclose(label, np.array(heights)[highest, np.arange(len(label))])
    assert label.min() < -0.8 and label.max() > 0.8 and (label == 0).any()


@given(specs())
@settings(max_examples=25)
def test_the_points_of_any_settings_are_finite_and_near(spec: Spec) -> None:
    points = make_points(spec)
    for part in (points.train, points.test):
        assert part.shape[1] == 3 and len(part) >= 50
        assert np.isfinite(part).all()
        assert np.abs(part[:, :2]).max() < 15
        # noise may lift the plane beyond its ends
        assert np.abs(part[:, 2]).max() <= 2.5


def test_the_same_seed_gives_the_same_points_and_another_one_others() -> None:
    assert np.array_equal(_all("gauss", seed="a"), _all("gauss", seed="a"))
    assert not np.array_equal(_all("gauss", seed="a"), _all("gauss", seed="b"))


@pytest.mark.parametrize(
    ("dataset", "features"), [("xor", ("xTimesY",)), ("gauss", ("x", "y")), ("circle", ("xSquared", "ySquared"))]
)
def test_a_trained_network_tells_the_classes_apart(dataset: str, features: tuple[str, ...]) -> None:
    spec = Spec(seed="1", dataset=dataset, features=features)
    report = train([Start(spec)], stop="train", max_epochs=60)[0]
    points = make_points(spec).test
    output = forward(report.network, spec, points)[-1][0]
    assert (np.sign(output) == points[:, 2]).mean() > 0.97
    assert report.losses[-1, 0] < report.losses[0, 0] / 10
