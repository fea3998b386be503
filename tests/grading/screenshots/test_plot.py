from functools import cache

import numpy as np
import pytest
from PIL import Image

from grading.screenshots.dots import SIDE, Dots
from grading.screenshots.plot import read_plot
from tests.grading.screenshots.drawn import MAP, Drawn, TextLine, draw_page

LEFT, TOP = MAP
CORNERS = ((LEFT, TOP), (LEFT + 260, TOP), (LEFT + 260, TOP + 260), (LEFT, TOP + 260))


@cache
def page() -> Drawn:
    return draw_page()


def close_to(corners: tuple[tuple[float, float], ...], expected: tuple[tuple[float, float], ...]) -> bool:
    return bool(np.abs(np.array(corners) - expected).max() < 1.0)


def test_the_frame_is_found_to_a_pixel() -> None:
    plot = read_plot(page().pixels, page().lines)
    assert plot is not None
    assert close_to(plot.corners, CORNERS)
    assert plot.confidence > 0.9
    assert Dots.from_text(plot.dots).window == (0, 0, SIDE, SIDE)
    assert len(plot.dots) < 30_000


@pytest.mark.parametrize("background", [0.0, 0.05, 1.0])
def test_on_any_background(background: float) -> None:
    shown = draw_page(background=background)
    plot = read_plot(shown.pixels, shown.lines)
    assert plot is not None and close_to(plot.corners, CORNERS)


@pytest.mark.parametrize("factor", [0.5, 0.7, 2.0])
def test_in_any_size(factor: float) -> None:
    shown = page().scaled(factor)
    plot = read_plot(shown.pixels, shown.lines)
    assert plot is not None
    assert np.abs(np.array(plot.corners) - np.array(CORNERS) * factor).max() < 1.5


def test_texts_a_little_off_do_not_move_it() -> None:
    lines = [TextLine(line.text, 1, (line.box[0] + 3, line.box[1] - 4, *line.box[2:])) for line in page().lines]
    plot = read_plot(page().pixels, lines)
    assert plot is not None and close_to(plot.corners, CORNERS)


def test_inverted_colours_give_the_same_points() -> None:
    plain, inverted = read_plot(page().pixels, page().lines), read_plot(page().inverted().pixels, page().lines)
    assert plain is not None and inverted is not None
    same = Dots.from_text(plain.dots).marks == Dots.from_text(inverted.dots).marks
    assert same.mean() > 0.99


@pytest.mark.parametrize("end", [350, 420])
def test_the_part_that_a_picture_shows(end: int) -> None:
    shown = page().cut(0, 0, 1280, end)
    plot = read_plot(shown.pixels, shown.lines)
    assert plot is not None and close_to(plot.corners, CORNERS)
    assert Dots.from_text(plot.dots).window[3] == pytest.approx((end - TOP) / 260 * SIDE, abs=2)


def test_the_part_above_another_window() -> None:
    pixels = page().pixels.copy()
    pixels[420:] = (25, 30, 40)
    plot = read_plot(pixels, page().lines)
    assert plot is not None and close_to(plot.corners, CORNERS)
    assert Dots.from_text(plot.dots).window[3] == pytest.approx((420 - TOP) / 260 * SIDE, abs=2)


def test_a_photograph_from_the_side() -> None:
    """The picture's rows slant, so that the heat map is no upright square in it."""
    slope = 0.03
    image = Image.fromarray(page().pixels)
    slanted = image.transform(image.size, Image.Transform.AFFINE, (1, 0, 0, -slope, 1, 0), Image.Resampling.BICUBIC)

    def moved(line: TextLine) -> TextLine:
        left, top, width, height = line.box
        return TextLine(line.text, line.confidence, (left, top + slope * (left + width / 2), width, height))

    plot = read_plot(np.asarray(slanted), [moved(line) for line in page().lines])
    assert plot is not None
    assert np.abs(np.array(plot.corners) - [(x, y + slope * x) for x, y in CORNERS]).max() < 2.5
    assert plot.confidence < 0.9


def test_too_little_of_it_is_not_read() -> None:
    shown = page().cut(0, 0, 1280, TOP + 60)
    assert read_plot(shown.pixels, shown.lines) is None


def test_nothing_is_read_where_there_is_nothing() -> None:
    assert read_plot(page().pixels, ()) is None
    assert read_plot(np.full_like(page().pixels, 247), page().lines) is None
    without = page().cut(0, 0, 880, 760)
    assert read_plot(without.pixels, without.lines) is None
