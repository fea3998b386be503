"""Screenshots as handed in: judged by their content, decoded within bounds, encoded again without metadata."""

import hashlib
import io
import threading
import warnings
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps, UnidentifiedImageError

from coursework.models import screenshot_path
from coursework.stowaways import find_stowaway

log = structlog.get_logger(__name__)

MOST_SCREENSHOTS = 3
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 25_000_000
# A picture of 25 megapixels takes some 300 MB while it is decoded and encoded: of those above this, a web process works
# on one at a time. A screenshot of a large display is below it.
LARGE_PIXELS = 9_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
ALLOWED = "PNG, JPEG or WebP pictures of at most 8 MB and 25 megapixels"
SHORTEST_SIDE = 16
_large = threading.Lock()


class ScreenshotRefused(Exception):
    """A file that is not a picture we accept; the message names the file, what is wrong and what is allowed."""


class NotStored(Exception):
    """Our storage did not take the pictures. Nothing was handed in, and the fault is ours; the message says so.

    `reason` is the message without `kept`, which says what of a page's form is not lost.
    """

    def __init__(self, reason: str, kept: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason} {kept}".rstrip())


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


def store_screenshots(screenshots: Sequence[PreparedScreenshot]) -> list[StoredScreenshot]:
    """Write pictures to storage; raises NotStored, and none of them is left there then."""
    names = [screenshot_path(None, one.content.name or "") for one in screenshots]
    try:
        names_there = [default_storage.save(name, one.content) for name, one in zip(names, screenshots, strict=True)]
    except Exception as error:  # a full disk, a bucket out of reach: every storage has errors of its own
        log.exception("screenshots_not_stored")
        delete_stored(names)
        listed = ", ".join(one.original_name for one in screenshots)
        raise NotStored(
            f"We could not store {listed} just now; the fault is ours. Nothing was handed in and no attempt is used "
            "up: try again in a few minutes.",
            kept="The rest is kept.",
        ) from error
    return [
        StoredScreenshot(name, one.width, one.height, one.original_name, one.upload_hash)
        for name, one in zip(names_there, screenshots, strict=True)
    ]


def delete_stored(names: Iterable[str]) -> None:
    """Take pictures away again, half-written ones too. What can't be deleted is logged: it is in nobody's way."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:
            log.exception("file_left_over", name=name)


def prepare_screenshot(upload: UploadedFile[Any]) -> PreparedScreenshot:
    """Check and re-encode one uploaded file; raises ScreenshotRefused.

    The format is told by the content, never by name or type; the size in pixels is read from the header before
    anything is decoded. Encoding again drops metadata and whatever else was hidden in the file.
    """
    name = (upload.name or "picture")[:120]
    if (upload.size or 0) > MOST_BYTES:
        raise ScreenshotRefused(f"{name} has {(upload.size or 0) / 1024 / 1024:.1f} MB. Allowed: {ALLOWED}.")
    data = upload.read()
    content, (width, height) = _encoded_again(name, data)
    return PreparedScreenshot(
        content=content,
        width=width,
        height=height,
        original_name=name,
        upload_hash=hashlib.sha256(data).hexdigest(),
    )


def _encoded_again(name: str, data: bytes) -> tuple[ContentFile[bytes], tuple[int, int]]:
    """Return our own encoding of the first frame, upright and without transparency, and its width and height."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, which we drop, and of sizes checked here
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                _check_size(name, picture)
                _check_plain(name, data)
                with _large if picture.width * picture.height > LARGE_PIXELS else nullcontext():
                    # MPO: a JPEG with more pictures behind the first
                    as_jpeg = picture.format in ("JPEG", "MPO") or _is_lossy_webp(data)
                    flat = _flattened(_upright(picture))
                    return _encode(flat, as_jpeg=as_jpeg), flat.size
    except ScreenshotRefused:
        raise
    except Image.DecompressionBombError as error:
        raise ScreenshotRefused(f"{name} has far too many pixels. Allowed: {ALLOWED}.") from error
    except UnidentifiedImageError as error:
        raise ScreenshotRefused(f"{name} is not a picture that we can read. Allowed: {ALLOWED}.") from error
    except Exception as error:  # decoders raise what they like on broken files: OSError, SyntaxError, struct.error …
        raise ScreenshotRefused(f"{name} is damaged or cut off. Allowed: {ALLOWED}.") from error


def _upright(picture: Image.Image) -> Image.Image:
    """Turn a picture as its metadata says; what can't be made out of those is no reason to refuse the picture."""
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # the parser of EXIF raises what it likes, too
        return picture


def _flattened(picture: Image.Image) -> Image.Image:
    """Return plain red, green and blue, with transparency put on white as a browser window would show it."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which `convert` cuts off at 255 instead of scaling
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    with_alpha = picture.convert("RGBA")
    # Pasted, not composited: one picture less in memory at the same time.
    white = Image.new("RGB", with_alpha.size, "white")
    white.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return white


def _encode(picture: Image.Image, *, as_jpeg: bool) -> ContentFile[bytes]:
    """Encode as JPEG what lost details before (as PNG it would grow tenfold and take so much longer), else as PNG."""
    picture.info.clear()  # else Pillow writes comments and colour profiles, which may hold anything, into the copy
    target = io.BytesIO()
    if as_jpeg:
        picture.save(target, "JPEG", quality=92)
        return ContentFile(target.getvalue(), name="screenshot.jpg")
    picture.save(target, "PNG", compress_level=2)  # half the time of the default, for a twentieth more bytes
    return ContentFile(target.getvalue(), name="screenshot.png")


def _is_lossy_webp(data: bytes) -> bool:
    """Whether this is a WebP picture of the lossy kind; of an animated one nothing is said."""
    at = 12  # behind RIFF, its size and WEBP
    while data[8:12] == b"WEBP" and at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if kind in (b"VP8 ", b"VP8L"):
            return kind == b"VP8 "
        at += 8 + size + size % 2
    return False


def _check_size(name: str, picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise ScreenshotRefused(f"{name} is {width:,} × {height:,} pixels. Allowed: {ALLOWED}.")
    if min(width, height) < SHORTEST_SIDE:
        raise ScreenshotRefused(
            f"{name} is {width} × {height} pixels, too small to show anything. At least {SHORTEST_SIDE} on each side."
        )


def _check_plain(name: str, data: bytes) -> None:
    stowaway = find_stowaway(data)
    if stowaway:
        raise ScreenshotRefused(f"{name} is a picture with {stowaway} hidden in it. Allowed: plain {ALLOWED}.")
