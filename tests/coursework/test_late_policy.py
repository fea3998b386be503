"""What lateness costs: days of 24 hours, whatever clocks do, and the words for it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.deadlines import LatePolicy, Window
from coursework.late_words import NOTHING_OFF, late_sentence

ZURICH = ZoneInfo("Europe/Zurich")
DUE = datetime(2026, 11, 23, 22, 59, tzinfo=UTC)
OPENS = DUE - timedelta(days=30)
CLOSES = DUE + timedelta(days=30)
WINDOW = Window(OPENS, DUE, CLOSES)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
# Clocks change twice within these days in most zones that change them.
INSTANTS = st.datetimes(min_value=datetime(2026, 2, 1), max_value=datetime(2026, 12, 1), timezones=st.just(UTC))
POLICIES = st.builds(LatePolicy, st.integers(0, 100), st.integers(0, 100))
LATENESS = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=40))


@pytest.mark.parametrize(
    ("late", "percent"),
    [
        (-DAY, 0),
        (timedelta(), 0),
        (timedelta(microseconds=1), 10),
        (DAY, 10),
        (DAY + SECOND, 20),
        (4 * DAY + SECOND, 50),
        (20 * DAY, 50),
    ],
)
def test_each_day_begun_counts_up_to_the_most(late: timedelta, percent: int) -> None:
    assert LatePolicy(10, 50).percent(WINDOW, DUE + late) == percent


@pytest.mark.parametrize(
    ("due", "handed_in", "percent"),
    [
        # Clocks go back on 25 October: the day from 23:59 to 23:59 has 25 hours, so one more day has begun by then.
        ("2026-10-24T23:59", "2026-10-25T22:59", 10),
        ("2026-10-24T23:59", "2026-10-25T23:59", 20),
        # Clocks go forward on 29 March: that day has 23 hours.
        ("2026-03-28T23:59", "2026-03-29T23:59", 10),
        ("2026-03-28T23:59", "2026-03-30T00:59", 10),
        ("2026-03-28T23:59", "2026-03-30T01:00", 20),
    ],
)
def test_a_day_is_24_hours_when_clocks_change_too(due: str, handed_in: str, percent: int) -> None:
    window = Window(OPENS, datetime.fromisoformat(due).replace(tzinfo=ZURICH))
    moment = datetime.fromisoformat(handed_in).replace(tzinfo=ZURICH)
    assert LatePolicy(10, 100).percent(window, moment) == percent


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZURICH)
    window = Window(OPENS, first)
    assert LatePolicy(10, 100).percent(window, first.replace(fold=1)) == 10


@given(INSTANTS, LATENESS, POLICIES, st.timezones(), st.timezones())
def test_the_zones_in_which_instants_are_written_do_not_matter(
    due: datetime, late: timedelta, policy: LatePolicy, one: ZoneInfo, other: ZoneInfo
) -> None:
    plain = policy.percent(Window(due - DAY, due), due + late)
    for zone_of_due, zone_of_moment in ((one, one), (one, other), (other, UTC)):
        window = Window((due - DAY).astimezone(zone_of_due), due.astimezone(zone_of_due))
        assert policy.percent(window, (due + late).astimezone(zone_of_moment)) == plain


@given(INSTANTS, LATENESS, LATENESS, POLICIES)
def test_later_never_costs_less_and_nothing_costs_more_than_the_most(
    due: datetime, one: timedelta, other: timedelta, policy: LatePolicy
) -> None:
    window = Window(due - DAY, due)
    sooner, later = (policy.percent(window, due + late) for late in sorted((one, other)))
    assert 0 <= sooner <= later <= policy.most_percent


@given(INSTANTS, LATENESS, LATENESS, POLICIES)
def test_an_extension_never_makes_it_cost_more(
    due: datetime, late: timedelta, more: timedelta, policy: LatePolicy
) -> None:
    moment = due + late
    assert policy.percent(Window(due - DAY, due + more), moment) <= policy.percent(Window(due - DAY, due), moment)


@given(st.integers(1, 40), st.integers(0, 24 * 60 * 60 - 1), st.integers(1, 100))
def test_the_number_of_days_begun_decides(days: int, seconds: int, percent: int) -> None:
    late = (days - 1) * DAY + timedelta(seconds=seconds + 1)
    assert LatePolicy(percent, 100).percent(WINDOW, DUE + late) == min(days * percent, 100)


# --- Words -------------------------------------------------------------------------------------------------------

ON_TIME, LATE = DUE - DAY, DUE + DAY + SECOND


@pytest.mark.parametrize(
    ("policy", "moment", "expected"),
    [
        (LatePolicy(10, 50), ON_TIME, "Late: 10 % of the points off for each day begun, 50 % at most."),
        (LatePolicy(10, 100), ON_TIME, "Late: 10 % of the points off for each day begun."),
        (LatePolicy(30, 30), ON_TIME, "Late: 30 % of the points off."),
        (LatePolicy(100, 100), ON_TIME, "Late: 100 % of the points off."),
        (LatePolicy(0, 100), ON_TIME, NOTHING_OFF),
        (LatePolicy(10, 0), LATE, NOTHING_OFF),
        (
            LatePolicy(10, 50),
            LATE,
            "Late: 10 % of the points off for each day begun, 50 % at most. Handing in now costs 20 % of the points.",
        ),
        (LatePolicy(10, 50), CLOSES + SECOND, ""),
        (LatePolicy(10, 50), OPENS - DAY, "Late: 10 % of the points off for each day begun, 50 % at most."),
    ],
)
def test_the_sentence(policy: LatePolicy, moment: datetime, expected: str) -> None:
    assert late_sentence(policy, WINDOW, moment) == expected


@pytest.mark.parametrize("closes", [None, DUE])
def test_where_nothing_late_is_accepted_nothing_is_said(closes: datetime | None) -> None:
    assert late_sentence(LatePolicy(10, 50), Window(OPENS, DUE, closes), ON_TIME) == ""


@given(POLICIES, st.timedeltas(min_value=SECOND, max_value=timedelta(days=30)))
def test_what_it_costs_now_is_what_the_rule_takes_off(policy: LatePolicy, late: timedelta) -> None:
    said = late_sentence(policy, WINDOW, DUE + late)
    cost = policy.percent(WINDOW, DUE + late)
    assert said.endswith(f"costs {cost} % of the points.") if cost else said == NOTHING_OFF
