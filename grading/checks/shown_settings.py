"""Data set, rates and the other settings in the picture against the link that is handed in."""

import math
from typing import Any

from coursework.drawing.labels import joined
from engine.spec import Spec
from grading.checks.base import COMMON, Check, Evidence, Finding, sure
from grading.checks.words import agrees, cant_say, differs, in_a_sentence, lines_for, shown
from grading.screenshots.reading import ScreenshotReading

INNOCENT = (
    "The link was copied before the setting was changed.",
    "The picture is of another try than the link.",
    "A small or blurred number was read wrongly.",
)
SETTINGS = (
    "dataset",
    "problem",
    "learning_rate",
    "activation",
    "regularization",
    "regularization_rate",
    "noise",
    "batch_size",
    "train_percent",
)
_MANY = 4  # so many that agree need not be named one by one


def check(evidence: Evidence) -> Finding:
    """Compare the settings that were read for sure."""
    read = _read(evidence.reading, evidence.spec)
    if not read:
        return cant_say("None of the settings could be read.")
    differing = [name for name in read if not _is_same(read[name], getattr(evidence.spec, name))]
    fields: dict[str, Any] = {
        "compared": lines_for(
            read,
            lambda name: shown(name, read[name]),
            lambda name: shown(name, getattr(evidence.spec, name)),
            differing,
        ),
        "about": tuple(differing or read),
    }
    if differing:
        parts = [_difference(name, read[name], getattr(evidence.spec, name)) for name in differing]
        sentence = f"The picture shows {joined(parts)}."
        return differs(sentence, weight=COMMON, innocent=INNOCENT, **fields)
    if len(read) >= _MANY:
        return agrees(f"All {len(read)} settings that could be read agree with the link.", **fields)
    verb = "agrees" if len(read) == 1 else "agree"
    return agrees(f"What could be read {verb} with the link: {joined([in_a_sentence(n) for n in read])}.", **fields)


def _read(reading: ScreenshotReading, spec: Spec) -> dict[str, Any]:
    """Give the values by name. Without regularization its rate changes nothing and is not compared."""
    values = {name: sure(getattr(reading, name)) for name in SETTINGS}
    found = {name: read.value for name, read in values.items() if read is not None}
    if spec.regularization == "none" and found.get("regularization", "none") == "none":
        found.pop("regularization_rate", None)
    return found


def _is_same(value: Any, expected: Any) -> bool:
    if isinstance(expected, float) and isinstance(value, int | float):
        return math.isclose(value, expected, rel_tol=1e-9)
    return bool(value == expected)


def _difference(name: str, value: Any, expected: Any) -> str:
    return f"{in_a_sentence(name)} {shown(name, value)} (the link has {shown(name, expected)})"


SHOWN_SETTINGS = Check("settings", "Settings", check, before_hand_in=True)
