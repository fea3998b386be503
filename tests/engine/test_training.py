import json
import math

import numpy as np
import pytest
from hypothesis import given, settings

from engine.errors import SpecError
from engine.network import Network, prepare
from engine.spec import Spec
from engine.steps import Floats
from engine.training import CRITERIA, MAX_RESETS, Reached, Report, Start, shown_loss, train, warm_up
from tests.engine.strategies import specs

# Gaussian clouds are learned within a few epochs.
QUICK = Spec(dataset="gauss", learning_rate=0.1, seed="1")
# Rate 10 blows a regression up at once.
DIVERGING = Spec(
    problem="regression", dataset="reg-plane", activation="relu", learning_rate=10, features=("x", "xSquared"), seed="1"
)


def _train(spec: Spec, stop: str = "both", max_epochs: int = 30, stop_when_diverged: bool = True) -> Report:
    return train([Start(spec)], stop=stop, max_epochs=max_epochs, stop_when_diverged=stop_when_diverged)[0]


def _report(losses: list[tuple[float, float]]) -> Report:
    network = Network([], [])
    return Report(Spec(), 0, Reached(), len(losses) - 1, "cap", None, np.array(losses), network, 25, 0)


def _first_below(losses: Floats) -> int | None:
    below = np.flatnonzero(losses < 0.0015)
    return int(below[0]) if len(below) else None


def test_the_first_epochs_below_the_target_are_reported_for_every_criterion() -> None:
    report = _train(QUICK, stop="never")
    assert report.reached.train == _first_below(report.losses[:, 0])
    assert report.reached.test == _first_below(report.losses[:, 1])
    assert report.reached.both == _first_below(report.losses.max(axis=1))
    assert report.reached.either == _first_below(report.losses.min(axis=1))
    assert [report.reached.first(name) for name in CRITERIA] == [13, 15, 15, 13]
    assert (report.stopped, report.epochs_run) == ("cap", 30)


@pytest.mark.parametrize("stop", CRITERIA)
def test_a_run_ends_at_the_first_epoch_that_reaches_the_chosen_target(stop: str) -> None:
    report = _train(QUICK, stop=stop)
    assert report.stopped == "reached"
    assert report.epochs_run == report.reached.first(stop) == _train(QUICK, stop="never").reached.first(stop)


def test_a_run_ends_at_its_cap() -> None:
    report = _train(Spec(seed="1"), max_epochs=5)
    assert (report.stopped, report.epochs_run, len(report.losses)) == ("cap", 5, 6)
    assert report.reached == Reached(None, None, None, None)


def test_no_epoch_is_a_run_too() -> None:
    report = _train(Spec(seed="1"), max_epochs=0)
    assert (report.epochs_run, report.gradient_steps, report.losses.shape) == (0, 0, (1, 2))
    _, network = prepare(Spec(seed="1"))
    assert np.array_equal(report.network.weights[0], network.weights[0])


def test_another_target_may_be_set() -> None:
    report = train([Start(QUICK)], stop="train", max_epochs=30, target=0.1)[0]
    assert report.losses[report.epochs_run, 0] < 0.1 <= report.losses[report.epochs_run - 1, 0]


def test_a_loss_of_exactly_the_target_has_not_reached_it() -> None:
    loss = float(_train(QUICK, stop="never").losses[7, 0])
    assert train([Start(QUICK)], stop="train", max_epochs=7, target=loss)[0].stopped == "cap"
    assert train([Start(QUICK)], stop="train", max_epochs=7, target=math.nextafter(loss, 1))[0].stopped == "reached"


def test_divergence_ends_a_run_and_is_dated() -> None:
    report = _train(DIVERGING, max_epochs=50)
    assert report.stopped == "diverged"
    assert report.diverged_at is not None and report.diverged_at <= report.epochs_run < 50
    assert np.isfinite(report.losses[: report.diverged_at]).all()
    assert not np.isfinite(report.losses[report.diverged_at]).all()
    assert math.isnan(report.losses[-1, 0])


def test_a_diverged_run_may_go_on_and_nothing_changes_any_more() -> None:
    short, whole = _train(DIVERGING, max_epochs=50), _train(DIVERGING, max_epochs=50, stop_when_diverged=False)
    assert (whole.stopped, whole.epochs_run, whole.diverged_at) == ("cap", 50, short.diverged_at)
    assert np.array_equal(whole.losses[: len(short.losses)], short.losses, equal_nan=True)
    assert np.isnan(whole.losses[len(short.losses) :, 0]).all()
    assert whole.reached == short.reached


def test_the_report_counts_parameters_and_gradient_steps() -> None:
    report = _train(QUICK, max_epochs=3)
    assert (report.parameters, report.gradient_steps) == (25, 3 * 250)


def test_the_final_network_is_the_one_that_gave_the_last_losses() -> None:
    first = _train(QUICK, stop="never", max_epochs=4)
    again = train([Start(QUICK, network=first.network)], stop="never", max_epochs=0)[0]
    assert np.array_equal(again.losses[0], first.losses[-1])


def test_a_run_may_go_on_from_weights_of_ones_own() -> None:
    # 250 points in batches of 10: nothing is left over, so training can be cut in two anywhere
    whole = _train(QUICK, stop="never", max_epochs=6)
    half = _train(QUICK, stop="never", max_epochs=3)
    rest = train([Start(QUICK, network=half.network)], stop="never", max_epochs=3)[0]
    assert np.array_equal(rest.losses, whole.losses[3:])


