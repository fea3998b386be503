import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.join_codes import read_join_code
from coursework.models.submissions import RECEIPT_ALPHABET
from coursework.services.courses import new_join_code


@pytest.mark.parametrize(
    "typed",
    [
        "K7Q4-9XRB",
        "k7q4-9xrb",
        "k7q49xrb",
        " K7Q4 9XRB ",
        "K7Q4 - 9XRB",
        "K7Q4–9XRB",
        "k 7 q 4 9 x r b",
        "\uff2b7Q4-9XRB",
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_join_code(typed) == "K7Q4-9XRB"


@pytest.mark.parametrize(
    "typed",
    ["", "K7Q4", "K7Q4-9XR0", "K7Q4-9XRBB", "../../etc", "K7Q4-9XRÉ", "\x00" * 8, "K" * 10_000],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_join_code(typed) is None


@given(st.text())
def test_any_text_gives_a_code_or_none(typed: str) -> None:
    code = read_join_code(typed)
    assert code is None or (len(code) == 9 and set(code) <= set(RECEIPT_ALPHABET) | {"-"})


def test_what_is_drawn_is_read_back() -> None:
    code = new_join_code()
    assert read_join_code(code.lower().replace("-", "")) == code
