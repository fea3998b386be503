"""Whatever is typed as points is a number that can be stored, or an error that says what is allowed."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from grading.forms_rubric import SignedPointsField

FIELD = SignedPointsField(low="-9999", high="9999", places=1)
TENTHS = st.integers(-99990, 99990).map(lambda number: Decimal(number) / 10)


@given(TENTHS, st.sampled_from(["-", "−"]), st.sampled_from(["", "+"]), st.sampled_from(["", " ", "\t"]))
def test_every_number_with_a_tenth_is_read(number: Decimal, minus: str, plus: str, space: str) -> None:
    sign = minus if number < 0 else plus
    assert FIELD.clean(f"{space}{sign}{abs(number):f}{space}") == number


@given(st.text(max_size=12) | st.text("0123456789.+-−eE_,٣ \n", max_size=12))
def test_anything_else_is_refused_in_words(text: str) -> None:
    try:
        number = FIELD.clean(text)
    except ValidationError as error:
        assert "a number from -9999 to 9999 with at most 1 decimal" in error.messages[0]
    else:
        assert number is not None and abs(number) <= 9999
        assert number.as_tuple().exponent == -1  # just as the column holds it


@pytest.mark.parametrize(
    ("typed", "read"), [("-0", "0.0"), ("−0.0", "0.0"), (".5", "0.5"), ("3.", "3.0"), ("007", "7.0")]
)
def test_odd_ways_to_write(typed: str, read: str) -> None:
    assert str(FIELD.clean(typed)) == read


@pytest.mark.parametrize("typed", ["1e3", "NaN", "Infinity", "0,5", "--1", ".", "1_000", "٣", "9999.1"])
def test_what_is_no_such_number(typed: str) -> None:
    with pytest.raises(ValidationError, match="is not allowed: a number from -9999"):
        FIELD.clean(typed)
