"""What the hand-in form can take over from a picture, and what it then holds. Pure.

What the picture does not show stays as it is, and what the task does not allow is not taken over.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from coursework.design_edits import NEW_LAYER
from coursework.drawing.labels import FEATURE_LABELS, count_of, joined
from coursework.rules import TaskRules
from engine.errors import LABELS
from engine.spec import DATASETS, PLAYGROUND, Spec, written
from grading.checks.base import sure
from grading.screenshots.reading import ScreenshotReading

SETTINGS = (
    "dataset",
    "learning_rate",
    "activation",
    "regularization",
    "regularization_rate",
    "noise",
    "batch_size",
    "train_percent",
)
ADOPTABLE = ("epoch", "features", "hidden_layers", *SETTINGS)
# Values that are read by themselves and taken over together with another.
_TAKEN_WITH = {"neurons": "hidden_layers", "problem": "dataset"}


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form holds: the network, and the claimed epoch where there is one that can be."""

    spec: Spec
    claimed: int | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A button that takes over the values of these names."""

    names: tuple[str, ...]
    label: str

    @property
    def value(self) -> str:
        """What the button sends."""
        return " ".join(self.names)


def differing(reading: ScreenshotReading, filled: Filled) -> tuple[str, ...]:
    """Name what could be taken over and differs from the form."""
    return tuple(
        name
        for name in ADOPTABLE
        if (value := _shown(reading, filled, name)) is not None and value != _held(filled, name)
    )


def shown_names(reading: ScreenshotReading, filled: Filled) -> tuple[str, ...]:
    """Name what could be taken over from this picture."""
    return tuple(name for name in ADOPTABLE if _shown(reading, filled, name) is not None)


def allowed(reading: ScreenshotReading, filled: Filled, rules: TaskRules, names: Iterable[str]) -> tuple[str, ...]:
    """Keep the names whose value in the picture the task allows."""
    return tuple(name for name in names if _is_allowed(rules, name, _shown(reading, filled, name)))


def offer(reading: ScreenshotReading, filled: Filled, rules: TaskRules, about: Iterable[str]) -> Offer | None:
    """Offer to take over the values that a difference is about; None if there is nothing to take over."""
    wanted = {_TAKEN_WITH.get(name, name) for name in about}
    names = allowed(reading, filled, rules, [name for name in differing(reading, filled) if name in wanted])
    if not names:
        return None
    return Offer(names, _label(reading, filled, names))


def later_than_claimed(reading: ScreenshotReading, filled: Filled, about: Iterable[str]) -> bool:
    """Say whether a difference is that the picture was taken after the claimed epoch, which may well be right."""
    shown = _shown(reading, filled, "epoch")
    return "epoch" in about and None not in (shown, filled.claimed) and shown > filled.claimed


def forbidden(reading: ScreenshotReading, filled: Filled, rules: TaskRules, about: Iterable[str]) -> tuple[str, ...]:
    """Say, a sentence each, which of the values that a difference is about the task does not allow."""
    wanted = {_TAKEN_WITH.get(name, name) for name in about}
    names = [name for name in differing(reading, filled) if name in wanted]
    fine = allowed(reading, filled, rules, names)
    return tuple(_forbidden(rules, name, _shown(reading, filled, name)) for name in names if name not in fine)


def adopted(reading: ScreenshotReading, filled: Filled, names: Iterable[str]) -> Filled:
    """Give what the form holds once these names were taken over."""
    values = {name: _shown(reading, filled, name) for name in names}
    changes: dict[str, Any] = {name: value for name, value in values.items() if value is not None and name != "epoch"}
    if "dataset" in changes:
        changes["problem"] = _problem_of(changes["dataset"])
    claimed = values.get("epoch")
    return Filled(replace(filled.spec, **changes), filled.claimed if claimed is None else claimed)


def told(before: Filled, after: Filled) -> str:
    """Say what was taken over and what stood there before, in a sentence; empty if nothing changed."""
    changes = [
        f"{_name(name)} {words(name, new)} instead of {words(name, old)}"
        for name in ADOPTABLE
        if (new := _held(after, name)) != (old := _held(before, name))
    ]
    return f"Taken over from the picture: {'; '.join(changes)}." if changes else ""


def unseen_neurons(reading: ScreenshotReading) -> str:
    """Say of which layers the picture does not show how many neurons they have; empty if it shows all."""
    layers, neurons = sure(reading.hidden_layers), sure(reading.neurons)
    if layers is None:
        return ""
    shown = neurons.value if neurons else (None,) * layers.value
    unseen = [str(layer) for layer, neurons in enumerate(shown, start=1) if neurons is None]
    if not unseen:
        return ""
    return f"The picture does not show the neurons of layer {joined(unseen)}: look at them in step 2."


def words(name: str, value: Any) -> str:
    """Write one of these values in a sentence."""
    if value is None:
        return "none"
    if name == "epoch":
        return f"{value:,}"
    if name == "features":
        return joined([FEATURE_LABELS[one].plain if one in FEATURE_LABELS else one for one in value]) or "none"
    if name == "hidden_layers":
        return ", ".join(map(str, value)) or "none"
    return written(value)


# --- One value ---------------------------------------------------------------------------------------------------


def _held(filled: Filled, name: str) -> Any:
    return filled.claimed if name == "epoch" else getattr(filled.spec, name)


def _shown(reading: ScreenshotReading, filled: Filled, name: str) -> Any:
    """Give what the picture shows under a name; None if it shows nothing."""
    if name == "hidden_layers":
        return _shown_layers(reading, filled.spec)
    read = sure(getattr(reading, name))
    return None if read is None else read.value


def _shown_layers(reading: ScreenshotReading, spec: Spec) -> tuple[int, ...] | None:
    """Give the neurons of each layer shown; where the picture does not show them, they stay or are a new layer's."""
    layers, read = sure(reading.hidden_layers), sure(reading.neurons)
    if layers is None or not 0 <= layers.value <= PLAYGROUND.max_layers:
        return None
    count, shown = layers.value, read.value if read else ()
    held = spec.hidden_layers
    known = [*shown[:count], *[None] * (count - len(shown))]
    return tuple(
        neurons if neurons is not None else held[layer] if layer < len(held) else NEW_LAYER
        for layer, neurons in enumerate(known)
    )


