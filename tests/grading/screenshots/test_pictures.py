"""Whatever is sent as a picture: upright red, green and blue, or a reason in words; never anything else."""

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from grading.screenshots.pictures import MOST_BYTES, NotReadable, open_picture, size_within


def encoded(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


def plain(width: int = 40, height: int = 30, colour: str = "red") -> Image.Image:
    return Image.new("RGB", (width, height), colour)


def png_that_says(width: int, height: int) -> bytes:
    """A few bytes whose header claims any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def reason(data: bytes) -> str:
    with pytest.raises(NotReadable) as caught:
        open_picture(data)
    assert str(caught.value) == caught.value.reason
    return caught.value.reason


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_given_as_rows_of_red_green_and_blue(form: str) -> None:
    picture = open_picture(encoded(plain(), form))
    assert (picture.width, picture.height) == (40, 30)
    assert picture.pixels.shape == (30, 40, 3)
    assert picture.pixels.dtype == np.uint8
    assert np.abs(picture.pixels[15, 20].astype(int) - (255, 0, 0)).max() <= 4


def test_files_and_open_files_are_read_like_bytes(tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    path.write_bytes(encoded(plain()))
    with path.open("rb") as file:
        assert (open_picture(file).pixels == open_picture(path).pixels).all()


def test_a_picture_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = open_picture(encoded(plain(60, 20), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (20, 60)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("L", 128, (128, 128, 128)),
        ("1", 1, (255, 255, 255)),
        ("I;16", 0x8000, (128, 128, 128)),
        ("RGBA", (0, 0, 255, 0), (255, 255, 255)),
        ("LA", (0, 255), (0, 0, 0)),
    ],
)
def test_every_kind_of_pixel_becomes_red_green_and_blue(
    mode: str, colour: object, expected: tuple[int, int, int]
) -> None:
    picture = open_picture(encoded(Image.new(mode, (20, 20), colour)))  # type: ignore[arg-type]
    assert picture.pixels[10, 10].tolist() == list(expected)


def test_four_inks_and_palettes_become_red_green_and_blue() -> None:
    inks = open_picture(encoded(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG"))
    assert np.abs(inks.pixels[10, 10].astype(int) - (255, 0, 0)).max() <= 8
    palette = plain(20, 20, "lime").convert("P")
    assert open_picture(encoded(palette)).pixels[10, 10].tolist() == [0, 255, 0]
    see_through = encoded(palette, transparency=palette.getpixel((0, 0)))
    assert open_picture(see_through).pixels[10, 10].tolist() == [255, 255, 255]


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_counts(form: str) -> None:
    frames = encoded(plain(colour="red"), form, save_all=True, append_images=[plain(colour="blue")], lossless=True)
    assert open_picture(frames).pixels[15, 20].tolist() == [255, 0, 0]


def test_25_megapixels_are_read_and_more_are_refused_before_decoding() -> None:
    assert open_picture(encoded(Image.new("1", (5000, 5000)))).width == 5000
    assert "5,001 × 5,000 pixels" in reason(png_that_says(5001, 5000))
    assert "far too many pixels" in reason(png_that_says(100_000, 100_000))


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (400, 15)])
def test_what_is_too_small_to_show_anything_is_refused(size: tuple[int, int]) -> None:
    assert f"{size[0]} × {size[1]} pixels" in reason(encoded(plain(*size)))


def test_an_empty_file_and_what_is_not_a_picture_are_named_so() -> None:
    assert reason(b"") == "The file is empty."
    assert "not a picture" in reason(b"Epoch 000,123")
    assert "not a picture" in reason(encoded(plain(), "GIF"))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_file_cut_off_is_refused(form: str) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 255, (90, 90, 3), dtype=np.uint8))
    data = encoded(noise, form)
    assert "cut off" in reason(data[: len(data) // 2])


def test_too_many_bytes_are_refused_without_reading_them_all(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 10)
    with pytest.raises(NotReadable, match="larger than 32 MB"):
        open_picture(path)


def test_what_is_no_file_is_named_so(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path, words in ((tmp_path / "none.png", "no such file"), (tmp_path, "not a file"), (pipe, "not a file")):
        with pytest.raises(NotReadable, match=words):
            open_picture(path)


@given(st.binary(max_size=300), st.integers(0, 400), st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_bytes_that_somebody_changed_give_a_picture_or_a_reason(junk: bytes, at: int, form: str) -> None:
    data = encoded(plain(), form)
    try:
        picture = open_picture(data[:at] + junk + data[at + len(junk) :])
    except NotReadable as error:
        assert error.reason
    else:
        assert picture.pixels.ndim == 3


@given(st.integers(16, 2_000_000), st.integers(16, 2_000_000), st.floats(0.1, 5))
def test_whatever_its_form_a_picture_is_searched_in_bounded_pixels(width: int, height: int, enlarged: float) -> None:
    wide, high = size_within(width, height, enlarged=enlarged, most=1_500_000)
    assert wide * high <= 1_500_000
    assert min(wide, high) >= 32


def test_a_picture_keeps_its_form_where_it_can() -> None:
    assert size_within(1000, 500, enlarged=1.5, most=1_500_000) == (1500, 750)
    assert size_within(4000, 2000, enlarged=2.0, most=2_000_000) == (2000, 1000)
