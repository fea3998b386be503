"""Students may ask until the end of a day on the course's own calendar, whatever its clock does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from grading.grades.deadline import regrade_deadline

ZONES = (
    "UTC",
    "Europe/Zurich",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/Santiago",
    "Pacific/Apia",
)
moments = st.datetimes(datetime(2012, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from(ZONES).map(ZoneInfo)


def test_a_week_ends_with_the_seventh_day() -> None:
    zurich = ZoneInfo("Europe/Zurich")
    since = datetime(2026, 3, 25, 22, 59, tzinfo=zurich)
    deadline = regrade_deadline(since=since, days=7, zone=zurich)
    assert deadline is not None and deadline.isoformat() == "2026-04-01T23:59:59+02:00"  # the clock changed meanwhile


def test_the_day_is_that_of_the_course_not_of_greenwich() -> None:
    since = datetime(2026, 5, 1, 23, 30, tzinfo=UTC)  # the second of May in Zurich
    deadline = regrade_deadline(since=since, days=1, zone=ZoneInfo("Europe/Zurich"))
    assert deadline is not None and (deadline.month, deadline.day) == (5, 3)


def test_no_days_are_no_second_look() -> None:
    assert regrade_deadline(since=datetime(2026, 5, 1, tzinfo=UTC), days=0, zone=ZoneInfo("UTC")) is None


@given(since=moments, days=st.integers(1, 366), zone=zones)
def test_it_is_the_last_second_of_a_day_so_many_days_later(since: datetime, days: int, zone: ZoneInfo) -> None:
    deadline = regrade_deadline(since=since, days=days, zone=zone)
    assert deadline is not None
    assert deadline.date() - since.astimezone(zone).date() == timedelta(days=days)
    passed = deadline.astimezone(UTC) - since
    assert timedelta(days=days - 1, hours=-25) < passed < timedelta(days=days + 1, hours=2)
    assert passed > timedelta(hours=22)  # a whole day at least, but for what a clock takes
    after = (deadline.astimezone(UTC) + timedelta(seconds=1)).astimezone(zone)
    assert after.date() > deadline.date()


@given(since=moments, days=st.integers(1, 365), zone=zones)
def test_a_later_release_or_another_day_never_ends_sooner(since: datetime, days: int, zone: ZoneInfo) -> None:
    first = regrade_deadline(since=since, days=days, zone=zone)
    later = regrade_deadline(since=since + timedelta(hours=5), days=days, zone=zone)
    longer = regrade_deadline(since=since, days=days + 1, zone=zone)
    assert first is not None and later is not None and longer is not None
    assert first.astimezone(UTC) <= later.astimezone(UTC)
    assert first.astimezone(UTC) < longer.astimezone(UTC)
