"""The points in the picture against the data of the seed. How well points are told apart is tested with the reader."""

from typing import Any

import pytest

from engine.errors import Problem, SpecError
from grading.checks import data_points as module
from grading.checks.data_points import POINTS
from grading.models import CheckOutcome
from grading.screenshots.points import PointsMatch
from grading.screenshots.reading import PlotReading
from tests.grading.checks.samples import SPEC, evidence, reading

PLOT = PlotReading(((0, 0), (9, 0), (9, 9), (0, 9)), 0.9, "")


def run(monkeypatch: pytest.MonkeyPatch, match: PointsMatch | Exception, **read: Any) -> Any:
    def matched(plot: PlotReading, spec: Any) -> PointsMatch:
        assert (plot, spec) == (PLOT, SPEC)
        if isinstance(match, Exception):
            raise match
        return match

    monkeypatch.setattr(module, "match_points", matched)
    return POINTS.run(evidence(reading(plot=PLOT, **read)))


@pytest.mark.parametrize(
    ("match", "outcome", "sentence"),
    [
        (
            PointsMatch(0.93, 250, (0.1, 0.2), True),
            CheckOutcome.AGREES,
            "The points in the picture are those of seed 0.51803: beyond chance, 93% of 250 points fit.",
        ),
        (
            PointsMatch(0.12, 250, (0.1, 0.2), False),
            CheckOutcome.DIFFERS,
            "The points in the picture are not those of seed 0.51803: beyond chance, 12% of 250 points "
            "fit, like those of any other seed.",
        ),
        (
            PointsMatch(0.4, 1080, (), None),
            CheckOutcome.CANT_SAY,
            "The points in the picture are too few or too blurred to tell: beyond chance, 40% of 1,080 points fit.",
        ),
    ],
)
def test_it_says_what_the_match_says(
    match: PointsMatch, outcome: CheckOutcome, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    finding = run(monkeypatch, match)
    assert (finding.outcome, finding.sentence) == (outcome, sentence)
    assert finding.about == ("plot",)
    assert finding.details["share"] == match.share
    assert (finding.weight > 0) is bool(finding.innocent) is (outcome == CheckOutcome.DIFFERS)


def test_other_points_of_another_data_set_weigh_less(monkeypatch: pytest.MonkeyPatch) -> None:
    other = PointsMatch(0.0, 250, (0.0,), False)
    assert run(monkeypatch, other, dataset="spiral").weight < run(monkeypatch, other, dataset="circle").weight


@pytest.mark.parametrize("error", [SpecError([Problem("seed", "", "text")]), ValueError("dots of another version")])
def test_what_cant_be_compared_says_nothing(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, error).outcome == CheckOutcome.CANT_SAY


def test_without_a_plot_or_a_seed_nothing_is_said() -> None:
    assert POINTS.run(evidence()).outcome == CheckOutcome.CANT_SAY
    assert POINTS.run(evidence(reading(plot=PLOT), spec=SPEC.with_seed(None))).outcome == CheckOutcome.CANT_SAY
