"""Some 250 files that are no honest screenshots, always the same ones: bombs, pages, polyglots, cut and bent pictures.

`bad_pictures` gives those that have to be refused, `odd_pictures` what may be taken but must come out clean.
"""

import io
import random
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from PIL import Image

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
SECRET = b"my-home-address"
PAGE = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@dataclass(frozen=True)
class BadPicture:
    """A file with the name it comes under."""

    name: str
    data: bytes


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_header(width: int, height: int, depth: int = 8, colours: int = 2, interlaced: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlaced))


def noise(width: int = 120, height: int = 80, mode: str = "RGB") -> Image.Image:
    """A picture that does not compress, so that each part of its file matters."""
    bands = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(width * height).randbytes(width * height * bands))


def encoded(kind: str, picture: Image.Image | None = None, **options: object) -> bytes:
    data = io.BytesIO()
    (picture or noise()).save(data, kind, **options)
    return data.getvalue()


def whole() -> dict[str, bytes]:
    """One honest file of each kind."""
    return {"png": encoded("PNG"), "jpg": encoded("JPEG", quality=90), "webp": encoded("WEBP", quality=80)}


def bad_pictures() -> Iterator[BadPicture]:
    yield from _no_pictures()
    yield from _other_formats()
    yield from _polyglots()
    yield from _cut_off()
    yield from _bombs()
    yield from _bent_pngs()
    yield from _bent_headers()


def _no_pictures() -> Iterator[BadPicture]:
    texts = {
        "empty": b"",
        "one-byte": b"\x00",
        "words": b"these are words",
        "page": PAGE,
        "page-with-mark": b"\xef\xbb\xbf" + PAGE,
        "drawing": SVG,
        "drawing-with-head": b'<?xml version="1.0"?>' + SVG,
        "script": b"#!/bin/sh\nrm -rf /\n",
        "php": b"<?php system($_GET['c']); ?>",
        "json": b'{"picture": true}',
        "null-bytes": bytes(4096),
        "pdf": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF",
        "zip": b"PK\x05\x06" + bytes(18),
        "program": b"\x7fELF\x02\x01\x01" + bytes(57),
        "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n",
        "imagetragick": b"push graphic-context\nfill 'url(https://127.0.0.1/x.jpg\"|ls \"-la)'\npop graphic-context\n",
        "playlist": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    }
    for (name, data), ending in zip(texts.items(), cycle(("png", "jpg", "webp", "svg", "html")), strict=False):
        yield BadPicture(f"{name}.{ending}", data)
    marks = {"png": PNG_HEAD, "jpg": b"\xff\xd8\xff\xe0", "webp": b"RIFF\x10\x00\x00\x00WEBPVP8 "}
    chance = random.Random(4)
    for ending, mark in marks.items():
        yield BadPicture(f"mark-only.{ending}", mark)
        for size in (1, 30, 1000):
            yield BadPicture(f"mark-and-noise-{size}.{ending}", mark + chance.randbytes(size))
        yield BadPicture(f"mark-and-page.{ending}", mark + PAGE)


def _other_formats() -> Iterator[BadPicture]:
    """Whole pictures in formats that we do not take, under the names of ones that we do."""
    modes = {"XBM": "1", "SPIDER": "F"}
    for kind in ("GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PCX", "SGI", "DDS", "JPEG2000", "EPS", "XBM", "SPIDER"):
        yield BadPicture(f"in-truth-{kind.lower()}.png", encoded(kind, noise().convert(modes.get(kind, "RGB"))))


