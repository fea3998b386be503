"""Opening a picture that anybody may have sent: upright, plain RGB, bounded before anything is decoded."""

import io
import math
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 25_000_000
SHORTEST_SIDE = 16
SEARCHABLE_SIDE = 32  # the least in which text can be looked for
FORMATS = ("PNG", "JPEG", "WEBP")
_ALLOWED = "PNG, JPEG or WebP, at most 32 MB and 25 megapixels, at least 16 pixels on each side"

Pixels = NDArray[np.uint8]


class NotReadable(Exception):
    """There is no picture in it that the reader can look at; `reason` says why, in words for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An upright picture: `pixels` are red, green and blue, uint8, shape (height, width, 3)."""

    pixels: Pixels

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return int(self.pixels.shape[0])


def open_picture(source: Path | bytes | BinaryIO) -> Picture:
    """Decode the first frame of a picture; raises NotReadable.

    The bounds: at most MOST_BYTES are read, and nothing is decoded before the header says that the picture has at
    most MOST_PIXELS. Decoding then takes a few bytes per pixel (some 300 MB at 25 megapixels for a moment) and gives
    3 bytes per pixel. The format is told by the content. Transparency is put on white, metadata turns the picture
    upright, 16 bits become 8, CMYK and palettes become RGB.
    """
    data = _bytes_of(source)
    if not data:
        raise NotReadable("The file is empty.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Pillow warns of odd metadata, which is not used, and of sizes checked here
            with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
                _check_size(*opened.size)
                return Picture(np.asarray(_plain(_upright(opened)), dtype=np.uint8))
    except NotReadable:
        raise
    except Image.DecompressionBombError as error:
        raise NotReadable(f"It has far too many pixels. Allowed: {_ALLOWED}.") from error
    except UnidentifiedImageError as error:
        raise NotReadable(f"It is not a picture that the reader knows. Allowed: {_ALLOWED}.") from error
    except Exception as error:  # decoders raise what they like on broken files: OSError, SyntaxError, struct.error …
        raise NotReadable("The picture is damaged or cut off.") from error


def size_within(width: int, height: int, *, enlarged: float, most: int) -> tuple[int, int]:
    """Width and height `enlarged` times, or less: at most `most` pixels, however long and thin, and 32 on each side."""
    scale = min(enlarged, math.sqrt(most / (width * height)))
    wide = min(max(SEARCHABLE_SIDE, round(width * scale)), most // SEARCHABLE_SIDE)
    return wide, min(max(SEARCHABLE_SIDE, round(height * scale)), most // wide)


def _bytes_of(source: Path | bytes | BinaryIO) -> bytes:
    if isinstance(source, bytes):
        data = source
    elif isinstance(source, Path):
        data = _file_bytes(source)
    else:
        data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise NotReadable(f"The file is larger than 32 MB. Allowed: {_ALLOWED}.")
    return data


def _file_bytes(path: Path) -> bytes:
    # Only what is a file is opened: a pipe would keep the reader waiting for ever.
    if not path.exists():
        raise NotReadable("There is no such file.")
    if not path.is_file():
        raise NotReadable("It is not a file.")
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NotReadable(f"The file can't be opened: {error.strerror or 'unknown error'}.") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise NotReadable(f"It is {width:,} × {height:,} pixels. Allowed: {_ALLOWED}.")
    if min(width, height) < SHORTEST_SIDE:
        raise NotReadable(f"It is {width} × {height} pixels, too small to show anything. Allowed: {_ALLOWED}.")


def _upright(picture: Image.Image) -> Image.Image:
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # what can't be made out of the metadata is no reason to refuse the picture
        return picture


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey, which `convert` cuts off at 255 instead of scaling
        return picture.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    with_alpha = picture.convert("RGBA")
    white = Image.new("RGB", with_alpha.size, "white")
    white.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return white
