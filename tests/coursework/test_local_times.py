from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coursework.deadlines import Window
from coursework.local_times import ClockChange, instant_of, local_of, moved, moved_window

ZURICH = "Europe/Zurich"
ZONES = st.sampled_from([ZURICH, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"])
LOCALS = st.datetimes(min_value=datetime(2005, 1, 1), max_value=datetime(2040, 1, 1)).map(
    lambda local: local.replace(microsecond=0)
)
INSTANTS = st.datetimes(min_value=datetime(2005, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))
# Around both changes of 2026 in Zurich, to the minute: where rules break.
CHANGES = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from([datetime(2026, 3, 29), datetime(2026, 10, 25)]),
    st.integers(0, 24 * 60),
)


def test_a_time_means_what_the_course_s_clocks_show() -> None:
    assert instant_of(datetime(2026, 5, 1, 23, 59), ZURICH) == datetime(2026, 5, 1, 21, 59, tzinfo=UTC)
    assert instant_of(datetime(2026, 12, 1, 23, 59), ZURICH) == datetime(2026, 12, 1, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize("time", ["02:00", "02:30", "02:59:59"])
def test_an_hour_that_the_clocks_skip_is_refused_with_the_times_around_it(time: str) -> None:
    local = datetime.fromisoformat(f"2026-03-29T{time}")
    with pytest.raises(ClockChange, match=r"does not exist in Europe/Zurich.*2026-03-29 01:\d\d or 2026-03-29 03:"):
        instant_of(local, ZURICH)


@pytest.mark.parametrize("time", ["02:00", "02:30", "02:59:59"])
def test_an_hour_that_comes_twice_is_refused_too(time: str) -> None:
    local = datetime.fromisoformat(f"2026-10-25T{time}")
    with pytest.raises(ClockChange, match=r"comes twice in Europe/Zurich.*2026-10-25 01:\d\d or 2026-10-25 03:"):
        instant_of(local, ZURICH)


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2026-03-29T01:59:59", "2026-03-29T00:59:59"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00"),
        ("2026-10-25T01:59:59", "2026-10-24T23:59:59"),
        ("2026-10-25T03:00:00", "2026-10-25T02:00:00"),
    ],
)
def test_the_seconds_beside_a_change_are_taken(local: str, instant: str) -> None:
    assert instant_of(datetime.fromisoformat(local), ZURICH) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


@given(LOCALS | CHANGES, ZONES)
def test_what_is_taken_is_shown_again_as_it_was_typed(local: datetime, zone: str) -> None:
    try:
        instant = instant_of(local, zone)
    except ClockChange:
        return
    assert local_of(instant, zone) == local


@given(CHANGES | LOCALS, ZONES)
def test_only_what_no_clock_or_two_clocks_show_is_refused(local: datetime, zone: str) -> None:
    aware = local.replace(tzinfo=ZoneInfo(zone))
    hours = [aware.astimezone(UTC) + timedelta(minutes=minutes) for minutes in range(-180, 181, 30)]
    showing = {hour for hour in hours if local_of(hour, zone) == local}
    try:
        assert showing == {instant_of(local, zone)}
    except ClockChange:
        assert len(showing) != 1 or zone == "Pacific/Apia"  # it once left out a whole day


@given(INSTANTS, ZONES, st.integers(-400, 400))
def test_a_moved_time_stands_at_the_same_time_of_day_or_as_much_later_as_the_clocks_skip(
    instant: datetime, zone: str, days: int
) -> None:
    later = moved(instant, zone, days)
    wanted = local_of(instant, zone) + timedelta(days=days)
    assert timedelta(0) <= local_of(later, zone) - wanted <= timedelta(days=1)
    with suppress(ClockChange):
        assert local_of(later, zone) == local_of(instant_of(wanted, zone), zone)


def test_of_two_equal_times_a_move_takes_the_later_one() -> None:
    start = datetime(2026, 10, 18, 0, 30, tzinfo=UTC)  # 02:30 a week before
    assert moved(start, ZURICH, 7) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_week_across_a_change_is_not_168_hours() -> None:
    start = instant_of(datetime(2026, 3, 25, 23, 59), ZURICH)
    assert moved(start, ZURICH, 7) - start == timedelta(hours=167)


@given(
    INSTANTS,
    st.timedeltas(timedelta(seconds=1), timedelta(hours=3)),
    st.none() | st.timedeltas(timedelta(0), timedelta(hours=3)),
    ZONES,
    st.integers(-400, 400),
)
def test_a_moved_window_keeps_its_order(
    opens_at: datetime, length: timedelta, late: timedelta | None, zone: str, days: int
) -> None:
    due_at = opens_at + length
    window = moved_window(Window(opens_at, due_at, due_at + late if late is not None else None), zone, days)
    assert window.opens_at < window.due_at
    assert (window.closes_at is None) == (late is None)
    assert window.closes_at is None or window.due_at <= window.closes_at


@given(CHANGES, st.timedeltas(timedelta(minutes=1), timedelta(hours=2)))
def test_also_onto_the_days_of_a_change(local: datetime, length: timedelta) -> None:
    opens_at = local.replace(tzinfo=ZoneInfo(ZURICH)).astimezone(UTC) - timedelta(days=7)
    assume(length)
    window = moved_window(Window(opens_at, opens_at + length, opens_at + length), ZURICH, 7)
    assert window.closes_at is not None and window.opens_at < window.due_at <= window.closes_at
