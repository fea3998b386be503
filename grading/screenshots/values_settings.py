"""The settings in the toolbar (a label with its value below) and at the data's sliders (label and value on a line)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from grading.screenshots.places import below, best_label, letters, right_after
from grading.screenshots.reading import Read
from grading.screenshots.text_lines import TextLine, joined_box

LEARNING_RATES = ("0.00001", "0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")
REGULARIZATION_RATES = ("0", "0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3", "10")

# Label (letters only) -> the reading's field and what may stand below: as shown -> the value.
_TOOLBAR: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "learningrate": ("learning_rate", {text: float(text) for text in LEARNING_RATES}),
    "activation": ("activation", {"ReLU": "relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "Linear": "linear"}),
    "regularization": ("regularization", {"None": "none", "L1": "L1", "L2": "L2"}),
    "regularizationrate": ("regularization_rate", {text: float(text) for text in REGULARIZATION_RATES}),
    "problemtype": ("problem", {"Classification": "classification", "Regression": "regression"}),
}
_LOOK_ALIKE = str.maketrans({"O": "0", "o": "0", "I": "1", "l": "1", "|": "1", ",": "."})
_ONE_OF = {"LI": "L1", "Ll": "L1", "LZ": "L2", "L|": "L1", "L!": "L1"}
_CORRECTED_SURE = 0.8

_SLIDERS: Mapping[str, tuple[str, re.Pattern[str], range]] = {
    # "%" may be read as "96" or "9", which no ratio ends in.
    "data": ("train_percent", re.compile(r"([1-9]0)\s?(%|96|9|)\S?"), range(10, 91, 10)),
    "noise": ("noise", re.compile(r"(\d{1,2})()"), range(0, 51, 5)),
    "batchsize": ("batch_size", re.compile(r"(\d{1,2})()"), range(1, 31)),
}
_PERCENT_AT_END = re.compile(r"[a-z ]{5,12}[:;.]?\s*([1-9]0)\s?%6?")
_SLIDER_LINE = re.compile(r"(?P<label>[A-Za-z ]+?)\s?[:;.]?\s*(?P<value>\d.*)?")


def read_toolbar(lines: Sequence[TextLine]) -> dict[str, Read[Any]]:
    """Learning rate, activation, regularization and its rate, problem: those whose label and value can be read."""
    found: dict[str, Read[Any]] = {}
    for label in lines:
        name = best_label(label.text, tuple(_TOOLBAR))
        if name is None:
            continue
        field, allowed = _TOOLBAR[name]
        for value in below(label, lines)[:1]:
            read = _one_of(value, allowed, label.confidence)
            if read is not None:
                found[field] = read
    return found


def _one_of(line: TextLine, allowed: Mapping[str, Any], label_sure: float) -> Read[Any] | None:
    """What a line says of what the app can show. A letter taken for a digit is put right, at less confidence."""
    shown = line.text.rstrip(" .▼▾-_").strip()
    sure = min(label_sure, line.confidence)
    by_letters = {text.lower(): text for text in allowed}
    if shown.lower() in by_letters:
        text = by_letters[shown.lower()]
        return Read(text, allowed[text], sure, line.box)
    for other in (shown.translate(_LOOK_ALIKE), _ONE_OF.get(shown, "")):
        if other in allowed:
            return Read(other, allowed[other], sure * _CORRECTED_SURE, line.box)
    word = best_label(shown, tuple(text.lower() for text in allowed if len(letters(text)) >= 4) or ("",))
    if word in by_letters and word:
        return Read(by_letters[word], allowed[by_letters[word]], sure * _CORRECTED_SURE, line.box)
    return None


def read_sliders(lines: Sequence[TextLine]) -> dict[str, Read[int]]:
    """Noise, batch size and the ratio of training data, from "Noise: 25" and the like."""
    found: dict[str, Read[int]] = _ratio_below_its_label(lines)
    for line in lines:
        name = _slider_of(line.text)
        if name is None:
            continue
        field, pattern, allowed = _SLIDERS[name]
        read = _slider_value(line, lines, pattern)
        if read is not None and read.value in allowed:
            found[field] = read
    return found


def _ratio_below_its_label(lines: Sequence[TextLine]) -> dict[str, Read[int]]:
    """The percentage in the line below "Ratio of training to", where the words before it can't be made out."""
    for label in lines:
        if best_label(label.text, ("ratiooftrainingto",)) is None:
            continue
        for line in below(label, lines)[:1]:
            if percent := _PERCENT_AT_END.fullmatch(line.text):
                sure = min(label.confidence, line.confidence) * _CORRECTED_SURE
                return {"train_percent": Read(percent[1], int(percent[1]), sure, line.box)}
    return {}


def _slider_of(text: str) -> str | None:
    parts = _SLIDER_LINE.fullmatch(text)
    if parts is None:
        return None
    plain = letters(parts["label"])
    # A narrow column breaks "Ratio of training to test data: 50%" anywhere before "data".
    if plain in ("data", "testdata", "totestdata"):
        return "data"
    return best_label(plain, ("noise", "batchsize"))


def _slider_value(line: TextLine, lines: Sequence[TextLine], pattern: re.Pattern[str]) -> Read[int] | None:
    parts = _SLIDER_LINE.fullmatch(line.text)
    shown, box, sure = (parts["value"] if parts else None), line.box, line.confidence
    if not shown:
        behind = right_after(line, lines, within=2.0)
        if behind is None:
            return None
        shown, box, sure = behind.text, joined_box((line, behind)), min(sure, behind.confidence)
    value = pattern.fullmatch(shown.strip().translate(_LOOK_ALIKE))
    return Read(value[1], int(value[1]), sure, box) if value else None
