"""Reads the heat map with its points."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from grading.screenshots.dots import BLUE, DARK_BLUE, DARK_ORANGE, NOTHING, ORANGE, SIDE, STRENGTHS, Dots, Window
from grading.screenshots.frame import SIDE as CSS_SIDE
from grading.screenshots.frame import Frame, find_frame
from grading.screenshots.layout import Line, read_layout
from grading.screenshots.reading import PlotReading
from grading.screenshots.rectify import Floats, Mask, Patch, Pixels, lay_flat, on_ground

_FINER = 2  # the map is sampled this much finer and averaged
_PIXEL = SIDE / CSS_SIDE  # of the map, per CSS pixel
_FILL, _BORDER = 2.0, (2.4, 3.6)  # CSS pixels from a point's middle: its fill ends, its border lies
_BLUE_FALL, _ORANGE_FALL = 0.5, 0.25  # how much darker than its border a fill is, as a share of its blue minus red
_LEAST_COLOR, _LEAST_FALL = 35.0, 12.0
_REACH = 4  # map pixels from a point's middle that are looked at


def read_plot(pixels: Pixels, lines: Iterable[Line]) -> PlotReading | None:
    """Find the heat map and keep its points; None where it can't be found or too little of it is seen.

    `pixels` is the upright picture, uint8 (height, width, 3) RGB; `lines` are its texts.
    """
    layout = read_layout(lines)
    frame = None if layout is None else find_frame(pixels, layout)
    if frame is None:
        return None
    patch = lay_flat(pixels, frame.corners, SIDE * _FINER, SIDE * _FINER)
    patch = on_ground(patch, frame.ground)
    colors = patch.colors.reshape(SIDE, _FINER, SIDE, _FINER, 3).mean(axis=(1, 3))
    dots = Dots(marks_of(colors), _window(patch, frame))
    return PlotReading(frame.corners, frame.confidence, dots.to_text())


def _window(patch: Patch, frame: Frame) -> Window:
    """Give the part of the map that the picture shows in every row and column."""
    seen: Mask = patch.seen[::_FINER, ::_FINER].copy()
    seen[int(frame.shown * SIDE) :] = False
    columns = np.flatnonzero(seen.sum(axis=0) >= 0.98 * seen.any(axis=1).sum())
    rows = np.flatnonzero(seen.any(axis=1))
    if not (len(columns) and len(rows)):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def marks_of(colors: Floats) -> NDArray[np.uint8]:
    """Mark how much each place looks like the middle of a point; `colors` is the map, (SIDE, SIDE, 3), on its ground.

    A fill is darker than a training point's border by an amount that goes with its colour, and never darker than a
    test point's. That holds on any heat map, also on one in the points' own two colours.
    """
    fill, border = _kernels()
    luma = colors @ np.array((0.299, 0.587, 0.114), dtype=np.float32)
    fall = _filtered(luma, border - fill)
    blue = _filtered(colors[..., 2] - colors[..., 0], fill)
    expected = np.maximum(np.where(blue > 0, blue * _BLUE_FALL, -blue * _ORANGE_FALL), _LEAST_FALL)
    strength = np.rint((fall / expected).clip(-1, 1) * STRENGTHS).astype(int)
    marks = np.where(blue > 0, BLUE - 1 + strength, ORANGE - 1 + strength)
    marks = np.where(strength > 0, marks, np.where(blue > 0, DARK_BLUE, DARK_ORANGE))
    return np.where((np.abs(blue) < _LEAST_COLOR) | ((strength > -2) & (strength < 1)), NOTHING, marks).astype(np.uint8)


def _kernels() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    down, right = np.mgrid[-_REACH : _REACH + 1, -_REACH : _REACH + 1]
    away = np.hypot(down, right) / _PIXEL
    fill, border = away <= _FILL, (away >= _BORDER[0]) & (away <= _BORDER[1])
    return fill / fill.sum(), border / border.sum()


def _filtered(values: Floats, kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the mean around each place, weighed by the kernel, with the rim's values going on beyond it."""
    padded = np.pad(values.astype(np.float64), 2 * _REACH, mode="edge")
    spread = np.zeros_like(padded)
    spread[: len(kernel), : len(kernel)] = kernel
    spread = np.roll(spread, (-_REACH, -_REACH), axis=(0, 1))
    filtered = np.fft.irfft2(np.fft.rfft2(padded) * np.fft.rfft2(spread), padded.shape)
    return filtered[2 * _REACH : -2 * _REACH, 2 * _REACH : -2 * _REACH]
