"""Reads which inputs are active: their tiles have a dark border, the others none and pale colours."""

from collections.abc import Iterable

import numpy as np

from grading.screenshots.borders import border_darkness
from grading.screenshots.layout import Layout, Line, read_layout
from grading.screenshots.reading import Box, Corner, Read
from grading.screenshots.rectify import GROUND, Floats, Patch, Pixels, lay_flat, on_ground

INPUTS = ("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY")  # from the top
_FINE = 2  # flat pixels per CSS pixel
_MIDDLE, _FIRST, _PITCH = 74.0, 2.4, 55.0  # the tiles' middle in the column, the first one's row, and on to the next
_MARGIN = 42  # CSS pixels around the tiles' middles
_RING = 16 * _FINE  # from a tile's middle to the middle of its border
_REACH = 8 * _FINE  # how far a tile may be from where the texts say
_ACTIVE, _INACTIVE = 110.0, 45.0  # how much darker than the ground a border is at least, and no border at most
_HOVERED = 0.75  # the border of a tile under the mouse is grey, active or not: less dark than the darkest by this
_INSIDE = 0.85  # how much darker than the ground a tile's inside is at most, as a share of its border
_COLORED = 5.0  # how far a pale tile's colours are from the ground at least, on average
_EDGE = 2.5  # and how far its last rows are from what lies below it


def read_features(pixels: Pixels, lines: Iterable[Line]) -> Read[tuple[str, ...]] | None:
    """Read the active inputs by the link's names; None where not all seven tiles can be seen whole and clearly.

    `pixels` is the upright picture, uint8 (height, width, 3) RGB; `lines` are its texts.
    """
    layout = read_layout(lines)
    if layout is None or "features" not in layout.columns:
        return None
    corners = _corners(layout)
    height = int((len(INPUTS) - 1) * _PITCH + 2 * _MARGIN) * _FINE
    patch = lay_flat(pixels, corners, 2 * _MARGIN * _FINE, height)
    if not patch.seen.any():
        return None
    patch = on_ground(patch, np.median(patch.colors[patch.seen], axis=0))
    borders, shift = _borders(patch)
    active = borders >= max(_ACTIVE, _HOVERED * borders.max())
    if not active.any():
        return None  # nothing that shows that the tiles are where they are looked for
    if not _all_colored(patch, active, borders, shift):
        return None  # a dark bar lies over them, not borders around them
    if not (active | (borders <= _INACTIVE)).all() or not _all_whole(patch, active, shift):
        return None
    names = tuple(name for name, on in zip(INPUTS, active, strict=True) if on)
    clear = np.where(active, borders / 160, 1 - borders / 90).clip(0, 0.99)
    return Read(", ".join(names), names, float(clear.min()), _box(corners))


def _corners(layout: Layout) -> tuple[Corner, Corner, Corner, Corner]:
    top, bottom = _FIRST - _MARGIN, _FIRST + (len(INPUTS) - 1) * _PITCH + _MARGIN
    left, right = _MIDDLE - _MARGIN, _MIDDLE + _MARGIN
    first, second, third, fourth = (
        layout.place("features", across, down)
        for across, down in ((left, top), (right, top), (right, bottom), (left, bottom))
    )
    return first, second, third, fourth


def _box(corners: tuple[Corner, ...]) -> Box:
    """Give the upright box around the tiles, without most of the margin."""
    left, top = (min(corner[axis] for corner in corners) for axis in (0, 1))
    right, bottom = (max(corner[axis] for corner in corners) for axis in (0, 1))
    inset = (right - left) * (_MARGIN - 20) / (2 * _MARGIN)
    return left + inset, top + inset, right - left - 2 * inset, bottom - top - 2 * inset


def _borders(patch: Patch) -> tuple[Floats, tuple[int, int]]:
    """Give how dark each tile's border is, and by how much (down, across) the dark ones lie off their places."""
    rings = border_darkness(patch, _RING)
    cut = border_darkness(patch, _RING, is_cut=True)
    darkest, shifts = [], []
    for middle in _middles():
        across = rings.shape[1] // 2
        near = slice(middle - _REACH, middle + _REACH + 1), slice(across - _REACH, across + _REACH + 1)
        window = rings[near] if rings[near].max() >= _ACTIVE else cut[near]
        down, right = np.unravel_index(int(window.argmax()), window.shape)
        darkest.append(float(window[down, right]))
        shifts.append((int(down) - _REACH, int(right) - _REACH))
    borders = np.array(darkest, dtype=np.float32)
    dark = [shift for shift, border in zip(shifts, darkest, strict=True) if border >= _ACTIVE]
    off = np.median(dark, axis=0).astype(int) if dark else (0, 0)
    return borders, (int(off[0]), int(off[1]))


def _middles() -> list[int]:
    return [int((_MARGIN + index * _PITCH) * _FINE) for index in range(len(INPUTS))]


def _all_colored(patch: Patch, active: np.ndarray, borders: Floats, shift: tuple[int, int]) -> bool:
    """Tell whether every tile with a border is lighter inside than its border is."""
    across, half = patch.luma.shape[1] // 2 + shift[1], 10 * _FINE
    for middle, border in zip(np.array(_middles())[active] + shift[0], borders[active], strict=True):
        inside = patch.luma[middle - half : middle + half, across - half : across + half]
        if GROUND - float(np.median(inside)) > _INSIDE * border:
            return False
    return True


def _all_whole(patch: Patch, active: np.ndarray, shift: tuple[int, int]) -> bool:
    """Tell whether every tile without a border is there, too."""
    across = patch.colors.shape[1] // 2 + shift[1]
    return all(on or _is_whole(patch, middle + shift[0], across) for middle, on in zip(_middles(), active, strict=True))


def _is_whole(patch: Patch, middle: int, across: int) -> bool:
    """Tell whether a tile is there for more than two thirds of its height, which is enough to know it by."""
    half = 15 * _FINE
    sides = slice(across - half + 4, across + half - 4)
    tile, below = slice(middle - half + 4, middle + half // 3), slice(middle + half + 4, middle + half + 10)
    if not patch.seen[tile, sides].all():
        return False
    last = patch.colors[tile, sides][-4:].mean(axis=0)
    beyond = patch.colors[below, sides].mean(axis=0)
    is_cut = patch.seen[below, sides].all() and np.abs(last - beyond).max(axis=1).mean() < _EDGE
    return bool(np.abs(patch.colors[tile, sides] - GROUND).max(axis=2).mean() > _COLORED and not is_cut)
