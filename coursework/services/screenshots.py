"""Screenshots as handed in: judged by their content, decoded within bounds, encoded again without metadata."""

import hashlib
import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from coursework.models import screenshot_path

MOST_SCREENSHOTS = 3
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 25_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
ALLOWED = "PNG, JPEG or WebP pictures of at most 8 MB and 25 megapixels"
SHORTEST_SIDE = 16


class ScreenshotRefused(Exception):
    """A file that is not a picture we accept; the message names the file, what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class PreparedScreenshot:
    """A picture ready to be stored: `content` is our own encoding, `upload_hash` is of the bytes as they came."""

    content: ContentFile[bytes]
    width: int
    height: int
    original_name: str
    upload_hash: str


@dataclass(frozen=True, slots=True)
class StoredScreenshot:
    """A picture in storage: `name` is where it stands there."""

    name: str
    width: int
    height: int
    original_name: str
    upload_hash: str


def store_screenshot(prepared: PreparedScreenshot) -> StoredScreenshot:
    """Write one picture to storage. Where that fails, what was written of it is deleted again; raises OSError."""
    content = prepared.content
    name = screenshot_path(None, content.name or "")
    try:
        name = default_storage.save(name, content)
    except Exception:
        default_storage.delete(name)
        raise
    return StoredScreenshot(name, prepared.width, prepared.height, prepared.original_name, prepared.upload_hash)


def delete_stored(names: Iterable[str]) -> None:
    """Delete pictures from storage."""
    for name in names:
        default_storage.delete(name)


def prepare_screenshot(upload: UploadedFile[Any]) -> PreparedScreenshot:
    """Check and re-encode one uploaded file; raises ScreenshotRefused.

    The format is told by the content, never by name or type; the size in pixels is read from the header before
    anything is decoded. Encoding again drops metadata and whatever else was hidden in the file.
    """
    name = (upload.name or "picture")[:120]
    if (upload.size or 0) > MOST_BYTES:
        raise ScreenshotRefused(f"{name} has {(upload.size or 0) / 1024 / 1024:.1f} MB. Allowed: {ALLOWED}.")
    data = upload.read()
    picture, as_jpeg = _decode(name, data)
    return PreparedScreenshot(
        content=_encode(picture, as_jpeg=as_jpeg),
        width=picture.width,
        height=picture.height,
        original_name=name,
        upload_hash=hashlib.sha256(data).hexdigest(),
    )


def _decode(name: str, data: bytes) -> tuple[Image.Image, bool]:
    """Return the first frame, upright, without transparency, and whether it came as JPEG."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, which we drop, and of sizes checked here
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_size(name, picture)
                return _flattened(ImageOps.exif_transpose(picture)), picture.format == "JPEG"
    except ScreenshotRefused:
        raise
    except Image.DecompressionBombError as error:
        raise ScreenshotRefused(f"{name} has far too many pixels. Allowed: {ALLOWED}.") from error
    except UnidentifiedImageError as error:
        raise ScreenshotRefused(f"{name} is not a picture that we can read. Allowed: {ALLOWED}.") from error
    except Exception as error:  # decoders raise what they like on broken files: OSError, SyntaxError, struct.error …
        raise ScreenshotRefused(f"{name} is damaged or cut off. Allowed: {ALLOWED}.") from error


def _flattened(picture: Image.Image) -> Image.Image:
    """Put a picture with transparency on white, as a browser window would show it."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    with_alpha = picture.convert("RGBA")
    white = Image.new("RGBA", with_alpha.size, "white")
    return Image.alpha_composite(white, with_alpha).convert("RGB")


def _encode(picture: Image.Image, *, as_jpeg: bool) -> ContentFile[bytes]:
    """Encode as JPEG what came as JPEG (as PNG a photograph would grow tenfold), anything else as PNG."""
    target = io.BytesIO()
    if as_jpeg:
        picture.save(target, "JPEG", quality=92)
        return ContentFile(target.getvalue(), name="screenshot.jpg")
    picture.save(target, "PNG")
    return ContentFile(target.getvalue(), name="screenshot.png")


def _check_size(name: str, picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise ScreenshotRefused(f"{name} is {width:,} × {height:,} pixels. Allowed: {ALLOWED}.")
    if min(width, height) < SHORTEST_SIDE:
        raise ScreenshotRefused(
            f"{name} is {width} × {height} pixels, too small to show anything. At least {SHORTEST_SIDE} on each side."
        )
