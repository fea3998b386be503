"""Data set, rates and the other settings in the picture against the link."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.spec import PLAYGROUND, Spec
from grading.checks.shown_settings import SETTINGS, SHOWN_SETTINGS
from grading.models import CheckOutcome
from tests.grading.checks.samples import SPEC, evidence, reading


def run(spec: Spec = SPEC, **read: Any) -> Any:
    return SHOWN_SETTINGS.run(evidence(reading(**read), spec=spec))


def test_all_that_agree_are_counted_and_compared() -> None:
    finding = run(**{name: getattr(SPEC, name) for name in SETTINGS})
    assert finding.outcome == CheckOutcome.AGREES
    assert finding.sentence == "All 8 settings that could be read agree with the link."
    assert ("Noise", "0 %", "0 %") in [(line.what, line.read, line.submitted) for line in finding.compared]


def test_few_that_agree_are_named() -> None:
    assert run(learning_rate=0.03).sentence == "What could be read agrees with the link: learning rate."


def test_a_difference_names_both_values() -> None:
    finding = run(learning_rate=0.1, activation="relu", noise=0)
    assert finding.outcome == CheckOutcome.DIFFERS
    assert finding.sentence == (
        "The picture shows learning rate 0.1 (the link has 0.03) and activation relu (the link has tanh)."
    )
    assert finding.about == ("learning_rate", "activation")
    assert finding.innocent


def test_the_rate_of_no_regularization_changes_nothing() -> None:
    assert run(regularization="none", regularization_rate=0.1).outcome == CheckOutcome.AGREES
    assert run(regularization_rate=0.1).outcome == CheckOutcome.CANT_SAY
    with_rate = Spec(regularization="L1", regularization_rate=0.01, seed="0.5")
    assert run(with_rate, regularization_rate=0.1).outcome == CheckOutcome.DIFFERS


def test_nothing_read_says_nothing() -> None:
    assert run().outcome == CheckOutcome.CANT_SAY


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_compared(name: str) -> None:
    spec = Spec(regularization="L2", regularization_rate=0.3, seed="0.5")
    other = next(value for value in getattr(PLAYGROUND, name) or () if value != getattr(spec, name))
    assert run(spec, **{name: other}).outcome == CheckOutcome.DIFFERS


@given(st.sampled_from(PLAYGROUND.learning_rate or ()))
def test_a_rate_agrees_with_itself_however_it_is_stored(rate: float) -> None:
    read = int(rate) if rate == int(rate) else rate
    assert run(Spec(learning_rate=float(rate), seed="0.5"), learning_rate=read).outcome == CheckOutcome.AGREES
