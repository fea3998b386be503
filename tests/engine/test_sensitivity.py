"""Replays that differ in the last bit, and the band they give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BudgetExceeded, SpecError
from engine.network import Network, initial_network
from engine.sensitivity import (
    FIRST_REPLAYS,
    MARGIN_LEAST,
    REPLAYS,
    Sensitivity,
    band_of,
    inside,
    perturbed_starts,
    sensitivity,
    sensitivity_from,
)
from engine.spec import Spec
from engine.steps import Floats
from engine.training import Budget, Progress, Start, train
from tests.engine.strategies import specs

QUICK = Spec(dataset="gauss", learning_rate=0.1, seed="1")
EPOCHS = st.lists(st.none() | st.integers(0, 3000), min_size=1, max_size=40)


def _parameters(network: Network | None) -> Floats:
    assert network is not None
    return np.concatenate([values.ravel() for values in (*network.weights, *network.biases)])


def _networks(spec: Spec, replays: int, resets: int = 0) -> list[Floats]:
    return [_parameters(start.network) for start in perturbed_starts(spec, replays, resets)]


@given(specs(max_layers=3))
@settings(deadline=None, max_examples=20)
def test_every_start_weight_moves_by_at_most_one_unit_in_the_last_place(spec: Spec) -> None:
    own = _parameters(initial_network(spec, resets=2))
    for moved in _networks(spec, 3, resets=2):
        is_neighbour = (moved == np.nextafter(own, np.inf)) | (moved == np.nextafter(own, -np.inf))
        assert np.all((moved == own) | (is_neighbour & (own != 0)))


def test_weights_move_up_down_or_not_about_equally_often() -> None:
    own = _parameters(initial_network(QUICK))
    moved = np.sign(np.array(_networks(QUICK, 200)) - own)
    shares = [float((moved == direction).mean()) for direction in (-1, 0, 1)]
    assert shares == pytest.approx([1 / 3] * 3, abs=0.03)


def test_zeros_stay_zeros() -> None:
    spec = Spec(init_zero=True, seed="1")
    assert not any(moved.any() for moved in _networks(spec, 3))


def test_a_replay_depends_on_seed_resets_and_its_number_only() -> None:
    three, five = _networks(QUICK, 3), _networks(QUICK, 5)
    assert np.array_equal(three, five[:3])
    later = [_parameters(start.network) for start in perturbed_starts(QUICK, 5, first=4)]
    assert np.array_equal(later, five[3:])
    assert len({moved.tobytes() for moved in five}) == 5
    assert not np.array_equal(five[0], _networks(QUICK, 1, resets=1)[0])
    assert not np.array_equal(five[0], _networks(QUICK.with_seed("2"), 1)[0])


def test_replays_side_by_side_are_what_each_is_alone() -> None:
    spec = Spec(dataset="spiral", hidden_layers=(3,), seed="1")
    starts = [Start(spec), *perturbed_starts(spec, 4)]
    together = train(starts, stop="never", max_epochs=5)
    for start, report in zip(starts, together, strict=True):
        assert np.array_equal(report.losses, train([start], stop="never", max_epochs=5)[0].losses)
    assert len({report.losses.tobytes() for report in together}) > 1


def test_the_band_of_a_stable_run_is_its_epoch_and_the_least_margin() -> None:
    result = sensitivity(QUICK, stop="train", max_epochs=50, replays=4)
    assert result == Sensitivity(13, (13, 13, 13, 13), (13 - MARGIN_LEAST, 13 + MARGIN_LEAST))
    assert (result.runs, result.never) == (5, 0)
    assert result.inside(13) and not result.inside(20)


def test_the_same_comes_out_of_reports_trained_together_with_other_runs() -> None:
    starts = [Start(QUICK), Start(QUICK.with_seed("2")), *perturbed_starts(QUICK, 4)]
    own, _, *replays = train(starts, stop="either", max_epochs=50)
    assert sensitivity_from(own, replays, stop="either", max_epochs=50) == sensitivity(
        QUICK, stop="either", max_epochs=50, replays=4
    )


def test_without_a_run_that_reaches_the_target_there_is_no_band() -> None:
    result = sensitivity(Spec(seed="1"), max_epochs=2, replays=2)
    assert result == Sensitivity(None, (None, None), None)
    assert result.never == result.runs == 3
    assert not result.inside(1)


def test_budget_and_progress_are_those_of_training() -> None:
    told: list[Progress] = []
    sensitivity(QUICK, max_epochs=3, replays=2, on_progress=told.append)
    assert (told[-1].epoch, {one.running for one in told}) == (3, {3})
    with pytest.raises(BudgetExceeded):
        sensitivity(QUICK, max_epochs=3, replays=2, budget=Budget(gradient_steps=250))
    with pytest.raises(SpecError):
        sensitivity(Spec(seed=None), max_epochs=3)


@given(EPOCHS)
def test_a_band_holds_every_epoch_it_is_made_of(epochs: list[int | None]) -> None:
    band = band_of(epochs, 3000)
    assert all(inside(band, epoch) for epoch in epochs if epoch is not None)
    assert (band is None) == (set(epochs) == {None})


@given(EPOCHS, st.none() | st.integers(0, 3000))
def test_another_run_never_makes_a_band_narrower(epochs: list[int | None], more: int | None) -> None:
    band, wider = band_of(epochs, 3000), band_of([*epochs, more], 3000)
    if band is not None:
        assert wider is not None and wider[0] <= band[0] and band[1] <= wider[1]


def test_the_margin_is_a_share_of_the_spread_and_a_least_number_of_epochs() -> None:
    assert band_of([400, 900], 3000, share=0.5, least=2) == (266, 1350)
    assert band_of([400, 900], 3000, share=1, least=2) == (177, 2025)
    assert band_of([400, 900], 3000, share=0, least=2) == (398, 902)
    assert band_of([500], 3000, share=0.5, least=2) == (498, 502)


def test_a_band_ends_at_epoch_0_and_at_the_cap() -> None:
    assert band_of([1, 2990], 3000) == (0, 3000)


def test_runs_that_never_reach_the_target_open_the_band_up_to_the_cap() -> None:
    assert band_of([500, None, 510], 3000, share=0.5, least=2) == (495, 3000)
    assert band_of([None], 3000) is None


def test_where_the_first_replays_agree_no_others_are_trained() -> None:
    assert len(perturbed_starts(QUICK)) == REPLAYS > FIRST_REPLAYS
    result = sensitivity(QUICK, max_epochs=50)
    assert result.agrees and len(result.replays) == FIRST_REPLAYS


def test_where_they_differ_all_are_trained() -> None:
    wild = Spec(dataset="xor", noise=10, learning_rate=0.3, batch_size=1, hidden_layers=(4, 4), seed="2")
    result = sensitivity(wild, stop="both", target=0.02, max_epochs=40, replays=FIRST_REPLAYS + 2)
    starts = [Start(wild), *perturbed_starts(wild, FIRST_REPLAYS + 2)]
    expected = [report.reached.both for report in train(starts, stop="both", target=0.02, max_epochs=40)]
    assert [result.reached, *result.replays] == expected
    assert not result.agrees
