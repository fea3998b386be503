"""What is kept of a heat map's points: a small map of marks, as text.

The map is `SIDE` × `SIDE`, over -6 to 6 both ways, from the top left. A mark says how much the picture looks at that
place like the middle of a point: `LIGHT` blue or orange with the light border of a training point, in three strengths,
or with the dark border of a test point.
"""

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

SIDE = 240
UNIT = SIDE / 12  # of the map, per unit of the data
NOTHING, BLUE, ORANGE, DARK_BLUE, DARK_ORANGE = 0, 1, 4, 7, 8
STRENGTHS = 3  # BLUE + 2 and ORANGE + 2 are the strongest
_LAST = DARK_ORANGE
_VERSION = "1"
_PATTERN = re.compile(r"1;(\d+),(\d+),(\d+),(\d+);([A-Za-z0-9+/=]{1,60000})")

Marks = NDArray[np.uint8]
Window = tuple[int, int, int, int]  # left, top, right, bottom: what the picture shows of the map


@dataclass(frozen=True)
class Dots:
    """The marks, uint8 (SIDE, SIDE), and the part of the map that the picture shows."""

    marks: Marks
    window: Window

    def to_text(self) -> str:
        """Write it in some 3,000 to 12,000 characters."""
        packed = zlib.compress(np.ascontiguousarray(self.marks, dtype=np.uint8).tobytes(), 9)
        return f"{_VERSION};{','.join(map(str, self.window))};{base64.b64encode(packed).decode('ascii')}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `to_text` wrote. Raises ValueError for anything else."""
        found = _PATTERN.fullmatch(text)
        if found is None:
            raise ValueError(
                "These are not the points of a heat map: the text should be 1;left,top,right,bottom;marks."
            )
        left, top, right, bottom = (int(number) for number in found.groups()[:4])
        if not (left <= right <= SIDE and top <= bottom <= SIDE):
            raise ValueError(f"The window of a heat map's points should lie within 0 to {SIDE}.")
        return cls(_unpacked(found[5]), (left, top, right, bottom))


def _unpacked(text: str) -> Marks:
    try:
        raw = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), SIDE * SIDE + 1)
    except (binascii.Error, zlib.error) as error:
        raise ValueError("The marks of a heat map's points can't be unpacked.") from error
    marks = np.frombuffer(raw, dtype=np.uint8)
    if len(marks) != SIDE * SIDE or marks.max() > _LAST:
        raise ValueError(f"The marks of a heat map's points should be {SIDE} × {SIDE} numbers from 0 to {_LAST}.")
    return marks.reshape(SIDE, SIDE)