def test_training_does_not_touch_the_weights_it_starts_from() -> None:
    _, network = prepare(QUICK)
    before = [weights.copy() for weights in network.weights]
    train([Start(QUICK, network=network)], max_epochs=2)
    assert all(np.array_equal(a, b) for a, b in zip(before, network.weights, strict=True))


def test_resets_give_another_run_on_the_same_points() -> None:
    plain, after_two = train([Start(QUICK), Start(QUICK, resets=2)], stop="never", max_epochs=2)
    assert (plain.resets, after_two.resets) == (0, 2)
    assert not np.array_equal(plain.losses, after_two.losses)
    assert np.array_equal(after_two.losses, train([Start(QUICK, 2)], stop="never", max_epochs=2)[0].losses)


def test_runs_side_by_side_end_on_their_own_and_equal_those_alone() -> None:
    starts = [Start(QUICK.with_seed(str(seed)), resets=seed % 2) for seed in range(6)]
    together = train(starts, stop="both", max_epochs=25)
    assert len({report.epochs_run for report in together}) > 2
    for start, report in zip(starts, together, strict=True):
        alone = train([start], stop="both", max_epochs=25)[0]
        assert report.losses.tobytes() == alone.losses.tobytes()
        assert (report.reached, report.stopped, report.spec) == (alone.reached, alone.stopped, start.spec)
        pairs = zip(report.network.weights, alone.network.weights, strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)


def test_a_diverging_neighbour_changes_nothing() -> None:
    seeds = ["1", "2", "3", "4"]
    spec = Spec(problem="regression", dataset="reg-plane", activation="relu", learning_rate=1, seed="1", noise=20)
    together = train([Start(spec.with_seed(seed)) for seed in seeds], max_epochs=12, stop_when_diverged=False)
    for seed, report in zip(seeds, together, strict=True):
        alone = _train(spec.with_seed(seed), max_epochs=12, stop_when_diverged=False)
        assert report.losses.tobytes() == alone.losses.tobytes()


@given(specs(max_layers=6, max_neurons=8))
@settings(max_examples=25)
def test_any_allowed_settings_train_without_an_exception(spec: Spec) -> None:
    reports = train([Start(spec), Start(spec.with_seed("other"))], max_epochs=1)
    assert all(report.losses.shape == (report.epochs_run + 1, 2) for report in reports)
    assert json.dumps(reports[0].spec.to_dict())


def test_nothing_to_train_gives_nothing() -> None:
    assert train([], max_epochs=5) == []


def test_runs_of_different_settings_cannot_go_side_by_side() -> None:
    with pytest.raises(SpecError, match="but for the seed"):
        train([Start(QUICK), Start(Spec(seed="1"))], max_epochs=1)


@pytest.mark.parametrize("resets", [-1, MAX_RESETS + 1])
def test_an_impossible_number_of_resets_is_refused(resets: int) -> None:
    with pytest.raises(SpecError, match="Resets"):
        train([Start(QUICK, resets)], max_epochs=1)


def test_settings_that_cannot_be_run_are_refused() -> None:
    with pytest.raises(SpecError) as caught:
        train([Start(Spec(batch_size=0))], max_epochs=1)
    assert [problem.field for problem in caught.value.problems] == ["batch_size", "seed"]


@pytest.mark.parametrize(("stop", "max_epochs"), [("never ever", 5), ("both", -1)])
def test_a_wrong_call_is_the_callers_mistake(stop: str, max_epochs: int) -> None:
    with pytest.raises(ValueError, match="stop is one of"):
        train([Start(QUICK)], stop=stop, max_epochs=max_epochs)


def test_the_best_epoch_is_the_first_with_the_lowest_loss_that_counts() -> None:
    report = _report([(0.5, 0.4), (0.1, 0.3), (0.2, 0.2), (0.3, 0.1), (0.1, 0.3)])
    assert [report.best_epoch(name) for name in CRITERIA] == [1, 3, 2, 1]
    assert report.best_epoch() == 2


def test_epochs_without_a_finite_loss_are_never_the_best() -> None:
    report = _report([(0.5, 0.5), (math.nan, 0.1), (math.inf, math.inf), (0.4, math.nan)])
    assert [report.best_epoch(name) for name in CRITERIA] == [3, 1, 0, 1]
    assert _report([(math.nan, math.inf)]).best_epoch() is None


@pytest.mark.parametrize(
    ("loss", "shown"),
    [
        (0.0015, "0.002"),
        (math.nextafter(0.0015, 0), "0.001"),
        (0.0005, "0.001"),
        (0.0, "0.000"),
        (0.5, "0.500"),
        (0.0625, "0.063"),
        (12345.6875, "12345.688"),
        (1e20, "100000000000000000000.000"),
        (1.5e300, "1.5e+300"),
        (math.inf, "infinite"),
        (math.nan, "not a number"),
    ],
)
def test_losses_are_shown_as_on_the_page(loss: float, shown: str) -> None:
    assert shown_loss(loss) == shown


@given(loss=...)
def test_a_loss_is_shown_as_the_target_exactly_if_it_is_below_it(loss: float) -> None:
    shown = shown_loss(abs(loss))
    assert (shown in ("0.000", "0.001")) == (abs(loss) < 0.0015)


def test_warming_up_leaves_nothing_to_compile() -> None:
    warm_up()
    with_all_settings = Spec(activation="relu", regularization="L1", regularization_rate=0.1, seed="1")
    assert train([Start(with_all_settings)], stop="never", max_epochs=1)[0].epochs_run == 1
