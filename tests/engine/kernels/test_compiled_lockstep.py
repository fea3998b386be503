"""The compiled kernel against numpy's: whole reports of `train`, on the Playground's own data."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernels import Ends, start_lockstep
from engine.network import prepare
from engine.spec import ACTIVATIONS, DATASETS, FEATURES, REGULARIZATIONS, Spec
from engine.training import Report, Start, train
from tests.engine.golden_files import bits
from tests.engine.strategies import specs

pytest.importorskip("numba")

SETS = [(problem, dataset) for problem, names in DATASETS.items() for dataset in names]
QUICK = Spec(dataset="gauss", learning_rate=0.1, seed="1")
QUICK_START = Start(QUICK)


def _facts(report: Report) -> object:
    numbers = [bits(array) for array in (*report.network.weights, *report.network.biases)]
    facts = report.reached, report.epochs_run, report.stopped, report.diverged_at, report.gradient_steps
    return bits(report.losses), numbers, facts


def _assert_same(starts: list[Start], *, stop: str, max_epochs: int, stop_when_diverged: bool = True) -> list[Report]:
    numpys, compiled = (
        train(starts, stop=stop, max_epochs=max_epochs, stop_when_diverged=stop_when_diverged, kernel=kernel)
        for kernel in ("numpy", "numba")
    )
    assert list(map(_facts, compiled)) == list(map(_facts, numpys))
    return compiled


@given(specs(max_layers=4), st.integers(1, 11), st.sampled_from(("never", "both", "either")), st.booleans())
@settings(max_examples=40)
def test_any_settings_train_to_the_same_bits(spec: Spec, runs: int, stop: str, stop_when_diverged: bool) -> None:
    starts = [Start(spec.with_seed(f"seed {number}"), resets=number % 3) for number in range(runs)]
    _assert_same(starts, stop=stop, max_epochs=3, stop_when_diverged=stop_when_diverged)


@pytest.mark.parametrize("runs", [1, 8])
@pytest.mark.parametrize(("problem", "dataset"), SETS)
def test_every_data_set(problem: str, dataset: str, runs: int) -> None:
    spec = Spec(problem=problem, dataset=dataset, noise=20, train_percent=70, features=FEATURES, batch_size=7)
    _assert_same([Start(spec.with_seed(str(number))) for number in range(runs)], stop="never", max_epochs=4)


@pytest.mark.parametrize("runs", [1, 8])
@pytest.mark.parametrize("regularization", REGULARIZATIONS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_and_regularization(activation: str, regularization: str, runs: int) -> None:
    spec = Spec(activation=activation, regularization=regularization, regularization_rate=0.03, learning_rate=0.1)
    for variant in (spec, replace(spec, init_zero=True, batch_size=3)):
        _assert_same([Start(variant.with_seed(str(number))) for number in range(runs)], stop="never", max_epochs=6)


@pytest.mark.parametrize("batch_size", range(1, 31))
def test_every_batch_size(batch_size: int) -> None:
    spec = Spec(batch_size=batch_size, train_percent=10, dataset="xor", regularization="L1", regularization_rate=0.003)
    _assert_same([Start(spec.with_seed(str(number))) for number in range(9)], stop="never", max_epochs=5)


@pytest.mark.parametrize("batch_size", [100, 249, 250, 251, 1000])
def test_batches_of_many_points_and_of_more_than_there_are(batch_size: int) -> None:
    _assert_same([Start(Spec(batch_size=batch_size, seed=seed)) for seed in "123"], stop="never", max_epochs=5)


@pytest.mark.parametrize("hidden_layers", [(), (1,), (9,), (17, 3), (8, 8, 8), (1, 1, 1, 1, 1, 1), (64, 40)])
@pytest.mark.parametrize("runs", [1, 8])
def test_layers_of_any_width(hidden_layers: tuple[int, ...], runs: int) -> None:
    spec = Spec(hidden_layers=hidden_layers, features=("x", "sinY"), train_percent=10)
    _assert_same([Start(spec.with_seed(str(number))) for number in range(runs)], stop="never", max_epochs=3)


@pytest.mark.parametrize("stop", ["train", "test", "both", "either"])
@pytest.mark.parametrize(("batch_size", "learning_rate"), [(10, 0.1), (3, 0.03), (29, 0.3)])
def test_runs_that_end_at_different_times(stop: str, batch_size: int, learning_rate: float) -> None:
    spec = replace(QUICK, batch_size=batch_size, learning_rate=learning_rate)
    starts = [Start(spec.with_seed(str(seed)), resets=seed % 4) for seed in range(21)]
    reports = _assert_same(starts, stop=stop, max_epochs=25)
    assert len({report.epochs_run for report in reports}) > 4


@pytest.mark.parametrize("stop_when_diverged", [True, False])
def test_runs_that_diverge_beside_others(stop_when_diverged: bool) -> None:
    spec = Spec(problem="regression", dataset="reg-plane", activation="relu", learning_rate=3, noise=20)
    starts = [Start(spec.with_seed(str(seed))) for seed in range(12)]
    reports = _assert_same(starts, stop="both", max_epochs=40, stop_when_diverged=stop_when_diverged)
    assert any(report.diverged_at for report in reports)


def test_a_run_that_is_there_from_the_start() -> None:
    final = train([QUICK_START], stop="both", max_epochs=30)[0].network
    reports = _assert_same([Start(QUICK, network=final), QUICK_START], stop="both", max_epochs=5)
    assert [report.epochs_run for report in reports] == [0, 5]


def test_epochs_may_be_asked_for_in_any_portions() -> None:
    spec = replace(QUICK, batch_size=30, regularization="L1", regularization_rate=0.01)
    prepared = [prepare(spec, resets) for resets in range(10)]
    points, networks = [points for points, _ in prepared], [network for _, network in prepared]
    never = Ends("never", 0.0, False)
    whole = start_lockstep("numba", spec, points, networks).advance(9, never)[0]
    lockstep = start_lockstep("numba", spec, points, networks)
    parts = [lockstep.advance(epochs, never)[0] for epochs in (1, 3, 5)]
    assert bits(np.concatenate(parts)) == bits(whole)
    assert bits(lockstep.losses()) == bits(whole[-1])


def test_the_network_of_a_run_is_the_one_at_its_end_though_others_went_on() -> None:
    prepared = [prepare(QUICK.with_seed(str(seed))) for seed in range(8)]
    points, networks = [points for points, _ in prepared], [network for _, network in prepared]
    lockstep = start_lockstep("numba", QUICK, points, networks)
    losses, taken = lockstep.advance(25, Ends("train", 0.0015, True))
    assert len(set(taken.tolist())) > 2
    for number, epochs in enumerate(taken.tolist()):
        again = start_lockstep("numpy", QUICK, [points[number]], [lockstep.network(number)])
        assert bits(again.losses()[0]) == bits(losses[epochs - 1, number])
