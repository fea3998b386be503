"""Whether the picture shows the Playground at all."""

import pytest

from grading.checks.playground import PLAYGROUND
from grading.models import CheckOutcome
from tests.grading.checks.samples import evidence, reading


@pytest.mark.parametrize(
    ("is_playground", "outcome"),
    [(True, CheckOutcome.AGREES), (None, CheckOutcome.CANT_SAY), (False, CheckOutcome.DIFFERS)],
)
def test_it_says_what_the_reader_takes_the_picture_for(is_playground: bool | None, outcome: CheckOutcome) -> None:
    finding = PLAYGROUND.run(evidence(reading(is_playground=is_playground)))
    assert finding.outcome == outcome
    assert (finding.weight > 0) is (outcome == CheckOutcome.DIFFERS)


def test_a_difference_comes_with_what_it_can_innocently_mean() -> None:
    finding = PLAYGROUND.run(evidence(reading(is_playground=False)))
    assert any("wrong file" in reason for reason in finding.innocent)
