from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from grading.models import Outcome
from grading.points_preview import points_preview
from grading.scoring import ScoringRule, automatic_points

RULES = st.builds(
    ScoringRule,
    points=st.decimals(0, 99_999, places=1),
    share_for_target=st.decimals(0, 1, places=2),
    full_points_epochs=st.integers(1, 20_000),
    max_epochs=st.integers(1, 20_000),
).filter(lambda rule: rule.full_points_epochs <= rule.max_epochs)


@given(RULES)
def test_the_table_never_rises_and_says_what_the_rule_gives(rule: ScoringRule) -> None:
    rows = points_preview(rule).rows
    points = [value for _, value in rows]
    assert points == sorted(points, reverse=True)
    assert points[0] == automatic_points(rule, Outcome.VERIFIED, rule.full_points_epochs)
    assert points[-2] == automatic_points(rule, Outcome.VERIFIED, None)
    assert points[-1] == 0
    assert len(rows) <= 9


def test_a_rule_by_hand() -> None:
    rule = ScoringRule(Decimal(10), Decimal("0.60"), 100, 1000)
    assert points_preview(rule).rows == [
        ("100 or fewer", Decimal("10.0")),
        ("200", Decimal("8.8")),
        ("500", Decimal("7.2")),
        ("1,000", Decimal("6.0")),
        ("not within 1,000", Decimal("6.0")),
        ("target not reached", Decimal("0.0")),
    ]
