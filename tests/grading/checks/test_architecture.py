"""Inputs, layers and neurons in the picture against the link."""

from typing import Any

import pytest

from engine.spec import Spec
from grading.checks.architecture import ARCHITECTURE
from grading.models import CheckOutcome
from tests.grading.checks.samples import evidence, reading

LINK = Spec(features=("x", "y"), hidden_layers=(4, 2), seed="0.5")


def run(confidence: float = 1.0, **read: Any) -> Any:
    return ARCHITECTURE.run(evidence(reading(confidence, **read), spec=LINK))


def test_what_agrees_is_named() -> None:
    finding = run(features=("x", "y"), hidden_layers=2, neurons=(4, 2))
    assert finding.outcome == CheckOutcome.AGREES
    assert finding.sentence == "Inputs, hidden layers and neurons per layer agree with the link."
    assert [line.what for line in finding.compared] == ["Inputs", "Hidden layers", "Neurons per layer"]


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        ({"hidden_layers": 3}, "The picture shows 3 hidden layers, the link has 2."),
        ({"hidden_layers": 1, "neurons": (4,)}, "The picture shows 1 hidden layer, the link has 2."),
        ({"hidden_layers": 0, "neurons": ()}, "The picture shows no hidden layers, the link has 2."),
        (
            {"hidden_layers": 2, "neurons": (4, 3)},
            "The picture shows layers of 4, 3 neurons, the link has 4, 2.",
        ),
        ({"features": ("x", "y", "sinX")}, "The picture has sin(x1) as input, the link has not."),
        ({"features": ("x",)}, "The link has x2 as input, the picture has not."),
        ({"features": ("x", "xSquared")}, "The picture has x1² as input, the link has x2 instead."),
        ({"features": ()}, "The link has x1 and x2 as input, the picture has not."),
    ],
)
def test_a_difference_is_said_in_numbers(read: dict[str, Any], sentence: str) -> None:
    finding = run(**read)
    assert (finding.outcome, finding.sentence) == (CheckOutcome.DIFFERS, sentence)
    assert finding.weight > 0
    assert finding.innocent


def test_only_what_differs_is_framed_in_the_picture() -> None:
    finding = run(features=("x", "y"), hidden_layers=3)
    assert finding.about == ("hidden_layers",)
    assert [line.outcome for line in finding.compared] == [CheckOutcome.AGREES, CheckOutcome.DIFFERS]


def test_a_layer_that_could_not_be_read_fits_any_number() -> None:
    finding = run(hidden_layers=2, neurons=(None, 2))
    assert finding.outcome == CheckOutcome.AGREES
    assert finding.compared[-1].read == "?, 2"


def test_the_order_of_inputs_does_not_matter() -> None:
    assert run(features=("y", "x")).outcome == CheckOutcome.AGREES


def test_what_was_not_read_for_sure_says_nothing() -> None:
    assert run(confidence=0.7, hidden_layers=3).outcome == CheckOutcome.CANT_SAY
    assert run().outcome == CheckOutcome.CANT_SAY
