from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from grading.screenshots.tiles import read_features
from tests.grading.screenshots.crops import NAMES, load_crop
from tests.grading.screenshots.drawn import INPUTS, SPEC, Drawn, draw_page


@cache
def page(*features: str) -> Drawn:
    return draw_page(replace(SPEC, features=features))


@pytest.mark.parametrize("features", [("x",), ("x", "y"), ("ySquared", "sinY"), INPUTS])
def test_active_inputs_are_read(features: tuple[str, ...]) -> None:
    read = read_features(page(*features).pixels, page(*features).lines)
    assert read is not None
    assert read.value == features
    assert read.text == ", ".join(features)
    assert read.confidence > 0.9


def test_the_box_is_around_the_tiles() -> None:
    read = read_features(page("x").pixels, page("x").lines)
    assert read is not None and read.box is not None
    left, top, width, height = read.box
    assert left < 308 and left + width > 342
    assert top < 241 and top + height > 605


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.5])
def test_any_scale(factor: float) -> None:
    scaled = page("y", "xTimesY").scaled(factor)
    read = read_features(scaled.pixels, scaled.lines)
    assert read is not None and read.value == ("y", "xTimesY")


def test_inverted_and_tinted_colours() -> None:
    for shown in (page("y", "sinX").inverted(), page("y", "sinX").tinted()):
        read = read_features(shown.pixels, shown.lines)
        assert read is not None and read.value == ("y", "sinX")


@pytest.mark.parametrize("features", [("x", "y"), ("x", "sinY")])
def test_a_set_that_is_cut_off_is_not_read(features: tuple[str, ...]) -> None:
    shown = page(*features).cut(0, 0, 1280, 580)  # through the upper half of the last tile
    assert read_features(shown.pixels, shown.lines) is None


def test_a_set_covered_by_another_window_is_not_read() -> None:
    shown = page("x", "y")
    pixels = shown.pixels.copy()
    pixels[580:] = (230, 233, 240)
    assert read_features(pixels, shown.lines) is None


def test_a_dark_bar_over_the_last_tile_is_not_taken_for_its_border() -> None:
    shown = page("x", "y")
    pixels = shown.pixels.copy()
    pixels[565:] = (16, 18, 34)  # a dark task bar
    assert read_features(pixels, shown.lines) is None


def test_a_tile_under_the_mouse_is_not_guessed() -> None:
    shown = page("x", "y")
    pixels = shown.pixels.copy()
    tile = pixels[351:385, 308:342]
    tile[:] = np.where(np.pad(np.zeros((30, 30, 1), bool), ((2, 2), (2, 2), (0, 0)), constant_values=True), 102, tile)
    assert read_features(pixels, shown.lines) is None


def test_nothing_is_read_where_there_is_nothing() -> None:
    shown = page("x")
    assert read_features(shown.pixels, ()) is None
    assert read_features(np.full_like(shown.pixels, 247), shown.lines) is None


@pytest.mark.parametrize("name", NAMES)
def test_real_pictures(name: str) -> None:
    crop = load_crop(name)
    read = read_features(crop.shown.pixels, crop.shown.lines)
    assert (read and read.value) == crop.features
