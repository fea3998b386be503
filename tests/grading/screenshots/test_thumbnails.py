from functools import cache

import numpy as np
import pytest

from engine.spec import Spec
from grading.screenshots.thumbnails import read_dataset
from tests.grading.screenshots.crops import NAMES, load_crop
from tests.grading.screenshots.drawn import SETS, Drawn, draw_page


@cache
def page(name: str) -> Drawn:
    problem = "regression" if name.startswith("reg-") else "classification"
    return draw_page(Spec(dataset=name, problem=problem, seed="0.1"))


@pytest.mark.parametrize("name", SETS)
def test_the_chosen_set_is_read(name: str) -> None:
    read = read_dataset(page(name).pixels, page(name).lines)
    assert read is not None
    assert (read.text, read.value) == (name, name)
    assert read.confidence > 0.7
    assert read.box is not None
    column, row = SETS[name]
    assert read.box[:2] == pytest.approx((90 + 48 * column, 214 + 48 * row), abs=3)


def test_inverted_tinted_and_small() -> None:
    for shown in (page("xor").inverted(), page("xor").tinted(), page("xor").scaled(0.6)):
        read = read_dataset(shown.pixels, shown.lines)
        assert read is not None and read.value == "xor"


def test_a_drawing_in_another_ones_place_is_not_read() -> None:
    shown = page("spiral")
    pixels = shown.pixels.copy()
    pixels[262:300, 138:176] = page("gauss").pixels[262:300, 90:128]
    assert read_dataset(pixels, shown.lines) is None


def test_nothing_is_read_where_there_is_nothing() -> None:
    shown = page("circle").cut(200, 0, 1280, 760)
    assert read_dataset(shown.pixels, shown.lines) is None
    assert read_dataset(np.full_like(page("circle").pixels, 247), page("circle").lines) is None


@pytest.mark.parametrize("name", NAMES)
def test_real_pictures(name: str) -> None:
    crop = load_crop(name)
    read = read_dataset(crop.shown.pixels, crop.shown.lines)
    assert (read and read.value) == crop.dataset
