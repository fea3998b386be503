"""Shown epoch and losses against the run, its replays and the runs after Resets."""

import math
from collections.abc import Sequence
from typing import Any

import pytest

from grading.checks.base import ShownState
from grading.checks.trace import TRACE
from grading.models import CheckOutcome
from tests.grading.checks.samples import evidence, reading, state

OWN = state(0.2344, 0.3012)
STEADY = [OWN, *(state(0.2344, 0.3012, replay=number) for number in range(1, 16))]
SPREAD = [OWN, *(state(0.23 + 0.001 * number, 0.30 + 0.001 * number, replay=number) for number in range(1, 16))]
RESETS = [state(0.1 + 0.02 * number, 0.5 - 0.01 * number, resets=number) for number in range(1, 21)]


def run(states: Sequence[ShownState] | None, train: float | None, test: float | None = None, epoch: int = 441) -> Any:
    read = {name: loss for name, loss in (("loss_train", train), ("loss_test", test)) if loss is not None}
    return TRACE.run(evidence(reading(epoch=epoch, **read), states=None if states is None else tuple(states)))


def test_the_run_itself_is_recognised() -> None:
    finding = run([*STEADY, *RESETS], 0.234, 0.301)
    assert finding.outcome == CheckOutcome.AGREES
    assert finding.sentence == (
        "At epoch 441 the picture shows training loss 0.234 and test loss 0.301, as the retrained run does."
    )
    assert finding.details["kind"] == "run"
    assert finding.about == ("epoch", "loss_train", "loss_test")


def test_what_last_bits_move_is_no_difference() -> None:
    finding = run([*SPREAD, *RESETS], 0.24, 0.31)
    assert finding.outcome == CheckOutcome.AGREES
    assert "last-bit differences" in finding.sentence
    assert finding.compared[0].retrained == "0.234 (0.224 to 0.252)"


def test_where_replays_agree_a_thousandth_is_a_difference() -> None:
    assert run([*STEADY, *RESETS], 0.235, 0.301).outcome == CheckOutcome.DIFFERS


def test_a_run_after_resets_is_an_innocent_explanation() -> None:
    finding = run([*STEADY, *RESETS], 0.14, 0.48)
    assert finding.outcome == CheckOutcome.AGREES
    assert finding.sentence.endswith("as the retrained run does after 2 Resets.")
    assert (finding.details["kind"], finding.details["resets"]) == ("resets", 2)
    assert finding.compared[0].retrained == "0.234; 0.140 after 2 Resets"


def test_losses_of_no_run_differ_with_reasons() -> None:
    finding = run([*STEADY, *RESETS], 0.2, 0.2)
    assert finding.outcome == CheckOutcome.DIFFERS
    assert "the retrained run shows 0.234 and 0.301" in finding.sentence
    assert any("Reset" in reason for reason in finding.innocent)
    assert [line.outcome for line in finding.compared] == [CheckOutcome.DIFFERS, CheckOutcome.DIFFERS]


def test_losses_that_no_start_comes_near_weigh_more() -> None:
    near, far = (run([*STEADY, *RESETS], train, test).weight for train, test in ((0.25, 0.42), (0.25, 0.001)))
    assert near < far


def test_one_loss_that_fits_beside_one_that_does_not_weighs_more() -> None:
    neither, one = (run([*STEADY, *RESETS], train, 0.42).weight for train in (0.25, 0.234))
    assert neither < one


def test_on_a_plateau_of_all_runs_a_match_says_little() -> None:
    flat = [state(0.5, 0.501, resets=number) for number in range(1, 21)]
    finding = run([state(0.5, 0.501), *flat], 0.5, 0.501)
    assert finding.outcome == CheckOutcome.CANT_SAY
    assert "so do 100% of runs with other start weights" in finding.sentence
    assert run([*STEADY, *flat], 0.5, 0.501).outcome == CheckOutcome.CANT_SAY  # which of the Resets it was is chance


def test_losses_that_have_stood_still_say_little_about_the_epoch() -> None:
    still = state(0.2344, 0.3012, since=100)
    finding = run([still, *STEADY[1:], *RESETS], 0.234, 0.301)
    assert finding.outcome == CheckOutcome.CANT_SAY
    assert "since epoch 100" in finding.sentence


def test_one_loss_is_enough_to_compare() -> None:
    assert run([*STEADY, *RESETS], 0.234).outcome == CheckOutcome.AGREES
    assert run([*STEADY, *RESETS], None, 0.2).outcome == CheckOutcome.DIFFERS


@pytest.mark.parametrize(("states", "train"), [(None, 0.2), ([*STEADY, *RESETS], None)])
def test_without_losses_or_a_retrained_run_nothing_is_said(
    states: list[ShownState] | None, train: float | None
) -> None:
    assert run(states, train).outcome == CheckOutcome.CANT_SAY


def test_a_run_that_diverged_fits_no_number() -> None:
    lost = [state(math.nan, math.nan, replay=number) for number in range(16)]
    assert run([*lost, *RESETS], 0.9, 0.9).outcome == CheckOutcome.DIFFERS
    assert run([*lost, *RESETS], 0.14, 0.48).details["kind"] == "resets"
    nowhere = [*lost, *(state(math.nan, math.inf, resets=number) for number in range(1, 21))]
    assert run(nowhere, 0.2, 0.2).outcome == CheckOutcome.DIFFERS


def test_a_picture_of_a_run_that_diverged_fits_one_that_does() -> None:
    lost = [state(math.nan, math.nan, replay=number) for number in range(16)]
    assert run([*lost, *RESETS], math.nan, math.nan).outcome == CheckOutcome.AGREES
    assert run([*STEADY, *RESETS], math.nan, math.nan).outcome == CheckOutcome.DIFFERS
    after_five = [state(math.nan, math.nan, resets=5) if one.resets == 5 else one for one in RESETS]
    assert run([*STEADY, *after_five], math.nan, math.nan).details["resets"] == 5
    all_lost = [*lost, *(state(math.nan, math.nan, resets=number) for number in range(1, 21))]
    assert run(all_lost, math.nan, math.nan).outcome == CheckOutcome.CANT_SAY


def test_losses_before_training_are_compared_too() -> None:
    states = [state(0.51, 0.52, since=0), *(state(0.6, 0.5 + 0.01 * number, resets=number) for number in range(1, 21))]
    assert run(states, 0.51, 0.52, epoch=0).outcome == CheckOutcome.AGREES
