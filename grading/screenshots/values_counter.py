"""The epoch counter and both losses, each taken only as a whole line with its own label at it."""

import math
import re
from collections.abc import Sequence

from grading.screenshots.places import below, best_label, right_after
from grading.screenshots.reading import Read
from grading.screenshots.text_lines import TextLine, joined_box

# Filled up with zeros to six digits, so a counter with fewer is cut off.
_COUNTER = re.compile(r"(\d{3},\d{3}|[1-9]\d{0,2}(?:,\d{3}){2,3})")
# The comma may be read as another small mark or be lost; the digits say the same.
_MARRED_COUNTER = re.compile(r"(\d{3})\s?[.,;'’:]?\s?(\d{3})")
_EPOCH = ("epoch",)
_LOSS_LINE = re.compile(r"(?P<label>[A-Za-z .]+?)\s*(?P<number>[\dOo]{1,6}\. ?[\dOo]{3}|NaN)?")
_LOSS = re.compile(r"[\dOo]{1,6}\.[\dOo]{3}|NaN")
_LOSSES = ("testloss", "trainingloss")
_MARRED_SURE = 0.7


def read_epoch(lines: Sequence[TextLine]) -> Read[int] | None:
    """The counter right below the word "Epoch"; None unless there is exactly one such pair."""
    found = [
        read
        for label in lines
        if best_label(label.text, _EPOCH) and not re.search(r"\d", label.text)
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
    """Training and test loss, which the app shows one right below the other. Without its partner's label, None."""
    training, test = _labelled(lines, "trainingloss"), _labelled(lines, "testloss")
    pairs = [(a, b) for a in training for b in test if _are_partners(a, b)]
    if len(pairs) != 1:
        return None, None
    return _loss(pairs[0][0], lines), _loss(pairs[0][1], lines)


def _labelled(lines: Sequence[TextLine], name: str) -> list[TextLine]:
    """Lines that begin with "Test loss" or "Training loss", whatever can be made out behind it."""
    split = [(line, re.match(r"[A-Za-z .]+", line.text)) for line in lines]
    return [line for line, words in split if words and best_label(words[0], _LOSSES) == name]


def _are_partners(training: TextLine, test: TextLine) -> bool:
    near = test.height
    return abs(training.left - test.left) <= near and 0.5 * near <= training.center[1] - test.center[1] <= 2.5 * near


def _loss(label: TextLine, lines: Sequence[TextLine]) -> Read[float] | None:
    parts = _LOSS_LINE.fullmatch(label.text)
    if parts and parts["number"]:
        return _number(parts["number"], (label,))
    behind = right_after(label, lines)
    return _number(behind.text, (label, behind)) if behind is not None and _LOSS.fullmatch(behind.text) else None


def _number(text: str, lines: tuple[TextLine, ...]) -> Read[float]:
    if text == "NaN":  # a run that diverged; always the same object, so that looks can agree on it
        return Read(text, math.nan, min(line.confidence for line in lines), joined_box(lines))
    shown = text.replace("O", "0").replace("o", "0").replace(" ", "")
    sure = min(line.confidence for line in lines) * (1 if shown == text else _MARRED_SURE)
    return Read(shown, float(shown), sure, joined_box(lines))
