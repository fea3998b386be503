import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grading.screenshots.picture_hash import hash_distance, picture_hash
from tests.grading.screenshots.crops import NAMES, load_crop

HASHES = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")
SAME = 16  # bits


def saved_anew(pixels: np.ndarray, how: str, quality: int, scale: float = 1) -> np.ndarray:
    image, stored = Image.fromarray(pixels), io.BytesIO()
    image.resize((round(image.width * scale), round(image.height * scale))).save(stored, how, quality=quality)
    return np.asarray(Image.open(stored).convert("RGB"))


@given(HASHES, HASHES)
def test_the_distance_is_the_number_of_other_bits(first: str, second: str) -> None:
    distance = hash_distance(first, second)
    assert distance == f"{int(first, 16) ^ int(second, 16):b}".count("1") == hash_distance(second, first)
    assert hash_distance(first, first) == 0


@given(HASHES, HASHES, HASHES)
def test_a_detour_is_never_shorter(first: str, second: str, third: str) -> None:
    assert hash_distance(first, third) <= hash_distance(first, second) + hash_distance(second, third)


@pytest.mark.parametrize("broken", ["", "0" * 63, "0" * 65, "x" * 64])
def test_what_is_no_hash_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r"hash|base 16"):
        hash_distance("0" * 64, broken)


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 255))
def test_any_picture_has_one(width: int, height: int, grey: int) -> None:
    digits = picture_hash(np.full((height, width, 3), grey, np.uint8))
    assert len(digits) == 64
    int(digits, 16)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("how", "quality", "scale"), [("JPEG", 60, 1), ("JPEG", 95, 0.7), ("WEBP", 60, 1.1)])
def test_a_copy_saved_anew_is_near(name: str, how: str, quality: int, scale: float) -> None:
    pixels = load_crop(name).shown.pixels
    copy = saved_anew(pixels, how, quality, scale)
    assert hash_distance(picture_hash(pixels), picture_hash(copy)) <= SAME


def test_other_pictures_are_far() -> None:
    hashes = [picture_hash(load_crop(name).shown.pixels) for name in NAMES]
    distances = [hash_distance(a, b) for i, a in enumerate(hashes) for b in hashes[i + 1 :]]
    assert min(distances) > 2 * SAME
