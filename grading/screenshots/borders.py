"""Finds dark square borders: what is chosen on the page, an input or a data set, has one and the rest has none."""

import numpy as np

from grading.screenshots.rectify import GROUND, Floats, Patch

_CORNER = 6  # flat pixels at a side's ends that are left out, since its corners are round


def border_darkness(patch: Patch, half: int, *, is_cut: bool = False) -> Floats:
    """Give for each place how much darker than the ground the lightest side of a square border around it is.

    `patch` lies on its ground; `half` is the distance from the square's middle to the middle of its border, which is
    about two pixels wide. With `is_cut` only the upper side and the upper two thirds of the left and right one count.
    Near the patch's rim, where no such square fits, it is negative. Shape (height, width).
    """
    luma: Floats = np.where(patch.seen, patch.luma, GROUND).astype(np.float32)
    run = half - _CORNER
    rows = _running_mean(luma + np.roll(luma, 1, axis=0), run, axis=1) / 2
    raised = half // 4 if is_cut else 0  # the middle of what counts of the left and right side, above the square's
    columns = _running_mean(luma + np.roll(luma, 1, axis=1), run - raised, axis=0) / 2
    columns = np.roll(columns, raised, axis=0)
    lightest = np.full(luma.shape, 255, dtype=np.float32)
    inner = slice(half, -half)
    above, below = rows[: -2 * half, inner], rows[2 * half :, inner]
    before, behind = columns[inner, : -2 * half], columns[inner, 2 * half :]
    lightest[inner, inner] = np.maximum.reduce((above, before, behind, above if is_cut else below))
    return GROUND - lightest


def _running_mean(values: Floats, half: int, axis: int) -> Floats:
    """Give the mean over 2 * half + 1 places around each along an axis; 510 at the rim."""
    along = np.moveaxis(values, axis, 0)
    total = np.cumsum(np.vstack((np.zeros_like(along[:1]), along)), axis=0, dtype=np.float64)
    mean = np.full(along.shape, 510, dtype=np.float32)
    mean[half : len(along) - half] = (total[2 * half + 1 :] - total[: -2 * half - 1]) / (2 * half + 1)
    return np.moveaxis(mean, 0, axis)
