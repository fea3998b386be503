"""Inputs, hidden layers and neurons in the picture against the network that is handed in."""

from typing import Any

from coursework.drawing.labels import FEATURE_LABELS, joined
from engine.spec import Spec
from grading.checks.base import COMMON, Check, Evidence, Finding, sure
from grading.checks.words import agreed, agrees, cant_say, capital, differs, lines_for, shown
from grading.screenshots.reading import ScreenshotReading

INNOCENT = (
    "The link was copied before the last change to the network.",
    "The picture is of another try than the link.",
    "A part of the network was outside the picture and was read wrongly.",
)
_NAMES = ("features", "hidden_layers", "neurons")


def check(evidence: Evidence) -> Finding:
    """Compare what of the network was read for sure."""
    read = _read(evidence.reading)
    if not read:
        return cant_say("Neither inputs nor layers could be read.")
    expected = _expected(evidence.spec)
    differing = [name for name in read if not _is_same(name, read[name], expected)]
    fields: dict[str, Any] = {
        "compared": lines_for(
            read, lambda name: shown(name, read[name]), lambda name: shown(name, expected[name]), differing
        ),
        "about": tuple(differing or read),
    }
    if not differing:
        return agrees(f"{capital(agreed(read))} agree with the link.", **fields)
    return differs(_sentence(read, expected, differing), weight=COMMON, innocent=INNOCENT, **fields)


def _read(reading: ScreenshotReading) -> dict[str, Any]:
    values = {name: sure(getattr(reading, name)) for name in _NAMES}
    return {name: read.value for name, read in values.items() if read is not None}


def _expected(spec: Spec) -> dict[str, Any]:
    return {"features": spec.features, "hidden_layers": len(spec.hidden_layers), "neurons": spec.hidden_layers}


def _is_same(name: str, value: Any, expected: dict[str, Any]) -> bool:
    if name == "features":
        return set(value) == set(expected[name])
    if name == "neurons":  # a layer whose label can't be read is None, and fits any number
        return len(value) == len(expected[name]) and all(
            one in (None, other) for one, other in zip(value, expected[name], strict=True)
        )
    return bool(value == expected[name])


def _sentence(read: dict[str, Any], expected: dict[str, Any], differing: list[str]) -> str:
    """Say all that differs; of layers their number, and the neurons only where the number is the same."""
    parts = []
    if "hidden_layers" in differing:
        parts.append(f"The picture shows {_layers(read['hidden_layers'])}, the link has {expected['hidden_layers']}.")
    elif "neurons" in differing:
        ours, theirs = shown("neurons", read["neurons"]), shown("neurons", expected["neurons"])
        parts.append(f"The picture shows layers of {ours} neurons, the link has {theirs}.")
    if "features" in differing:
        parts.append(_inputs(set(read["features"]), set(expected["features"])))
    return " ".join(parts)


def _layers(count: int) -> str:
    return "1 hidden layer" if count == 1 else f"{count or 'no'} hidden layers"


def _inputs(read: set[str], expected: set[str]) -> str:
    more, missing = (_listed(names) for names in (read - expected, expected - read))
    if more and missing:
        return f"The picture has {more} as input, the link has {missing} instead."
    if more:
        return f"The picture has {more} as input, the link has not."
    return f"The link has {missing} as input, the picture has not."


def _listed(names: set[str]) -> str:
    return joined([label.plain for name, label in FEATURE_LABELS.items() if name in names])


ARCHITECTURE = Check("architecture", "Inputs, layers and neurons", check, before_hand_in=True)
