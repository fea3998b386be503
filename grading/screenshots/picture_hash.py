"""A perceptual hash: copies of a picture that were saved anew have nearly the same, other pictures have not.

256 bits, since all Playground screenshots look much alike: with 64 bits classmates' pictures are the same.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_SIDE = 64  # the picture is shrunk to this square
_WAVES = 17  # of its cosine waves the slowest this many in each direction are looked at, the constant one left out
_DIGITS = 64  # hexadecimal, of 256 bits


def picture_hash(pixels: NDArray[np.uint8]) -> str:
    """Give the hash of the upright picture, uint8 (height, width, 3) RGB, as 64 hexadecimal digits."""
    small = Image.fromarray(pixels).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    waves = _cosines()
    strengths = (waves @ np.asarray(small, dtype=np.float64) @ waves.T)[1:, 1:]
    bits = np.packbits(strengths > np.median(strengths))
    return bits.tobytes().hex()


def hash_distance(first: str, second: str) -> int:
    """Give in how many of the 256 bits two hashes differ. Raises ValueError for anything that isn't such a hash."""
    if len(first) != _DIGITS or len(second) != _DIGITS:
        raise ValueError(f"A picture's hash should be {_DIGITS} hexadecimal digits.")
    return (int(first, 16) ^ int(second, 16)).bit_count()


def _cosines() -> NDArray[np.float64]:
    """Give the slowest cosine waves over the square's side, (_WAVES, _SIDE)."""
    places = np.arange(_SIDE) + 0.5
    return np.cos(np.pi / _SIDE * np.arange(_WAVES)[:, None] * places)
