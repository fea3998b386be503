"""Tells whether a picture shows the Playground at all."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import numpy as np

from grading.screenshots.layout import Line, key_of, read_layout
from grading.screenshots.rectify import Pixels

_TOOLBAR = {
    "epoch",
    "learningrate",
    "activation",
    "regularization",
    "regularizationrate",
    "problemtype",
}
_ALIKE = 0.75  # small letters are misread
_TOOLBAR_NEEDED = 4  # on one row; three of these words stand side by side in the article below, too
_TITLE = ("tinkerwithaneuralnetwork", "youcantbreakitwepromise")
_MANY = 8  # lines of text that were read well: then the Playground's would have been, too
_WELL = 0.8
_LARGE = 300  # pixels of the longer side from which a picture without any text isn't one of the Playground


def is_playground(lines: Iterable[Line], pixels: Pixels) -> bool | None:
    """Tell whether the picture shows the Playground's controls, network or output; None where that can't be told.

    `pixels` is the upright picture, uint8 (height, width, 3) RGB; `lines` are its texts.
    """
    lines = list(lines)
    if _has_toolbar(lines) or read_layout(lines) is not None:
        return True
    keys = [key_of(line.text) for line in lines]
    if (
        any(title in key for key in keys for title in _TITLE)
        or len({label for key in keys for label in get_close_matches(key, _TOOLBAR, 1, _ALIKE)}) >= 2
    ):
        return None  # a part of its page that shows nothing of a run, or one that is hard to read
    if sum(line.confidence >= _WELL for line in lines) >= _MANY:
        return False
    return False if not lines and max(pixels.shape[:2]) >= _LARGE and not _could_be_page(pixels) else None


def _has_toolbar(lines: Sequence[Line]) -> bool:
    """Tell whether enough of the toolbar's labels stand side by side."""
    labels = [(key, line.box) for line in lines for key in get_close_matches(key_of(line.text), _TOOLBAR, 1, _ALIKE)]
    return any(
        len({key for key, box in labels if abs(box[1] + box[3] / 2 - middle) < 0.8 * height}) >= _TOOLBAR_NEEDED
        for middle, height in ((box[1] + box[3] / 2, box[3]) for _, box in labels)
    )


def _could_be_page(pixels: Pixels) -> bool:
    """Tell whether much of the picture has one of a page's greys, though not nearly all of it one and the same."""
    small = pixels[:: max(1, pixels.shape[0] // 200), :: max(1, pixels.shape[1] // 200)].reshape(-1, 3).astype(int)
    is_grey = np.ptp(small, axis=1) < 24
    middle = np.median(small, axis=0)
    is_flat = (np.abs(small - middle).max(axis=1) < 12).mean()
    return bool(is_grey.mean() > 0.5 and 0.3 < is_flat < 0.97)