def _polyglots() -> Iterator[BadPicture]:
    """Whole pictures that are something else as well."""
    zipped = b"PK\x03\x04" + bytes(26) + b"PK\x01\x02" + bytes(42) + b"PK\x05\x06" + bytes(18)
    for ending, data in whole().items():
        for name, payload in (("page", PAGE), ("drawing", SVG), ("php", b"<?php phpinfo(); ?>"), ("zip", zipped)):
            yield BadPicture(f"{name}-behind.{ending}", data + payload)
    png, jpeg, webp = whole().values()
    for name, payload in (("program", b"\x7fELF\x02\x01\x01" + bytes(60)), ("pdf", b"%PDF-1.4\n%%EOF")):
        yield BadPicture(f"{name}-behind.png", png + payload)
        yield BadPicture(f"{name}-behind.webp", webp + payload)
    for name, payload in (("page", PAGE), ("php", b"<?php phpinfo(); ?>"), ("pdf", b"%PDF-1.4\n")):
        text = chunk(b"tEXt", b"Comment\x00" + payload)
        yield BadPicture(f"{name}-in-a-text-chunk.png", png[:33] + text + png[33:])
        comment = b"\xff\xfe" + struct.pack(">H", len(payload) + 2) + payload
        yield BadPicture(f"{name}-in-a-comment.jpg", jpeg[:2] + comment + jpeg[2:])


