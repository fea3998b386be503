import pytest
from django.http import QueryDict

from coursework.addresses import search_in, section_in, whole_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", " 1", "1e3", "٣", "²", "x", "9" * 19])
def test_anything_else_is_none(text: str) -> None:
    assert whole_number(text) is None


def test_a_number_may_be_bounded_further() -> None:
    assert whole_number("12345", digits=5) == 12345
    assert whole_number("123456", digits=5) is None


@pytest.mark.parametrize(("text", "section"), [("12", "12"), ("none", "none"), ("None", ""), ("-1", ""), ("", "")])
def test_a_section_is_a_key_or_none_or_everybody(text: str, section: str) -> None:
    assert section_in(QueryDict(f"section={text}")) == section


def test_what_is_searched_has_no_nul_and_an_end() -> None:
    assert search_in(QueryDict("q=%20a%00b%20")) == "ab"
    assert len(search_in(QueryDict("q=" + "x" * 1000))) == 100
    assert search_in(QueryDict("")) == ""
