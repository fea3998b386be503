"""From outcomes and decisions to a grade."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from grading.grades.rule import AttemptResult, Decision, Progress, Rule, State, course_total, grade, share
from grading.models import Counts, Outcome, RubricUse

RULE = Rule(Decimal(10))
START = datetime(2026, 11, 1, tzinfo=UTC)


def attempt(number: int = 1, automatic: str | None = "8.0", **fields: Any) -> AttemptResult:
    outcome = Outcome.CLAIM_NOT_REPRODUCED if automatic is None else Outcome.VERIFIED
    values: dict[str, Any] = {
        "submission_id": number,
        "receipt_number": f"2222-222{number}",
        "attempt": number,
        "received_at": START + timedelta(hours=number),
        "verification_id": 100 + number,
        "progress": Progress.SETTLED,
        "outcome": outcome,
        "official_epochs": 100.0,
        "automatic": None if automatic is None else Decimal(automatic),
        "late_percent": 0,
        "is_late": False,
    }
    return AttemptResult(**(values | fields))


def decided(on: AttemptResult | None = None, **fields: Any) -> Decision:
    values: dict[str, Any] = {
        "submission_id": on.submission_id if on else None,
        "verification_id": on.verification_id if on else None,
        "automatic": on.automatic if on else None,
        "rubric": None,
    }
    return Decision(**(values | fields))


def made(*attempts: AttemptResult, rule: Rule = RULE, decision: Decision | None = None, **fields: Any) -> Any:
    return grade(rule, attempts, decision=decision, **({"excused": False, "is_closed": False} | fields))


def test_the_best_attempt_counts_after_what_lateness_takes() -> None:
    result = made(attempt(1, "8.0"), attempt(2, "9.0", late_percent=20, is_late=True))
    assert (result.counting.attempt, result.total, result.state) == (1, Decimal("8.0"), State.SETTLED)


def test_of_equal_attempts_the_earlier_counts() -> None:
    assert made(attempt(1), attempt(2)).counting.attempt == 1


def test_the_last_attempt_counts_where_the_task_says_so_unless_its_settings_were_not_allowed() -> None:
    rule = Rule(Decimal(10), Counts.LAST)
    assert made(attempt(1, "8.0"), attempt(2, "3.0"), rule=rule).total == Decimal("3.0")
    refused = attempt(3, "0.0", outcome=Outcome.SETTINGS_NOT_ALLOWED)
    assert made(attempt(1, "8.0"), attempt(2, "3.0"), refused, rule=rule).total == Decimal("3.0")
    assert made(refused, rule=rule).total == Decimal("0.0")


@pytest.mark.parametrize(
    ("attempts", "closed", "state", "to_review"),
    [
        ((), False, State.NOT_YET, False),
        ((), True, State.MISSING, False),
        ((attempt(1, None),), False, State.TO_REVIEW, True),
        ((attempt(1), attempt(2, None)), False, State.SETTLED, True),
        ((attempt(1, None), attempt(2)), False, State.SETTLED, False),
        ((attempt(1, None, outcome=None, progress=Progress.WAITING),), False, State.WAITING, False),
        ((attempt(1, None, outcome=None, progress=Progress.FAILED),), False, State.FAILED, False),
    ],
)
def test_states_without_a_decision(attempts: Any, closed: bool, state: State, to_review: bool) -> None:
    result = made(*attempts, is_closed=closed)
    assert (result.state, result.to_review) == (state, to_review)


def test_who_is_excused_has_no_total_whatever_there_is() -> None:
    result = made(attempt(1), decision=decided(attempt(1), override=Decimal(7)), excused=True)
    assert (result.state, result.total, result.points.override) == (State.EXCUSED, None, Decimal(7))


def test_the_parts_add_up_and_stay_apart() -> None:
    on = attempt(1, "8.0", late_percent=10)
    result = made(on, decision=decided(on, rubric=Decimal("-1.5"), adjustment=Decimal("0.5")))
    points = result.points
    assert (points.automatic, points.rubric, points.adjustment) == (Decimal("8.0"), Decimal("-1.5"), Decimal("0.5"))
    assert points.late == Decimal("0.7")  # of 6.5, half up
    assert points.total == Decimal("6.3")


def test_a_rubric_may_replace_the_automatic_points() -> None:
    rule = Rule(Decimal(10), rubric_use=RubricUse.INSTEAD)
    assert made(attempt(1), rule=rule, decision=decided(attempt(1), rubric=Decimal(5))).total == Decimal("5.0")
    assert made(attempt(1), rule=rule, decision=decided(attempt(1))).total == Decimal("8.0")  # there is no rubric
    assert made(attempt(1), rule=rule).total == Decimal("8.0")  # nobody has graded yet


def test_the_total_stays_between_nothing_and_the_most() -> None:
    assert made(attempt(1), decision=decided(attempt(1), adjustment=Decimal(9))).total == Decimal("10.0")
    assert made(attempt(1), decision=decided(attempt(1), adjustment=Decimal(-9))).total == Decimal("0.0")


def test_an_override_stands_in_place_of_everything_even_where_nothing_was_handed_in() -> None:
    result = made(decision=decided(override=Decimal("4.0"), adjustment=Decimal(2)), is_closed=True)
    assert (result.total, result.state, result.counting) == (Decimal("4.0"), State.GRADED, None)


def test_a_rerun_does_not_touch_what_was_decided_and_shows() -> None:
    before, after = attempt(1, "8.0"), attempt(1, "6.0", verification_id=999)
    result = made(after, decision=decided(before))
    assert (result.total, result.differs, result.to_review) == (Decimal("8.0"), after, True)
    kept = made(after, decision=decided(before, kept_against=999))
    assert (kept.total, kept.differs, kept.to_review) == (Decimal("8.0"), None, False)


def test_a_rerun_with_the_same_points_is_no_difference() -> None:
    assert made(attempt(1, verification_id=999), decision=decided(attempt(1))).differs is None


def test_a_better_attempt_after_the_decision_shows_and_does_not_count_by_itself() -> None:
    first, second = attempt(1, "6.0"), attempt(2, "9.0")
    result = made(first, second, decision=decided(first))
    assert (result.total, result.differs) == (Decimal("6.0"), second)


def test_percent_is_rounded_half_up_and_takes_nothing_of_what_is_below_zero() -> None:
    assert share(Decimal("0.5"), 10) == Decimal("0.1")
    assert share(Decimal("-5"), 50) == Decimal("0.0")


def test_in_a_course_missing_work_is_worth_nothing_and_excused_work_is_left_out() -> None:
    excused = made(attempt(1), excused=True)
    missing = made(is_closed=True)
    graded = made(attempt(1))
    assert course_total([(RULE, graded), (RULE, missing), (RULE, excused)]) == (Decimal("8.0"), Decimal(20))
    assert course_total([(RULE, missing)]) == (None, Decimal(10))
