import numpy as np
import pytest

from grading.screenshots.kinds import is_playground
from tests.grading.screenshots.crops import NAMES, load_crop
from tests.grading.screenshots.drawn import TextLine, draw_page

GREY = np.full((600, 800, 3), 247, np.uint8)
TOOLBAR = ("Epoch", "Learning rate", "Activation", "Regularization", "Regularization rate", "Problem type")


def row(*texts: str, down: float = 30.0) -> list[TextLine]:
    return [TextLine(text, 0.95, (130.0 * i, down, 100.0, 18.0)) for i, text in enumerate(texts)]


def column(*texts: str) -> list[TextLine]:
    return [TextLine(text, 0.95, (20.0, 27.0 * i, 500.0, 20.0)) for i, text in enumerate(texts)]


def test_the_page_is_known_by_its_network_and_output() -> None:
    page = draw_page()
    assert is_playground(page.lines, page.pixels) is True


def test_the_toolbar_alone_will_do_even_misread() -> None:
    assert is_playground(row(*TOOLBAR), GREY) is True
    assert is_playground(row("Epoch", "Leaming rate", "Adivation", "Regulerization"), GREY) is True


@pytest.mark.parametrize("name", NAMES)
def test_real_pictures(name: str) -> None:
    crop = load_crop(name)
    assert is_playground(crop.shown.lines, crop.shown.pixels) is True


def test_a_text_about_it_is_not_it() -> None:
    text = column(*["It is a technique for building a computer program that learns from data."] * 9)
    assert is_playground(text, GREY) is False


def test_the_pages_title_or_controls_alone_leave_it_open() -> None:
    assert is_playground(column("Tinker With a Neural Network Right Here in Your Browser."), GREY) is None
    controls = [line for i, label in enumerate(TOOLBAR) for line in row("Show test data", label, down=40.0 * i)]
    assert is_playground(controls, GREY) is None


def test_a_photograph_and_a_blank_picture_are_not_it() -> None:
    photograph = np.random.default_rng(1).integers(0, 255, (400, 600, 3)).astype(np.uint8)
    assert is_playground((), photograph) is False
    assert is_playground((), GREY) is False


def test_few_texts_or_few_pixels_leave_it_open() -> None:
    assert is_playground((), np.zeros((1, 1, 3), np.uint8)) is None
    assert is_playground(column("Hello"), GREY) is None
    assert is_playground((), draw_page().pixels) is None  # a page whose texts can't be read
