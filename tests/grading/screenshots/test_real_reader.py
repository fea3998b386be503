"""The reader with its models, on a few pictures: what is recorded elsewhere is what the library really reads."""

import importlib.util
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from grading.management.screenshots import load_reader
from grading.screenshots.truth import RIGHT, judge

if TYPE_CHECKING:
    from grading.screenshots.reader import ScreenshotReader

pytestmark = [
    pytest.mark.reader,
    pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="rapidocr is not installed"),
    # The library's own imports warn; what it warns of is not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
FOLDER = Path(__file__).parent / "pictures"
TRUTH: dict[str, dict[str, Any]] = json.loads((FOLDER / "truth.json").read_text())
# A photo of a screen, inverted colours, a narrow toolbar, a small full page, half a page of another kind.
NAMES = ("o003.jpg", "o020.jpg", "o014.png", "o047.jpg", "o058.webp", "o034.jpg", "o029.png")


@pytest.fixture(scope="module")
def reader() -> "ScreenshotReader":
    return load_reader()


@pytest.mark.parametrize("name", NAMES)
def test_the_values_a_picture_shows_are_read_from_its_pixels(reader: "ScreenshotReader", name: str) -> None:
    judged = judge(reader.read(FOLDER / name), TRUTH[name])
    text = [one for one in judged if one.name not in ("features", "dataset", "is_playground")]
    assert [one for one in text if one.outcome != RIGHT] == []


def test_pixels_without_meaning_give_an_empty_reading(reader: "ScreenshotReader") -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 900, 3), dtype=np.uint8)
    for pixels in (noise, np.zeros((16, 2000, 3), dtype=np.uint8), np.full((2000, 16, 3), 255, dtype=np.uint8)):
        encoded = io.BytesIO()
        Image.fromarray(pixels).save(encoded, "PNG")
        reading = reader.read(encoded.getvalue())
        assert reading.epoch is None and reading.loss_test is None and reading.hidden_layers is None
        assert (reading.width, reading.height) == (pixels.shape[1], pixels.shape[0])


def test_the_largest_picture_is_read_within_bounds(reader: "ScreenshotReader") -> None:
    encoded = io.BytesIO()
    Image.open(FOLDER / "o015.webp").convert("RGB").resize((6600, 3690)).save(encoded, "JPEG")
    reading = reader.read(encoded.getvalue())
    assert reading.epoch is not None
    assert reading.epoch.text == TRUTH["o015.webp"]["epoch"]
