"""What a picture really shows, from a truth.json, held against what was read. Pure; for measuring the reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grading.screenshots.reading import Read, ScreenshotReading

HIGH_CONFIDENCE = 0.9
RIGHT, WRONG, BLANK, FALSE_POSITIVE = "right", "wrong", "blank", "read though not visible"

# Fields of the reading -> the truth's name of the value, its name under "visible", and how its text is to be taken.
_VALUES: Mapping[str, tuple[str, str, Any]] = {
    "epoch": ("epoch", "epoch", lambda text: int(text.replace(",", ""))),
    "loss_train": ("loss_train", "loss_train", float),
    "loss_test": ("loss_test", "loss_test", float),
    "learning_rate": ("learningRate", "learningRate", float),
    "activation": ("activation", "activation", str),
    "regularization": ("regularization", "regularization", str),
    "regularization_rate": ("regularizationRate", "regularizationRate", float),
    "problem": ("problem", "problem", str),
    "noise": ("noise", "noise", int),
    "batch_size": ("batch", "batch", int),
    "train_percent": ("percTrain", "percTrain", int),
    "dataset": ("dataset", "dataset", str),
    "hidden_layers": ("shape", "hidden_layers_header", len),
}
NAMES = (*_VALUES, "neurons", "features", "is_playground")


@dataclass(frozen=True, slots=True)
class Judged:
    """One value of one picture: how it was read. `outcome` is one of this module's constants."""

    name: str
    outcome: str
    read: Any
    shown: Any
    confidence: float | None

    @property
    def is_invented(self) -> bool:
        """Whether the picture shows no such value: of one that is cut by the edge, what is left may be read right."""
        return self.outcome in (WRONG, FALSE_POSITIVE) and self.read != self.shown

    @property
    def is_sure(self) -> bool:
        """Whether it was read with high confidence."""
        return (self.confidence or 0.0) >= HIGH_CONFIDENCE


def judge(reading: ScreenshotReading | None, truth: Mapping[str, Any]) -> list[Judged]:
    """Hold a reading (None: not readable) against what its picture shows; values neither visible nor read are left out.

    Of an edited picture the shown values count: a reader is to say what stands there.
    """
    judged = [_judge_value(name, reading, truth) for name in _VALUES]
    judged += [_judge_neurons(reading, truth), _judge_features(reading, truth), _judge_kind(reading, truth)]
    return [one for one in judged if one is not None]


def _judge_value(name: str, reading: ScreenshotReading | None, truth: Mapping[str, Any]) -> Judged | None:
    key, visible, taken = _VALUES[name]
    shown = None if truth.get(key) is None else taken(truth[key])
    return _judged(name, getattr(reading, name, None), shown, is_visible=truth["visible"].get(visible, False))


def _judge_neurons(reading: ScreenshotReading | None, truth: Mapping[str, Any]) -> Judged | None:
    labels = truth["visible"].get("neuron_labels", [])
    shape = truth.get("shape") or []
    shown = tuple(count if seen else None for count, seen in zip(shape, labels, strict=False))
    # Without the headline nobody can know that no column is missing.
    is_visible = truth["visible"].get("hidden_layers_header", False) and any(labels)
    read: Read[Any] | None = getattr(reading, "neurons", None)
    if read is None or not is_visible:
        return _judged("neurons", read, shown, is_visible=is_visible)
    if len(read.value) != len(shape) or any(a not in (None, b) for a, b in zip(read.value, shape, strict=True)):
        outcome = WRONG
    else:  # a label cut in half may still be read right
        outcome = RIGHT if all(a == b for a, b in zip(read.value, shown, strict=True) if b is not None) else BLANK
    return Judged("neurons", outcome, read.value, shown, read.confidence)


def _judge_features(reading: ScreenshotReading | None, truth: Mapping[str, Any]) -> Judged | None:
    seen = truth["visible"].get("features", {})
    is_visible = len(seen) == 7 and all(seen.values())
    shown = None if truth.get("features") is None else tuple(truth["features"])
    return _judged("features", getattr(reading, "features", None), shown, is_visible=is_visible)


def _judge_kind(reading: ScreenshotReading | None, truth: Mapping[str, Any]) -> Judged | None:
    """Whether it is the Playground at all; of a part of it that shows little nothing is asked."""
    said = None if reading is None else reading.is_playground
    shown = truth["kind"] != "negative"
    if said is None:
        return Judged("is_playground", BLANK, None, True, None) if shown else None
    if truth["kind"] == "negative" and truth["visible"]:
        return None
    return Judged("is_playground", RIGHT if said == shown else WRONG, said, shown, None)


def _judged(name: str, read: Read[Any] | None, shown: Any, *, is_visible: bool) -> Judged | None:
    if read is None:
        return Judged(name, BLANK, None, shown, None) if is_visible else None
    is_right = read.value == shown or (shown != shown and read.value != read.value)  # two NaN are not equal
    outcome = RIGHT if is_right else WRONG
    return Judged(name, outcome if is_visible else FALSE_POSITIVE, read.value, shown, read.confidence)
