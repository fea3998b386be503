"""Hand-ins counted by hours and days of the course's own clock, over changes of that clock too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.dashboard.hand_in_times import times_of

ZURICH = ZoneInfo("Europe/Zurich")
LATER = datetime(2030, 1, 1, tzinfo=UTC)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZURICH)


def test_none_without_hand_ins() -> None:
    assert times_of([], zone=ZURICH, now=LATER) is None


def test_by_the_hour_within_two_days() -> None:
    moments = [local("2026-11-02T18:10"), local("2026-11-02T18:59"), local("2026-11-02T21:00")]
    found = times_of(moments, zone=ZURICH, now=LATER)
    assert found is not None and found.unit == "hour" and list(found.counts) == [2, 0, 0, 1]
    assert found.edges[0] == local("2026-11-02T18:00") and found.edges[-1] == local("2026-11-02T22:00")


def test_an_hour_that_comes_twice_is_counted_twice() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 in summer time, and an hour later 02:30 again
    found = times_of([before, before + timedelta(hours=1)], zone=ZURICH, now=LATER)
    assert found is not None and list(found.counts) == [1, 1]


def test_by_days_from_midnight_to_midnight_on_the_clocks() -> None:
    moments = [
        local("2026-10-24T23:59"),
        local("2026-10-25T00:00"),
        local("2026-10-25T23:59"),
        local("2026-10-28T12:00"),
    ]
    found = times_of(moments, zone=ZURICH, now=LATER)
    assert found is not None and found.unit == "day" and list(found.counts) == [1, 2, 0, 0, 1]
    assert found.edges[2] - found.edges[1] == timedelta(hours=25)


def test_a_long_time_has_longer_steps() -> None:
    first = local("2026-01-01T12:00")
    found = times_of([first, first + timedelta(days=130)], zone=ZURICH, now=LATER)
    assert found is not None and found.unit == "3 days" and len(found.counts) <= 60 and sum(found.counts) == 2


@pytest.mark.parametrize("zone", ["Europe/Zurich", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "UTC"])
@given(minutes=st.lists(st.integers(0, 60 * 24 * 400), min_size=1, max_size=30))
def test_every_hand_in_is_counted_once(zone: str, minutes: list[int]) -> None:
    start = datetime(2011, 10, 1, tzinfo=UTC)
    moments = [start + timedelta(minutes=one) for one in minutes]
    found = times_of(moments, zone=ZoneInfo(zone), now=LATER)
    assert found is not None and sum(found.counts) == len(moments) and len(found.edges) == len(found.counts) + 1
    assert list(found.edges) == sorted(set(found.edges))
    assert found.edges[0] <= min(moments) and max(moments) < found.edges[-1]
