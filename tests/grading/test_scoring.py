from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.models import CONFIRMED, Outcome
from grading.scoring import ScoringRule, automatic_points

RULE = ScoringRule(Decimal(10), Decimal("0.6"), full_points_epochs=100, max_epochs=1000)


@pytest.mark.parametrize(
    ("official", "points"),
    [(50.0, "10.0"), (100.0, "10.0"), (316.0, "8.0"), (1000.0, "6.0"), (None, "6.0"), (999.0, "6.0")],
)
def test_points_fall_with_the_logarithm_of_the_epochs(official: float | None, points: str) -> None:
    assert automatic_points(RULE, Outcome.VERIFIED, official) == Decimal(points)


@pytest.mark.parametrize("outcome", CONFIRMED)
def test_every_way_of_confirming_a_claim_is_worth_the_same(outcome: Outcome) -> None:
    assert automatic_points(RULE, outcome, 50.0) == Decimal("10.0")


@pytest.mark.parametrize("outcome", [Outcome.TARGET_NOT_REACHED, Outcome.DIVERGED, Outcome.SETTINGS_NOT_ALLOWED])
def test_without_the_target_there_are_no_points(outcome: Outcome) -> None:
    assert automatic_points(RULE, outcome, 50.0) == 0


@pytest.mark.parametrize("outcome", [None, Outcome.CLAIM_NOT_REPRODUCED])
def test_what_a_person_decides_has_no_automatic_points(outcome: Outcome | None) -> None:
    assert automatic_points(RULE, outcome, 50.0) is None


@given(st.floats(1, 5000), st.floats(1, 5000))
def test_fewer_epochs_never_give_fewer_points(first: float, second: float) -> None:
    fast, slow = sorted((first, second))
    points = [automatic_points(RULE, Outcome.VERIFIED, epochs) for epochs in (fast, slow)]
    assert points[0] is not None and points[1] is not None
    assert Decimal(6) <= points[1] <= points[0] <= Decimal(10)
