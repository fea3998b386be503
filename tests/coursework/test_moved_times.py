from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from coursework.deadlines import Window
from coursework.local_times import skipped
from coursework.moved_times import local_of, moved, moved_window

ZURICH = "Europe/Zurich"
ZONES = st.sampled_from([ZURICH, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC"])
INSTANTS = st.datetimes(min_value=datetime(2005, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC))
# Around both changes of 2026 in Zurich, to the minute: where rules break.
CHANGES = st.builds(
    lambda day, minutes: day + timedelta(minutes=minutes),
    st.sampled_from([datetime(2026, 3, 29), datetime(2026, 10, 25)]),
    st.integers(0, 24 * 60),
)


@given(INSTANTS, ZONES, st.integers(-400, 400))
def test_a_moved_time_stands_at_the_same_time_of_day_or_as_much_later_as_the_clocks_skip(
    instant: datetime, zone: str, days: int
) -> None:
    later = moved(instant, zone, days)
    wanted = local_of(instant, zone) + timedelta(days=days)
    assert timedelta(0) <= local_of(later, zone) - wanted <= timedelta(days=1)
    if not skipped(wanted, ZoneInfo(zone)):
        assert local_of(later, zone) == wanted


def test_of_two_equal_times_a_move_takes_the_later_one() -> None:
    start = datetime(2026, 10, 18, 0, 30, tzinfo=UTC)  # 02:30 a week before
    assert moved(start, ZURICH, 7) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_week_across_a_change_is_not_168_hours() -> None:
    start = datetime(2026, 3, 25, 22, 59, tzinfo=UTC)  # 23:59 there
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