def _is_allowed(rules: TaskRules, name: str, value: Any) -> bool:
    limits = rules.limits
    if name == "epoch":
        return bool(1 <= value <= rules.max_epochs)
    if name == "features":
        return bool(value) and all(one in limits.features for one in value)
    if name == "hidden_layers":
        return len(value) <= limits.max_layers and all(1 <= neurons <= limits.max_neurons for neurons in value)
    if name == "dataset":
        return value in limits.dataset and _problem_of(value) in limits.problem
    return value in getattr(limits, name)


def _problem_of(dataset: str) -> str:
    return next((name for name, sets in DATASETS.items() if dataset in sets), "")


def _forbidden(rules: TaskRules, name: str, value: Any) -> str:
    if name == "epoch":
        return f"Epoch {value:,} can’t be claimed: 1 to {rules.max_epochs:,} can."
    return f"The task does not allow {_name(name)} {words(name, value)}: it needs a picture of an allowed run."


def _label(reading: ScreenshotReading, filled: Filled, names: tuple[str, ...]) -> str:
    if names == ("epoch",):
        return f"Use epoch {_shown(reading, filled, 'epoch'):,} as the claim"
    if len(names) > 2:
        return f"Use these {len(names)} values of the picture"
    return f"Use {joined([_phrase(name, _shown(reading, filled, name)) for name in names])}"


def _phrase(name: str, value: Any) -> str:
    if name != "hidden_layers":
        return f"{_name(name)} {words(name, value)}"
    if not value:
        return "no hidden layer"
    neurons = joined([str(one) for one in value])
    return f"{count_of(len(value), 'hidden layer')} of {neurons} neuron{'' if value == (1,) else 's'}"


def _name(name: str) -> str:
    if name == "epoch":
        return "claimed epoch"
    return "inputs" if name == "features" else LABELS[name].lower()
