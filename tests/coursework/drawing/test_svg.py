import pytest
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st

from coursework.drawing.svg import fitted, label, line, number, picture, tag
from tests.coursework.drawing.markup import parsed


@pytest.mark.parametrize(
    ("value", "written"),
    [(3.04, "3"), (12.26, "12.3"), (-0.04, "0"), (-0.06, "-0.1"), (0.5, "0.5"), (-7, "-7"), (1120, "1120")],
)
def test_a_coordinate_has_at_most_one_decimal(value: float, written: str) -> None:
    assert number(value) == written


@given(st.floats(-1e6, 1e6))
def test_a_coordinate_is_off_by_no_more_than_half_a_tenth(value: float) -> None:
    assert abs(float(number(value)) - value) <= 0.05 + 1e-9
    assert number(value) != "-0"


def test_attributes_are_escaped_and_renamed() -> None:
    assert tag("path", css="a", d='"><script>', aria_label="x", id=None) == (
        '<path class="a" d="&quot;&gt;&lt;script&gt;" aria-label="x"/>'
    )


def test_words_are_escaped_unless_they_are_markup() -> None:
    assert "&lt;b&gt;" in label(0, 0, "<b>")
    assert "<tspan>" in label(0, 0, mark_safe("<tspan>1</tspan>"))


@pytest.mark.parametrize(
    ("ends", "path"), [((0, 1, 5, 1), "M0 1H5"), ((2, 1, 2, 9), "M2 1V9"), ((0, 0, 3, 4), "M0 0L3 4")]
)
def test_a_line_takes_its_shortest_form(ends: tuple[float, float, float, float], path: str) -> None:
    assert f'd="{path}"' in line("grid", *ends)


def test_a_picture_says_its_sentence() -> None:
    root = parsed(picture(css="chart", width=10, height=5.5, sentence='5 < 6 & "so"', parts=[]))
    assert root.get("aria-label") == '5 < 6 & "so"'
    assert root.get("viewBox") == "0 0 10 5.5"


def test_the_sizes_of_a_drawing_stand_together_with_what_they_share() -> None:
    size = picture(css="chart at-wide", width=1, height=1, sentence="a", parts=[])
    both = fitted(size, size, shared='<g id="a"/>')
    assert isinstance(both, SafeString)
    root = parsed(both)
    assert root.get("class") == "fit"
    assert [child.get("class") for child in root] == ["sprite", "chart at-wide", "chart at-wide"]
    assert [child.get("class") for child in parsed(fitted(size))] == ["chart at-wide"]
