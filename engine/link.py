"""Playground links: the page's address with all settings after `#`, read and written."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from engine.errors import LinkError, Problem, SpecError, printable
from engine.spec import ACTIVATIONS, DATASETS, FEATURES, REGULARIZATIONS, SEED, SEED_ALLOWED, Spec, written

PLAYGROUND_ADDRESS = "https://playground.tensorflow.org/"
MAX_CHARACTERS = 2048
_PLAYGROUND_HOST = re.compile(r"(?:https?://)?playground\.tensorflow\.org(?:[/?]|$)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_HIDE = "_hide"
_DISPLAY = ("showTestData", "discretize", "hideText", "collectStats", "tutorial")
_WITHOUT_EFFECT = ("cosX", "cosY")  # named in links, but no longer features of the Playground
_EXACT_WHOLE = 2**53  # above, a double no longer holds every whole number


@dataclass(frozen=True)
class Ignored:
    """A part of a link that changes no number: why is "display", "unknown name", "unknown value" or "inactive"."""

    name: str
    value: str
    reason: str


@dataclass(frozen=True)
class LinkReading:
    """What a link says: the settings, and what was passed over."""

    spec: Spec
    ignored: tuple[Ignored, ...]


def read_link(text: str) -> LinkReading:
    """Read a full address, a bare hash or either of them percent-encoded as a whole.

    The rules are the Playground's: unknown names and unknown values of an enumerated setting are passed over, what is
    missing or blank keeps its default, the last of several counts. Whether the values are allowed is for
    `engine.spec.validate` to say. Raises LinkError, and nothing else, for text that is no link and for values that
    can't be read, all of them at once.
    """
    pairs = _pairs(text)
    reader = _Reader(pairs)
    values = reader.read()
    if reader.problems:
        raise LinkError(reader.problems)
    return LinkReading(Spec(**values), tuple(_ignored(pairs, str(values["problem"]))))


def _pairs(text: str) -> dict[str, str | None]:
    """Split a link into its names and values as the Playground does: a value ends at a second `=`."""
    text = text.strip()
    if len(text) > MAX_CHARACTERS:
        raise _no_link(text, f"at most {MAX_CHARACTERS:,} characters")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _no_link(text, "text without broken characters")
    settings, is_playground = _settings_text(text)
    pairs: dict[str, str | None] = {}
    for piece in filter(None, settings.split("&")):
        name, *rest = piece.split("=")
        pairs[name] = rest[0] if rest else None
    if not is_playground and not any(name in _KNOWN and value is not None for name, value in pairs.items()):
        raise _no_link(text, f"a link that starts with {PLAYGROUND_ADDRESS}# or its part from # on")
    return pairs


def _settings_text(text: str) -> tuple[str, bool]:
    """Give the part after `#`, and whether the address in front is the Playground's own."""
    if "=" not in text and "%3d" in text.lower():
        text = unquote(text)
    address, hash_sign, settings = text.partition("#")
    is_playground = _PLAYGROUND_HOST.match(address) is not None
    if not hash_sign:
        return ("" if is_playground or "://" in text else text), is_playground
    return settings, is_playground


def _no_link(text: str, allowed: str) -> LinkError:
    return LinkError([Problem("link", text, allowed)])


