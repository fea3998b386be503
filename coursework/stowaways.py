"""Files that are a picture and something else at once: a page, a script, an archive. Pure: bytes in, a word out.

What we store is our own encoding of the pixels, which carries none of this along. It is refused all the same: nobody
makes such a file by accident, and whoever did should be told that it was noticed.
"""

import re
import struct

# Long enough that no compressed picture holds them by chance; metadata of honest programs (XMP) has none of them.
_MARKUP = re.compile(rb"<script|<!doctype|<\?php|<iframe|<html[\s>]|<svg\s+xmlns|javascript:", re.IGNORECASE)
_HEAD = 1024  # readers of PDF look for its mark this far
_PROGRAMS = {b"\x7fELF": "a program", b"MZ\x90\x00": "a program", b"#!/": "a program", b"Rar!\x1a\x07": "an archive"}
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22


def find_stowaway(data: bytes) -> str:
    """Name what else a file is beside a picture, such as "a web page"; empty if nothing is found."""
    if _MARKUP.search(data):
        return "a web page or a script"
    if b"%PDF-" in data[:_HEAD]:
        return "a document"
    return "an archive" if _is_archive(data) else _behind(trailer(data))


def trailer(data: bytes) -> bytes:
    """Return what follows the end of a PNG or WebP; of other files nothing, as JPEGs of phones do have a rest."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        end = data.rfind(b"IEND\xaeB`\x82")
        return data[end + 8 :] if end >= 0 else b""
    if data[:4] == b"RIFF" and len(data) >= 8:
        size: int = struct.unpack_from("<I", data, 4)[0]
        return data[8 + size + size % 2 :]
    return b""


def _behind(rest: bytes) -> str:
    """Name what stands right behind a picture. Bytes without a meaning there are a known habit of honest programs."""
    rest = rest.lstrip(b"\x00\r\n ")
    if rest.startswith(b"%PDF-"):
        return "a document"
    return next((name for mark, name in _PROGRAMS.items() if rest.startswith(mark)), "")


def _is_archive(data: bytes) -> bool:
    """Whether the file ends as a ZIP does: with its end record and a comment of just the length told there."""
    at = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_END_BYTES - 0xFFFF))
    if at < 0 or at + _ZIP_END_BYTES > len(data):
        return False
    comment: int = struct.unpack_from("<H", data, at + 20)[0]
    return at + _ZIP_END_BYTES + comment == len(data)
