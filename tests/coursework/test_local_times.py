"""Times by a clock that skips an hour in spring and repeats one in autumn."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from coursework.local_times import CourseTimeField, repeated, skipped, which_of_two

ZURICH = "Europe/Zurich"
ZONES = st.sampled_from([ZURICH, "UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"])


def field(zone: str = ZURICH) -> CourseTimeField:
    return CourseTimeField(zone=zone)


@pytest.mark.parametrize("text", ["2026-12-24T23:59", "2026-12-24 23:59", "2026-12-24T23:59:00", " 2026-12-24T23:59 "])
def test_a_time_is_the_course_s(text: str) -> None:
    assert field().clean(text) == datetime(2026, 12, 24, 22, 59, tzinfo=UTC)


def test_a_skipped_time_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ValidationError) as caught:
        field().clean("2027-03-28T02:30")
    assert caught.value.messages == [
        "02:30 on 28 March 2027 does not exist in Europe/Zurich: the clocks are put forward then. Take 01:30 or 03:30."
    ]
    for exists in ("01:30", "01:59", "03:00", "03:30"):
        field().clean(f"2027-03-28T{exists}")


def test_of_a_repeated_time_the_second_is_meant() -> None:
    moment = field().clean("2027-10-31T02:30")
    assert moment == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    said = which_of_two(moment, ZoneInfo(ZURICH))
    assert said == "02:30 comes twice that night: this is the second one, UTC+01:00"
    assert "first one, UTC+02:00" in which_of_two(datetime(2027, 10, 31, 0, 30, tzinfo=UTC), ZoneInfo(ZURICH))
    assert which_of_two(datetime(2027, 10, 31, 3, 30, tzinfo=UTC), ZoneInfo(ZURICH)) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tomorrow", "'tomorrow' can't be read"),
        ("2026-02-30T12:00", "can't be read"),
        ("0001-01-01T00:00", "The year 1 is not allowed: 2000 to 2099"),
        ("9999-12-31T23:59", "The year 9999 is not allowed"),
        ("x" * 500, "can't be read"),
        ("", "This field is required."),
    ],
)
def test_what_is_no_time_is_told(text: str, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        field().clean(text)
    assert words in caught.value.messages[0] and len(caught.value.messages[0]) < 120


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_a_clear_refusal(text: str) -> None:
    try:
        field().clean(text)
    except ValidationError as error:
        assert error.messages


WALLS = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)).map(lambda wall: wall.replace(microsecond=0))


@given(WALLS, ZONES)
def test_shown_and_read_again_it_is_the_same_instant(wall: datetime, zone: str) -> None:
    if skipped(wall, ZoneInfo(zone)):
        return
    moment = field(zone).clean(wall.isoformat())
    assert field(zone).clean(field(zone).prepare_value(moment)) == moment
    assert moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == wall


def test_which_hours_are_skipped_or_repeated() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")  # by half an hour only
    assert [skipped(datetime(2026, 10, 4, 2, minute), zone) for minute in (0, 29, 30)] == [True, True, False]
    assert [repeated(datetime(2026, 4, 5, 1, minute), zone) for minute in (29, 30, 59)] == [False, True, True]
