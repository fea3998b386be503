"""The address bar in the picture against the link."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.spec import Spec
from grading.checks.address import ADDRESS
from grading.models import CheckOutcome
from tests.grading.checks.samples import evidence, reading
from tests.grading.checks.test_address_text import BLURRED, CUT_OFF

AGREES, DIFFERS, CANT_SAY = CheckOutcome.AGREES, CheckOutcome.DIFFERS, CheckOutcome.CANT_SAY
SPIRAL = Spec(dataset="spiral", batch_size=28, noise=35, hidden_layers=(1, 1), seed="0.39417")
CIRCLE = Spec(activation="relu", batch_size=2, hidden_layers=(3, 6), seed="0.64204", features=("xSquared", "ySquared"))
WHOLE = "playground.tensorflow.org/#activation=tanh&dataset=circle&networkShape=4,2&seed=0.51803&showTestData=false"


def run(text: str, spec: Spec, confidence: float = 0.95) -> Any:
    return ADDRESS.run(evidence(reading(confidence, address=text), spec=spec))


def test_a_real_bar_agrees_with_its_own_link() -> None:
    assert run(CUT_OFF, SPIRAL).outcome == AGREES
    assert run(WHOLE, Spec(seed="0.51803")).outcome == AGREES


def test_a_blurred_bar_is_never_held_against_its_own_link() -> None:
    finding = run(BLURRED, replace(CIRCLE, features=("xTimesY",)))
    assert finding.outcome != DIFFERS


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seed": "0.51803"}, "The address bar shows seed 0.394… (the link has 0.51803)."),
        ({"hidden_layers": (4, 2)}, "The address bar shows neurons per layer 1,1 (the link has 4,2)."),
        ({"hidden_layers": ()}, "The address bar shows neurons per layer 1,1 (the link has none)."),
        ({"noise": 0}, "The address bar shows noise 35 (the link has 0)."),
        ({"dataset": "circle"}, "The address bar shows data set spiral (the link has circle)."),
        ({"activation": "relu"}, "The address bar shows activation tanh (the link has relu)."),
        (
            {"learning_rate": 0.01, "batch_size": 10},
            "The address bar shows batch size 28 (the link has 10) and learning rate 0.03 (the link has 0.01).",
        ),
    ],
)
def test_a_difference_names_what_is_read_and_what_the_link_has(changes: dict[str, Any], sentence: str) -> None:
    finding = run(CUT_OFF, replace(SPIRAL, **changes))
    assert (finding.outcome, finding.sentence) == (DIFFERS, sentence)
    assert finding.innocent
    assert finding.about == ("address",)


def test_another_seed_weighs_more_than_another_setting() -> None:
    assert run(CUT_OFF, SPIRAL.with_seed("0.5")).weight > run(CUT_OFF, replace(SPIRAL, noise=0)).weight


@pytest.mark.parametrize("misread", ["0.S1803", "O.51803", "0.51808", "0.5l803", "051803", "0.5180"])
def test_one_wrong_letter_is_a_misreading(misread: str) -> None:
    assert run(WHOLE.replace("0.51803", misread), Spec(seed="0.51803")).outcome != DIFFERS


def test_a_comma_may_be_a_point() -> None:
    assert run(WHOLE.replace("4,2", "4.2"), Spec(seed="0.51803")).outcome == AGREES


def test_without_the_seed_nothing_is_confirmed() -> None:
    until_the_seed = CUT_OFF.partition("seed")[0]
    finding = run(until_the_seed, SPIRAL)
    assert (finding.outcome, "its seed can’t be read" in finding.sentence) == (CANT_SAY, True)
    assert run(until_the_seed, replace(SPIRAL, noise=0)).outcome == DIFFERS


@pytest.mark.parametrize("text", ["playground.tensorflow.org", "#", "seed", ""])
def test_too_little_says_nothing(text: str) -> None:
    assert run(text, SPIRAL).outcome == CANT_SAY


def test_a_bar_that_was_not_read_for_sure_says_nothing() -> None:
    assert run(CUT_OFF, replace(SPIRAL, noise=0), confidence=0.5).outcome == CANT_SAY
    assert ADDRESS.run(evidence()).outcome == CANT_SAY


def test_a_rate_without_regularization_is_not_compared() -> None:
    assert run(CUT_OFF, replace(SPIRAL, regularization_rate=0.1)).outcome == AGREES


def test_a_link_without_a_seed_can_still_differ() -> None:
    assert run(WHOLE, Spec(seed=None, activation="relu")).outcome == DIFFERS
    assert run(WHOLE, Spec(seed=None)).outcome == CANT_SAY


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_two_seeds_are_told_apart_unless_one_digit_is_all(one: int, other: int) -> None:
    first, second = f"0.{one:05}", f"0.{other:05}"
    assume(sum(a != b for a, b in zip(first, second, strict=True)) > 2)
    finding = run(WHOLE.replace("0.51803", first), Spec(seed=second))
    assert finding.outcome in (DIFFERS, CANT_SAY)
    assert run(WHOLE.replace("0.51803", first), Spec(seed=first)).outcome == AGREES
