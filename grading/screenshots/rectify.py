"""Cuts a part of the picture out and lays it flat: straight, in a size of its own, on the page's own ground colour."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grading.screenshots.reading import Corner

Pixels = NDArray[np.uint8]  # (height, width, 3) RGB
Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
GROUND = 247.0  # what the page's light grey becomes in all three channels
_LUMA = np.array((0.299, 0.587, 0.114), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Patch:
    """A part laid flat: colours float32 (height, width, 3), 0 to 255 or so, and which of them the picture shows."""

    colors: Floats
    seen: Mask

    @property
    def luma(self) -> Floats:
        """How light each place is, (height, width)."""
        return self.colors @ _LUMA


def lay_flat(pixels: Pixels, corners: Sequence[Corner], width: int, height: int) -> Patch:
    """Sample the quadrilateral `corners` (from the top left, clockwise) at `width` × `height` places, bilinearly."""
    x, y = _places(corners, width, height)
    last_y, last_x = pixels.shape[0] - 1, pixels.shape[1] - 1
    seen = (x >= 0) & (y >= 0) & (x <= last_x) & (y <= last_y)
    x, y = x.clip(0, last_x), y.clip(0, last_y)
    left, top = x.astype(np.intp), y.astype(np.intp)
    right, bottom = np.minimum(left + 1, last_x), np.minimum(top + 1, last_y)
    across, along = (x - left)[..., None], (y - top)[..., None]
    upper = pixels[top, left] * (1 - across) + pixels[top, right] * across
    lower = pixels[bottom, left] * (1 - across) + pixels[bottom, right] * across
    return Patch(np.asarray(upper * (1 - along) + lower * along, dtype=np.float32), seen)


def on_ground(patch: Patch, ground: Floats) -> Patch:
    """Turn inverted colours back and take tints out, so that the page's ground, `ground` here, becomes GROUND."""
    colors, ground = (255 - patch.colors, 255 - ground) if is_inverted(ground) else (patch.colors, ground)
    factors = np.asarray(GROUND / np.maximum(ground, 60), dtype=np.float32)
    return Patch(colors * factors, patch.seen)


def is_inverted(ground: Floats) -> bool:
    """Tell from the page's ground (3 channels) whether the picture's colours are inverted."""
    return float(ground @ _LUMA) < 80


def homography(corners: Sequence[Corner], width: float, height: float) -> NDArray[np.float64]:
    """Give the 3 × 3 matrix that takes (x, y, 1) of the flat part to the picture's, up to a factor."""
    rows, targets = [], []
    for (u, v), (x, y) in zip(((0, 0), (width, 0), (width, height), (0, height)), corners, strict=True):
        rows += [(u, v, 1, 0, 0, 0, -u * x, -v * x), (0, 0, 0, u, v, 1, -u * y, -v * y)]
        targets += [x, y]
    return np.append(np.linalg.solve(np.array(rows, dtype=float), np.array(targets)), 1).reshape(3, 3)


def _places(corners: Sequence[Corner], width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give where in the picture's array the middle of each flat pixel lies."""
    v, u = np.mgrid[0:height, 0:width] + 0.5
    taken = homography(corners, width, height) @ np.stack((u.ravel(), v.ravel(), np.ones(u.size)))
    x, y = (taken[axis] / taken[2] - 0.5 for axis in (0, 1))
    return x.reshape(u.shape), y.reshape(u.shape)
