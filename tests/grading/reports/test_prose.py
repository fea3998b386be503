"""A comment in Markdown as paragraphs on paper."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.reports.pdf.prose import plain_paragraphs


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("", []),
        ("One\nline", ["One line"]),
        ("One.\n\nTwo **bold** and `code`.", ["One.", "Two bold and code."]),
        ("# Head\n\ntext", ["Head", "text"]),
        ("- one\n- two\n  - deeper", ["• one", "• two", "  • deeper"]),
        ("1. one\n2. two", ["1. one", "2. two"]),
        ("[here](https://example.org)", ["here (https://example.org)"]),
        ("<https://example.org>", ["https://example.org"]),
        ("```\nx = 1\n```", ["x = 1"]),
        ("<b>raw</b>", ["<b>raw</b>"]),
        ("one  \ntwo", ["one\ntwo"]),
        ("![a picture](x.png)", ["a picture"]),
    ],
)
def test_signs_go_and_words_stay(text: str, paragraphs: list[str]) -> None:
    assert plain_paragraphs(text) == paragraphs


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab*_-#>1. \n`[]()<!&;\t"), max_size=60))
def test_no_comment_breaks_it(text: str) -> None:
    paragraphs = plain_paragraphs(text)
    letters = [letter for letter in text if letter in "ab"]
    assert len([letter for letter in "".join(paragraphs) if letter in "ab"]) <= 2 * len(letters)