class _Reader:
    """Turns the pairs of a link into values for `Spec`, collecting what can't be read."""

    def __init__(self, pairs: Mapping[str, str | None]) -> None:
        self._pairs = pairs
        self.problems: list[Problem] = []

    def read(self) -> dict[str, Any]:
        """Give every field of `Spec`; a field with a problem holds its default."""
        problem = self._choice("problem", tuple(DATASETS)) or _DEFAULTS.problem
        dataset_name = _DATASET_NAMES[problem]
        return {
            "activation": self._choice("activation", ACTIVATIONS) or _DEFAULTS.activation,
            "regularization": self._choice("regularization", REGULARIZATIONS) or _DEFAULTS.regularization,
            "regularization_rate": self._number("regularizationRate", _finite, "a finite number"),
            "learning_rate": self._number("learningRate", _finite, "a finite number"),
            "batch_size": self._number("batchSize", _whole, "a whole number"),
            "dataset": self._choice(dataset_name, DATASETS[problem]) or DATASETS[problem][0],
            "problem": problem,
            "noise": self._number("noise", _noise, "a whole number"),
            "train_percent": self._number("percTrainData", _whole, "a whole number"),
            "hidden_layers": self._hidden_layers(),
            "features": tuple(name for name in FEATURES if _is_input(name, self._pairs)),
            "seed": self._text("seed"),
            "init_zero": _flag("initZero", self._pairs),
        }

    def _text(self, name: str) -> str | None:
        return _present(name, self._pairs)

    def _choice(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self._text(name)
        return value if value in allowed else None

    def _number(self, name: str, read: Callable[[str], float | None], allowed: str) -> float:
        field = _NUMBER_FIELDS[name]
        default: float = getattr(_DEFAULTS, field)
        text = self._text(name)
        if text is None:
            return default
        value = read(text.strip())
        if value is None:
            self.problems.append(Problem(field, text, allowed))
            return default
        return value

    def _hidden_layers(self) -> tuple[int, ...]:
        text = self._pairs.get("networkShape")
        if text is None:
            return _DEFAULTS.hidden_layers
        if not text.strip():
            return ()  # unlike any other blank value, an empty shape is a choice: no hidden layer
        layers = [_whole(part.strip()) for part in re.split(",|%2c", text, flags=re.IGNORECASE)]
        if None in layers:
            self.problems.append(Problem("hidden_layers", text, "whole numbers with commas between them"))
        return tuple(layer for layer in layers if layer is not None)


def _present(name: str, pairs: Mapping[str, str | None]) -> str | None:
    value = pairs.get(name)
    return value if value is not None and value.strip() else None


def _flag(name: str, pairs: Mapping[str, str | None]) -> bool:
    value = _present(name, pairs)
    return name in _DEFAULTS.features if value is None else value != "false"


def _is_input(name: str, pairs: Mapping[str, str | None]) -> bool:
    return _flag(name, pairs) and pairs.get(name + _HIDE) != "true"


def _finite(text: str) -> float | None:
    """Read a decimal number; None if it is none, or too large for a double."""
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value + 0.0 if math.isfinite(value) else None  # adding 0.0 turns -0.0 into 0.0


def _whole(text: str) -> int | None:
    value = _finite(text)
    return None if value is None or value != int(value) or abs(value) > _EXACT_WHOLE else int(value)


def _noise(text: str) -> int | None:
    """Read a noise level; the Playground itself takes more than 80 as 50, and less than 0 as 0."""
    value = _finite(text)
    if value is not None and value > 80:
        return 50
    if value is not None and value < 0:
        return 0
    return _whole(text)


def _ignored(pairs: Mapping[str, str | None], problem: str) -> list[Ignored]:
    """List the parts of a link that changed no number, each with the reason."""
    reasons = ((name, value or "", _reason(name, pairs, problem)) for name, value in pairs.items())
    return [Ignored(printable(name), printable(value), reason) for name, value, reason in reasons if reason is not None]


def _reason(name: str, pairs: Mapping[str, str | None], problem: str) -> str | None:
    feature = name.removesuffix(_HIDE)
    if feature != name:  # hiding a feature that is on takes it out of the network; any other hiding is display
        return None if feature in FEATURES and pairs[name] == "true" and _flag(feature, pairs) else "display"
    if name in _DISPLAY:
        return "display"
    if name in _WITHOUT_EFFECT or (name in FEATURES and pairs.get(name + _HIDE) == "true"):
        return "inactive"
    if name not in _KNOWN:
        return "unknown name"
    value = _present(name, pairs)
    if value is not None and name in _CHOICES and value not in _CHOICES[name]:
        return "unknown value"
    return "inactive" if name in _DATASET_NAMES.values() and name != _DATASET_NAMES[problem] else None


_DEFAULTS = Spec()
_DATASET_NAMES = {"classification": "dataset", "regression": "regDataset"}
_CHOICES = {
    "activation": ACTIVATIONS,
    "regularization": REGULARIZATIONS,
    "dataset": DATASETS["classification"],
    "regDataset": DATASETS["regression"],
    "problem": tuple(DATASETS),
}
_NUMBER_FIELDS = {
    "regularizationRate": "regularization_rate",
    "learningRate": "learning_rate",
    "batchSize": "batch_size",
    "noise": "noise",
    "percTrainData": "train_percent",
}
_KNOWN = {*_CHOICES, *_NUMBER_FIELDS, "networkShape", "seed", "initZero", *FEATURES, *_WITHOUT_EFFECT, *_DISPLAY}


def write_link(spec: Spec) -> str:
    """Write the canonical link: every setting that changes a number, and no other, in one fixed order.

    For a spec with no problems `read_link(write_link(spec)).spec == spec`. Raises SpecError for a seed that can't
    stand in a link.
    """
    return PLAYGROUND_ADDRESS + write_hash(spec)


def write_hash(spec: Spec) -> str:
    """Write the part of the canonical link from `#` on. Raises SpecError for a seed that can't stand in a link."""
    if spec.seed is not None and not SEED.fullmatch(spec.seed):
        raise SpecError([Problem("seed", spec.seed or "(empty text)", SEED_ALLOWED)])
    values: dict[str, object] = {
        "activation": spec.activation,
        "regularization": spec.regularization,
        "batchSize": spec.batch_size,
        _DATASET_NAMES.get(spec.problem, "dataset"): spec.dataset,
        "learningRate": float(spec.learning_rate),
        "regularizationRate": float(spec.regularization_rate),
        "noise": spec.noise,
        "networkShape": ",".join(map(str, spec.hidden_layers)),
        "seed": spec.seed,
        "percTrainData": spec.train_percent,
        **{name: name in spec.features for name in FEATURES},
        "problem": spec.problem,
        "initZero": spec.init_zero,
    }
    return "#" + "&".join(f"{name}={written(value)}" for name, value in values.items() if value is not None)
