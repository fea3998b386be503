"""What is typed into the forms of courses is read, or refused with what is allowed."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from coursework.forms_setup.fields import (
    DecimalField,
    LocalTimeField,
    SlugField,
    TimeZoneField,
    WholeNumberField,
    free_slug,
)

EPOCHS = WholeNumberField(low=1, high=20_000)
SHARE = DecimalField(low="0", high="1", places=2)
SLUG = SlugField(longest=60, reserved=("new",))
ZONE = TimeZoneField()
DUE = LocalTimeField(zone="Europe/Zurich")


@given(st.sampled_from([EPOCHS, SHARE, SLUG, ZONE, DUE]), st.text(max_size=300))
def test_any_text_is_read_or_refused(field: forms.Field, text: str) -> None:
    try:
        field.clean(text)
    except ValidationError as error:
        assert error.messages


@given(st.integers(1, 20_000), st.booleans())
def test_whole_numbers_are_read_with_and_without_commas(number: int, comma: bool) -> None:
    assert EPOCHS.clean(f" {number:,} " if comma else str(number)) == number


@given(st.decimals(0, 1, places=2))
def test_shares_are_read(share: Decimal) -> None:
    assert SHARE.clean(str(share)) == share


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (EPOCHS, "0", "0 is not allowed: a whole number from 1 to 20,000."),
        (EPOCHS, "20001", "20001 is not allowed: a whole number from 1 to 20,000."),
        (EPOCHS, "3e3", "3e3 is not allowed"),
        (EPOCHS, "9" * 5000, "is not allowed"),
        (EPOCHS, "٣", "is not allowed"),
        (EPOCHS, "", "Missing: a whole number"),
        (SHARE, "1.01", "1.01 is not allowed: a number from 0 to 1 with at most 2 decimals"),
        (SHARE, "0.125", "0.125 is not allowed"),
        (SHARE, "nan", "nan is not allowed"),
        (SHARE, "..", ".. is not allowed"),
        (SLUG, "with blank", "with blank is not allowed: 1 to 60 letters"),
        (SLUG, "a" * 61, "is not allowed"),
        (SLUG, "NEW", "an address of this site itself"),
        (ZONE, "Europe/Nowhere", "Europe/Nowhere is no time zone"),
        (ZONE, "../../etc/passwd", "is no time zone"),
        (DUE, "tomorrow", "'tomorrow' can't be read"),
        (DUE, "1899-01-01T00:00", "1899 is not allowed: 2000 to 2099"),
        (DUE, "2026-02-30T12:00", "can't be read"),
        (DUE, "2026-03-29T02:30", "does not exist in Europe/Zurich"),
    ],
)
def test_errors_name_the_value_and_what_is_allowed(field: Any, text: str, words: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        field.clean(text)
    assert words in " ".join(refusal.value.messages)


def test_capitals_of_a_time_zone_do_not_matter() -> None:
    assert ZONE.clean("europe/zurich") == "Europe/Zurich"
    assert ZONE.clean("america/new york") == "America/New_York"


def test_a_stored_time_sent_back_unchanged_stays_the_same_instant() -> None:
    first = datetime(2026, 10, 25, 0, 30, 15, 123, tzinfo=UTC)  # the first of two 02:30:15
    field = LocalTimeField(zone="Europe/Zurich", stored=first)
    assert field.initial == "2026-10-25T02:30:15"
    assert field.clean("2026-10-25T02:30:15") == first
    assert field.clean("2026-10-25T02:31:15") == datetime(2026, 10, 25, 1, 31, 15, tzinfo=UTC)  # the second one


@given(st.text(min_size=1, max_size=200), st.sets(st.sampled_from(["a", "a-2", "untitled", "untitled-2"])))
def test_a_short_name_made_from_a_title_is_free_and_fits_an_address(title: str, taken: set[str]) -> None:
    slug = free_slug(title, longest=20, taken=taken)
    assert slug not in taken
    assert SlugField(longest=20).clean(slug) == slug
