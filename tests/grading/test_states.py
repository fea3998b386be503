"""Retraining to a shown epoch: the run, its replays and the runs after Resets."""

import math

import pytest

from engine.report import shown_loss
from engine.spec import Spec
from engine.training import Start, train
from grading.services.evidence import states as module
from grading.services.evidence.states import MOST_EPOCHS, shown_states
from grading.services.leases import WorkerEnds, never
from tests.world import QUICK_SPEC


def test_all_runs_are_there_with_their_losses_at_the_epoch() -> None:
    found = shown_states(QUICK_SPEC, {0, 12}, ending=never)
    assert set(found) == {0, 12}
    assert [(state.resets, state.replay) for state in found[12]] == [
        *((0, replay) for replay in range(16)),
        *((resets, 0) for resets in range(1, 21)),
    ]
    own, second_reset = train([Start(QUICK_SPEC), Start(QUICK_SPEC, 2)], stop="never", max_epochs=12)
    assert (found[12][0].loss_train, found[12][0].loss_test) == tuple(own.losses[12])
    assert (found[12][17].loss_train, found[12][17].loss_test) == tuple(second_reset.losses[12])
    assert (found[0][0].loss_train, found[0][0].loss_test) == tuple(own.losses[0])


def test_a_run_goes_on_past_the_target() -> None:
    found = shown_states(QUICK_SPEC, {150}, ending=never)[150][0]
    assert shown_loss(found.loss_train) == "0.001"
    assert 101 <= found.since < 150


def test_a_stretch_of_equal_losses_begins_where_they_first_show() -> None:
    report = train([Start(QUICK_SPEC)], stop="never", max_epochs=150)[0]
    since = shown_states(QUICK_SPEC, {150}, ending=never)[150][0].since
    shown = [tuple(map(shown_loss, pair)) for pair in report.losses.tolist()]
    assert set(shown[since:]) == {shown[-1]}
    assert shown[since - 1] != shown[-1]


@pytest.mark.parametrize("epochs", [set(), {MOST_EPOCHS + 1}, {-1}])
def test_epochs_out_of_reach_are_not_trained(epochs: set[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "train", None)
    assert shown_states(QUICK_SPEC, epochs, ending=never) == {}


def test_what_takes_too_long_is_left_out() -> None:
    assert shown_states(QUICK_SPEC, {50}, ending=never, seconds=-1.0) == {}


def test_settings_that_cant_be_run_are_left_out() -> None:
    assert shown_states(QUICK_SPEC.with_seed(None), {5}, ending=never) == {}


def test_a_worker_that_is_told_to_end_stops() -> None:
    with pytest.raises(WorkerEnds):
        shown_states(QUICK_SPEC, {50}, ending=lambda: True)


def test_a_run_that_diverges_stays_at_no_number() -> None:
    lost = Spec(
        problem="regression",
        dataset="reg-plane",
        activation="relu",
        learning_rate=10.0,
        hidden_layers=(8, 8),
        features=("xSquared", "ySquared"),
        seed="0.5",
    )
    assert math.isnan(shown_states(lost, {60}, ending=never)[60][0].loss_train)