def _cut_off() -> Iterator[BadPicture]:
    for ending, data in whole().items():
        for percent in (1, 2, 5, *range(10, 100, 5), 98):
            yield BadPicture(f"cut-at-{percent}-percent.{ending}", data[: len(data) * percent // 100])


def _bombs() -> Iterator[BadPicture]:
    """Small files that would be large pictures; for the first ones nothing must be decoded at all."""
    for width, height in ((6000, 6000), (25_000_001, 1), (60_000, 60_000), (2**31 - 1, 2**31 - 1), (1, 2**31 - 1)):
        yield BadPicture(f"header-{width}x{height}.png", PNG_HEAD + png_header(width, height) + chunk(b"IDAT", b""))
    zeros = zlib.compress(bytes(6000 * 5000), 9)
    for colours, name in ((0, "grey"), (2, "colour"), (6, "alpha")):
        parts = png_header(30_000, 30_000, colours=colours) + chunk(b"IDAT", zeros) + chunk(b"IEND", b"")
        yield BadPicture(f"deflate-{name}.png", PNG_HEAD + parts)
    for width, height in ((16_383, 16_383), (5001, 5000)):
        small = bytearray(whole()["webp"])
        struct.pack_into("<HH", small, small.index(b"\x9d\x01\x2a") + 3, width, height)
        yield BadPicture(f"header-{width}x{height}.webp", bytes(small))
    for width, height in ((65_500, 65_500), (5001, 5000), (65_535, 500)):
        small = bytearray(whole()["jpg"])
        at = small.index(b"\xff\xc0") + 5
        small[at : at + 4] = struct.pack(">HH", height, width)
        yield BadPicture(f"header-{width}x{height}.jpg", bytes(small))


def _bent_pngs() -> Iterator[BadPicture]:
    whole_png = whole()["png"]
    data = zlib.compress(bytes((120 * 3 + 1) * 80))
    end = chunk(b"IEND", b"")
    for depth, colours in ((3, 2), (16, 3), (1, 2), (8, 1), (8, 5), (8, 7), (32, 0), (0, 0)):
        yield BadPicture(
            f"depth-{depth}-colours-{colours}.png",
            PNG_HEAD + png_header(120, 80, depth, colours) + chunk(b"IDAT", data) + end,
        )
    for width, height in ((0, 80), (120, 0), (0, 0)):
        yield BadPicture(
            f"size-{width}x{height}.png", PNG_HEAD + png_header(width, height) + chunk(b"IDAT", data) + end
        )
    for name, parts in {
        "no-header": chunk(b"IDAT", data) + end,
        "no-pixels": png_header(120, 80) + end,
        "not-deflated": png_header(120, 80) + chunk(b"IDAT", b"these are words" * 9) + end,
        "too-few-pixels": png_header(120, 80) + chunk(b"IDAT", zlib.compress(bytes(900))) + end,
        "unknown-filter": png_header(120, 80) + chunk(b"IDAT", zlib.compress(b"\x09" * (120 * 3 + 1) * 80)) + end,
        "no-palette": png_header(120, 80, 8, 3) + chunk(b"IDAT", b"") + end,
        "letters-for-a-chunk": png_header(120, 80) + chunk(b"\xff\xfe\xfd\xfc", data) + end,
    }.items():
        yield BadPicture(f"{name}.png", PNG_HEAD + parts)
    yield BadPicture("profile-of-3-MB.png", encoded("PNG", icc_profile=bytes(3_000_000)))
    bomb = zlib.compress(bytes(40_000_000), 9)
    for kind, content in (
        (b"zTXt", b"Comment\x00\x00" + bomb),
        (b"iTXt", b"Comment\x00\x01\x00\x00\x00" + bomb),
    ):
        text = chunk(kind, content)
        yield BadPicture(f"bomb-in-{kind.decode()}.png", whole_png[:33] + text + whole_png[33:])
        yield BadPicture(f"bombs-in-{kind.decode()}.png", whole_png[:33] + text * 30 + whole_png[33:])


def _bent_headers() -> Iterator[BadPicture]:
    """The first bytes of each kind set to noise behind the mark, deterministic."""
    for ending, data in whole().items():
        for seed in range(24):
            chance = random.Random(f"{ending}-{seed}")
            bent = bytearray(data)
            bent[12 if ending == "webp" else 3 : 64] = chance.randbytes(52 if ending == "webp" else 61)
            yield BadPicture(f"noise-in-the-head-{seed}.{ending}", bytes(bent))


def odd_pictures() -> Iterator[BadPicture]:
    """Real pictures in unusual dress. They may be taken; what is stored holds nothing but pixels."""
    png, jpeg, webp = whole().values()
    profile = SECRET * 60_000  # a colour profile of 900 kB
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, SECRET.decode()
    exif.get_ifd(0x8825)[2] = (47.0, 22.0, 30.0)  # where it was taken
    frames = [noise(60, 40), noise(61, 41).resize((60, 40))]
    yield BadPicture("comment.jpg", encoded("JPEG", comment=SECRET))
    yield BadPicture("profile.png", encoded("PNG", icc_profile=profile))
    yield BadPicture("profile.jpg", encoded("JPEG", icc_profile=profile))
    yield BadPicture("profile.webp", encoded("WEBP", icc_profile=profile))
    for kind in ("PNG", "JPEG", "WEBP"):
        yield BadPicture(f"exif.{kind.lower()}", encoded(kind, exif=exif))
    yield BadPicture("xmp.jpg", encoded("JPEG", xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"))
    yield BadPicture("two-in-one.jpg", encoded("MPO", frames[0], save_all=True, append_images=frames[1:]))
    yield BadPicture("moving.png", encoded("PNG", frames[0], save_all=True, append_images=frames[1:]))
    yield BadPicture("moving.webp", encoded("WEBP", frames[0], save_all=True, append_images=frames[1:]))
    yield BadPicture("rest-behind.png", png + SECRET)
    yield BadPicture("rest-behind.jpg", jpeg + SECRET)
    yield BadPicture("rest-behind.webp", webp + SECRET)
    texts = {b"tEXt": b"Comment\x00" + SECRET, b"zTXt": b"Comment\x00\x00" + zlib.compress(SECRET)}
    for mark, content in texts.items():
        yield BadPicture(f"text-in-{mark.decode()}.png", png[:33] + chunk(mark, content) + png[33:])
    for mode in ("L", "LA", "RGBA", "P", "1"):
        yield BadPicture(f"mode-{mode}.png", encoded("PNG", noise().convert(mode)))
    yield BadPicture("mode-CMYK.jpg", encoded("JPEG", noise().convert("CMYK")))
    yield BadPicture("mode-L.jpg", encoded("JPEG", noise().convert("L")))
    yield BadPicture("mode-16.png", encoded("PNG", Image.frombytes("I;16", (64, 64), bytes([0, 128]) * 64 * 64)))
    broken_exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff" + b"\x01\x12\x00\x09" * 40
    segment = b"\xff\xe1" + struct.pack(">H", len(broken_exif) + 2) + broken_exif
    yield BadPicture("broken-exif.jpg", jpeg[:2] + segment + jpeg[2:])
