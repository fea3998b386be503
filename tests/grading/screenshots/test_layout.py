import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.screenshots.layout import key_of, read_layout
from grading.screenshots.rows import Rows
from tests.grading.screenshots.drawn import Drawn, TextLine, draw_page


@pytest.fixture(scope="module")
def page() -> Drawn:
    return draw_page()


def test_places_are_found_in_all_three_columns(page: Drawn) -> None:
    layout = read_layout(page.lines)
    assert layout is not None
    assert layout.place("output", 4, -27.6) == pytest.approx((915, 228), abs=1)
    assert layout.place("features", 74, 2.4) == pytest.approx((325, 258), abs=1)
    assert layout.place("data", 4, -41.6) == pytest.approx((90, 214), abs=1)


@given(st.floats(0.4, 3), st.floats(0, 400), st.floats(0, 400))
def test_any_scale_and_place_of_the_page(factor: float, right: float, down: float) -> None:
    lines = [
        TextLine("OUTPUT", 1, (right, down, 60 * factor, 20 * factor)),
        TextLine("Test loss 0.501", 1, (right, down + 30 * factor, 90 * factor, 20 * factor)),
        TextLine("Training loss 0.5", 1, (right, down + 50 * factor, 90 * factor, 20 * factor)),
    ]
    layout = read_layout(lines)
    assert layout is not None
    assert layout.rows.scale(0, 0) == pytest.approx(factor, rel=0.02)
    assert not layout.rows.is_tilted


def test_a_text_out_of_place_changes_nothing(page: Drawn) -> None:
    astray = TextLine("Training loss", 0.9, (20.0, 700.0, 90.0, 18.0))
    layout, other = read_layout(page.lines), read_layout((*page.lines, astray))
    assert layout is not None and other is not None
    assert other.place("output", 0, 0) == pytest.approx(layout.place("output", 0, 0), abs=0.5)


def test_a_misread_text_is_known_again(page: Drawn) -> None:
    misread = [TextLine(line.text.replace("Training", "Trainlng"), 0.6, line.box) for line in page.lines]
    assert read_layout(misread) == read_layout(page.lines)


def test_a_page_at_an_angle_is_followed(page: Drawn) -> None:
    def slanted(line: TextLine) -> TextLine:
        left, top, width, height = line.box
        return TextLine(line.text, line.confidence, (left, top + 0.04 * (left + width / 2), width, height))

    layout = read_layout([slanted(line) for line in page.lines])
    assert layout is not None and layout.rows.is_tilted
    x, y = layout.place("output", 134, 102.4)  # the middle of the heat map
    assert (x, y) == pytest.approx((1045, 358 + 0.04 * 1045), abs=4)


@pytest.mark.parametrize("texts", [(), ("OUTPUT",), ("Data", "Features", "Output")])
def test_too_few_texts_give_no_layout(texts: tuple[str, ...]) -> None:
    assert read_layout([TextLine(text, 1, (0, 40, 60, 20)) for text in texts]) is None


def test_many_texts_are_bounded() -> None:
    lines = [TextLine("3 neurons", 1, (i % 50 * 20.0, i * 7.0, 50, 15)) for i in range(2000)]
    assert read_layout(lines) is None


@given(st.floats(-0.03, 0.03), st.floats(0, 2000), st.floats(-100, 350))
def test_a_row_is_the_inverse_of_its_height(tilt: float, x: float, down: float) -> None:
    rows = Rows((100.0, 1.2, 1000 * tilt, tilt, 0.0001))
    assert rows.down(x, rows.height(x, down)) == pytest.approx(down, abs=0.01)


def test_keys_are_letters_only() -> None:
    assert key_of("Test loss 0.501") == "testloss"
    assert key_of("sin(X₂)") == "sinx"
