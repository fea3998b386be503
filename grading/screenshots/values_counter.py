"""The epoch counter and both losses, each taken only as a whole line with its own label at it."""

import re
from collections.abc import Sequence

from grading.screenshots.places import below, letters, right_after
from grading.screenshots.reading import Read
from grading.screenshots.text_lines import TextLine, joined_box

# Filled up with zeros to six digits, so a counter with fewer is cut off.
_COUNTER = re.compile(r"(\d{3},\d{3}|[1-9]\d{0,2}(?:,\d{3}){2,3})")
# The comma may be read as another small mark or be lost; the digits say the same.
_MARRED_COUNTER = re.compile(r"(\d{3})\s?[.,;'’:]?\s?(\d{3})")
_LOSS = re.compile(r"(\d{1,6}\.\d{3})")
_MARRED_SURE = 0.7
_PARTNER = {"test": "training", "training": "test"}


def read_epoch(lines: Sequence[TextLine]) -> Read[int] | None:
    """The counter that stands right below the word "Epoch"; None unless exactly one such pair is there."""
    found = [
        read
        for label in lines
        if letters(label.text) == "epoch" and not re.search(r"\d", label.text)
        for line in below(label, lines)[:1]
        if (read := _counter(label, line)) is not None
    ]
    return found[0] if len({read.value for read in found}) == 1 else None


def _counter(label: TextLine, line: TextLine) -> Read[int] | None:
    # In the app the counter is twice as high as its label; in an ordinary text it wouldn't be.
    if not 1.05 <= line.height / label.height <= 2.6:
        return None
    sure = min(label.confidence, line.confidence)
    if whole := _COUNTER.fullmatch(line.text):
        return Read(whole[1], int(whole[1].replace(",", "")), sure, line.box)
    if marred := _MARRED_COUNTER.fullmatch(line.text):
        return Read(f"{marred[1]},{marred[2]}", int(marred[1] + marred[2]), sure * _MARRED_SURE, line.box)
    return None


def read_losses(lines: Sequence[TextLine]) -> tuple[Read[float] | None, Read[float] | None]:
    """Training and test loss. In the app the one stands right below the other: without its partner's label, None."""
    training, test = _labelled(lines, "training"), _labelled(lines, "test")
    pairs = [(a, b) for a in training for b in test if _are_partners(a, b)]
    if len(pairs) != 1:
        return None, None
    return _loss(pairs[0][0], lines), _loss(pairs[0][1], lines)


def _labelled(lines: Sequence[TextLine], name: str) -> list[TextLine]:
    """Lines that are "Test loss" or "Training loss", with or without the value."""
    return [line for line in lines if letters(line.text) == f"{name}loss"]


def _are_partners(training: TextLine, test: TextLine) -> bool:
    near = test.height
    return abs(training.left - test.left) <= near and 0.5 * near <= training.center[1] - test.center[1] <= 2.5 * near


def _loss(label: TextLine, lines: Sequence[TextLine]) -> Read[float] | None:
    number = re.sub(r"^[^\d]*?loss\s*", "", label.text, flags=re.IGNORECASE)
    if whole := _LOSS.fullmatch(number):
        return Read(whole[1], float(whole[1]), label.confidence, label.box)
    if number:
        return None
    behind = right_after(label, lines)
    if behind is not None and (whole := _LOSS.fullmatch(behind.text)):
        sure = min(label.confidence, behind.confidence)
        return Read(whole[1], float(whole[1]), sure, joined_box((label, behind)))
    return None
