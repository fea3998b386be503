"""Whatever texts a hostile picture brings about, its geometry is read without an error."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.screenshots.kinds import is_playground
from grading.screenshots.plot import read_plot
from grading.screenshots.thumbnails import read_dataset
from grading.screenshots.tiles import read_features
from tests.grading.screenshots.drawn import TextLine, draw_page

PAGE = draw_page()
TEXTS = [line.text for line in PAGE.lines]
PLACES = st.floats(-100, 900)
SIZES = st.floats(0, 300)
LINES = st.lists(st.builds(TextLine, st.sampled_from(TEXTS), st.floats(0, 1), st.tuples(PLACES, PLACES, SIZES, SIZES)))


@settings(max_examples=40)
@given(LINES, st.integers(1, 80), st.integers(1, 80))
def test_texts_anywhere_in_a_picture_of_any_size(lines: list[TextLine], width: int, height: int) -> None:
    pixels = np.random.default_rng(width).integers(0, 256, (height, width, 3)).astype(np.uint8)
    assert read_features(pixels, lines) is None
    assert read_dataset(pixels, lines) is None
    assert read_plot(pixels, lines) is None
    assert is_playground(lines, pixels) is not False or len(lines) >= 8


@settings(max_examples=40)
@given(st.floats(0.001, 40), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_the_page_s_texts_stretched_and_slanted(factor: float, tilt: float, drift: float) -> None:
    page = PAGE

    def moved(line: TextLine) -> TextLine:
        left, top, width, height = (value * factor for value in line.box)
        return TextLine(line.text, 1, (left + drift * top, top + tilt * left, width, height))

    lines = [moved(line) for line in page.lines]
    noise = np.random.default_rng(1).integers(0, 256, (60, 90, 3)).astype(np.uint8)
    assert read_features(noise, lines) is None
    assert read_plot(noise, lines) is None
