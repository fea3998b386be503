import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from coursework.services.screenshots import MOST_BYTES, PreparedScreenshot, ScreenshotRefused, prepare_screenshot
from tests.world import picture


def reopened(prepared: PreparedScreenshot) -> Image.Image:
    prepared.content.seek(0)
    return Image.open(io.BytesIO(prepared.content.read()))


@pytest.mark.parametrize(("kind", "stored"), [("PNG", "PNG"), ("JPEG", "JPEG"), ("WEBP", "JPEG")])
def test_pictures_are_encoded_again(kind: str, stored: str) -> None:
    prepared = prepare_screenshot(picture(kind=kind))
    assert reopened(prepared).format == stored
    assert (prepared.width, prepared.height) == (64, 48)


@pytest.mark.parametrize("more", [{}, {"icc_profile": b"a colour profile"}])
def test_a_webp_that_lost_nothing_loses_nothing_here(more: dict[str, bytes]) -> None:
    data = io.BytesIO()
    original = Image.effect_noise((40, 30), 80).convert("RGB")
    original.save(data, "WEBP", lossless=True, **more)
    prepared = prepare_screenshot(SimpleUploadedFile("x.webp", data.getvalue()))
    stored = reopened(prepared)
    assert stored.format == "PNG"
    assert stored.tobytes() == original.tobytes()


def test_metadata_is_dropped_and_the_picture_stands_upright() -> None:
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010E] = "my home address"
    Image.new("RGB", (40, 20), "red").save(data, "JPEG", exif=exif)
    prepared = prepare_screenshot(SimpleUploadedFile("turned.jpg", data.getvalue()))
    assert (prepared.width, prepared.height) == (20, 40)
    assert b"home address" not in prepared.content.read()
    assert dict(reopened(prepared).getexif()) == {}


def test_what_follows_the_picture_is_not_kept() -> None:
    upload = picture()
    with_a_rest = SimpleUploadedFile("x.png", upload.read() + b"what an earlier, larger picture left behind")
    assert b"left behind" not in prepare_screenshot(with_a_rest).content.read()


def test_transparency_becomes_white() -> None:
    data = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(data, "PNG")
    assert reopened(prepare_screenshot(SimpleUploadedFile("clear.png", data.getvalue()))).getpixel((5, 5)) == (
        255,
        255,
        255,
    )


def bomb_header(width: int, height: int) -> bytes:
    """A PNG that claims to be huge; decoding it is never tried."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("notes.png", b"these are words", "not a picture"),
        ("empty.png", b"", "not a picture"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
        ("page.png", b"<!doctype html><script>1</script>", "not a picture"),
        ("moving.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "not a picture"),
        ("wide.png", bomb_header(6000, 6000), "6,000 × 6,000"),
        ("bomb.png", bomb_header(60000, 60000), "far too many pixels"),
        ("cut.png", picture(size=(400, 400)).read()[:200], "damaged or cut off"),
    ],
)
def test_refusals_name_the_file_and_what_is_allowed(name: str, content: bytes, part: str) -> None:
    with pytest.raises(ScreenshotRefused) as refusal:
        prepare_screenshot(SimpleUploadedFile(name, content))
    assert name in str(refusal.value)
    assert part in str(refusal.value)
    assert "PNG, JPEG or WebP" in str(refusal.value)


def test_a_dot_is_too_small() -> None:
    with pytest.raises(ScreenshotRefused, match="too small"):
        prepare_screenshot(picture(size=(1, 1)))


def test_more_than_eight_megabytes_are_refused_unread() -> None:
    upload = SimpleUploadedFile("large.png", b"")
    upload.size = MOST_BYTES + 1
    with pytest.raises(ScreenshotRefused, match=r"large\.png has 8\.0 MB"):
        prepare_screenshot(upload)
