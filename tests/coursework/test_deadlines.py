from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.deadlines import Standing, Window

OPENS = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
DUE = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
CLOSES = datetime(2026, 10, 26, 1, 30, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (OPENS - INSTANT, Standing.EARLY),
        (OPENS, Standing.ON_TIME),
        (DUE, Standing.ON_TIME),
        (DUE + INSTANT, Standing.LATE),
        (CLOSES, Standing.LATE),
        (CLOSES + INSTANT, Standing.CLOSED),
    ],
)
def test_each_boundary_to_the_microsecond(moment: datetime, standing: Standing) -> None:
    assert Window(OPENS, DUE, CLOSES).standing(moment) is standing


def test_without_a_closing_time_nothing_is_accepted_after_the_due_time() -> None:
    assert Window(OPENS, DUE).standing(DUE + INSTANT) is Standing.CLOSED


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    """2:30 in Zurich happens twice on 25 October 2026: first in summer time (0:30 UTC), then in winter time."""
    zurich = ZoneInfo("Europe/Zurich")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=zurich)
    second = first.replace(fold=1)
    window = Window(OPENS, first.astimezone(UTC))
    assert window.standing(first.astimezone(UTC)) is Standing.ON_TIME
    assert window.standing(second.astimezone(UTC)) is Standing.CLOSED


@given(st.datetimes(min_value=datetime(2026, 9, 1), max_value=datetime(2026, 11, 30), timezones=st.timezones()))
def test_the_zone_in_which_an_instant_is_written_does_not_matter(moment: datetime) -> None:
    window = Window(OPENS, DUE, CLOSES)
    assert window.standing(moment.astimezone(UTC)) is window.standing(moment.astimezone(ZoneInfo("Asia/Tokyo")))


def test_only_on_time_and_late_are_accepted() -> None:
    assert {standing for standing in Standing if standing.accepted} == {Standing.ON_TIME, Standing.LATE}
