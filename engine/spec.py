"""The settings of one Playground run, and which of them are allowed."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from engine.errors import Problem, SpecError

FEATURES = ("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY")  # the order in which they enter a network
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
REGULARIZATIONS = ("none", "L1", "L2")
DATASETS = {"classification": ("circle", "xor", "gauss", "spiral"), "regression": ("reg-plane", "reg-gauss")}
SEED = re.compile(r"[A-Za-z0-9._-]{1,64}")
SEED_ALLOWED = "1 to 64 letters, digits, dots, underscores and hyphens"


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything that changes a number of a run; the defaults are the Playground's.

    `dataset` is the active one, of classification or regression; rates are plain factors, `noise` and `train_percent`
    are percents. `features` always stand in the order of `FEATURES`. A `seed` of None can be described but not run.
    """

    activation: str = "tanh"
    regularization: str = "none"
    regularization_rate: float = 0.0
    learning_rate: float = 0.03
    batch_size: int = 10
    dataset: str = "circle"
    problem: str = "classification"
    noise: int = 0
    train_percent: int = 50
    hidden_layers: tuple[int, ...] = (4, 2)
    features: tuple[str, ...] = ("x", "y")
    seed: str | None = None
    init_zero: bool = False

    def __post_init__(self) -> None:
        """Bring features into their order (unknown names last, for `validate` to name) and freeze the lists."""
        given = dict.fromkeys(self.features)
        known = tuple(name for name in FEATURES if name in given)
        unknown = tuple(name for name in given if name not in FEATURES)
        object.__setattr__(self, "features", known + unknown)
        object.__setattr__(self, "hidden_layers", tuple(self.hidden_layers))

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Values per layer: the features, each hidden layer, the one output."""
        return (len(self.features), *self.hidden_layers, 1)

    @property
    def links(self) -> int:
        """Number of weights, biases not counted."""
        sizes = self.layer_sizes
        return sum(before * after for before, after in pairwise(sizes))

    @property
    def parameters(self) -> int:
        """Number of weights and biases."""
        return self.links + sum(self.layer_sizes[1:])

    def with_seed(self, seed: str | None) -> "Spec":
        """Give the same settings with another seed."""
        return replace(self, seed=seed)

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as JSON can hold them; `from_dict` reads them back."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Spec":
        """Read what `to_dict` wrote; what is missing keeps its default.

        Raises SpecError listing every unknown name and every value of a wrong kind. Which values are allowed is for
        `validate` to say.
        """
        problems = [_problem(name, value) for name, value in values.items() if not _is_readable(name, value)]
        if problems:
            raise SpecError(problems)
        converted: dict[str, Any] = {
            name: float(value) if name.endswith("_rate") else value for name, value in values.items()
        }
        return cls(**converted)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53


def _is_finite(value: object) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


def _all(kind: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list | tuple) and all(map(kind, value))


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "activation": (_is_text, "text"),
    "regularization": (_is_text, "text"),
    "regularization_rate": (_is_finite, "a finite number"),
    "learning_rate": (_is_finite, "a finite number"),
    "batch_size": (_is_whole, "a whole number"),
    "dataset": (_is_text, "text"),
    "problem": (_is_text, "text"),
    "noise": (_is_whole, "a whole number"),
    "train_percent": (_is_whole, "a whole number"),
    "hidden_layers": (_all(_is_whole), "a list of whole numbers"),
    "features": (_all(_is_text), "a list of names"),
    "seed": (lambda value: value is None or _is_text(value), "text"),
    "init_zero": (lambda value: isinstance(value, bool), "true or false"),
}


def _is_readable(name: str, value: object) -> bool:
    return name in _KINDS and _KINDS[name][0](value)


def _problem(name: str, value: Any) -> Problem:
    if name not in _KINDS:
        return Problem("settings", name, "one of " + ", ".join(_KINDS))
    try:
        text = str(value)
    except ValueError:  # an integer too long to write out, perhaps inside a list
        text = "with a number that is too long"
    return Problem(name, text or "(empty text)", _KINDS[name][1])


@dataclass(frozen=True, slots=True)
class Limits:
    """The values that are allowed, field by field of `Spec`; None allows every value that can be run at all."""

    activation: tuple[str, ...] = ACTIVATIONS
    regularization: tuple[str, ...] = REGULARIZATIONS
    regularization_rate: tuple[float, ...] | None = (0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
    learning_rate: tuple[float, ...] | None = (0.00001, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10)
    batch_size: tuple[int, ...] | None = tuple(range(1, 31))
    problem: tuple[str, ...] = tuple(DATASETS)
    dataset: tuple[str, ...] = DATASETS["classification"] + DATASETS["regression"]
    noise: tuple[int, ...] | None = tuple(range(0, 51, 5))
    train_percent: tuple[int, ...] | None = tuple(range(10, 91, 10))
    features: tuple[str, ...] = FEATURES
    max_layers: int = 6
    max_neurons: int = 8
    any_seed: bool = False  # whether a seed may be any text, as the Playground itself takes it
    init_zero: tuple[bool, ...] = (False, True)


PLAYGROUND = Limits()  # what the Playground's own controls offer, and initZero, which only a link can set
RUNNABLE = Limits(  # what can be computed at all
    regularization_rate=None,
    learning_rate=None,
    batch_size=None,
    noise=None,
    train_percent=None,
    max_layers=64,
    max_neurons=64,
    any_seed=True,
)


def validate(spec: Spec, limits: Limits = PLAYGROUND) -> tuple[Problem, ...]:
    """List every setting that is not allowed, all at once; an empty tuple means that the run may start."""
    listed = (
        _check_listed(spec, name, getattr(limits, name))
        for name in ("activation", "regularization", "problem", "init_zero")
    )
    numbers = (
        _check_number(spec, name, getattr(limits, name), allowed, low, high) for name, allowed, low, high in _NUMBERS
    )
    found = (*listed, *numbers, _check_dataset(spec, limits), _check_layers(spec, limits))
    return tuple(
        problem for problem in (*found, _check_features(spec, limits), _check_seed(spec, limits)) if problem is not None
    )


_NUMBERS: tuple[tuple[str, str, float, float], ...] = (  # where every value is allowed: in words, lowest, highest
    ("regularization_rate", "a finite number", -math.inf, math.inf),
    ("learning_rate", "a finite number", -math.inf, math.inf),
    ("batch_size", "a whole number from 1", 1, math.inf),
    ("noise", "a whole number from 0", 0, math.inf),
    ("train_percent", "a whole number from 1 to 99", 1, 99),
)


def _check_listed(spec: Spec, name: str, allowed: Sequence[Any]) -> Problem | None:
    value = getattr(spec, name)
    return None if value in allowed else Problem(name, written(value), describe(allowed))


def _check_number(
    spec: Spec, name: str, allowed: Sequence[float] | None, words: str, low: float, high: float
) -> Problem | None:
    if allowed is not None:
        return _check_listed(spec, name, allowed)
    value = getattr(spec, name)
    return None if low <= value <= high and math.isfinite(value) else Problem(name, written(value), words)


def _check_dataset(spec: Spec, limits: Limits) -> Problem | None:
    fitting = DATASETS.get(spec.problem, limits.dataset)  # an unknown problem type is reported by itself
    allowed = tuple(name for name in limits.dataset if name in fitting)
    if spec.dataset in allowed:
        return None
    return Problem("dataset", spec.dataset, f"{describe(allowed)} for {spec.problem}" if allowed else "none of them")


def _check_layers(spec: Spec, limits: Limits) -> Problem | None:
    layers = spec.hidden_layers
    if len(layers) <= limits.max_layers and all(1 <= neurons <= limits.max_neurons for neurons in layers):
        return None
    shown = ",".join(written(neurons) for neurons in layers[:20])
    return Problem("hidden_layers", shown, f"0 to {limits.max_layers} layers of 1 to {limits.max_neurons} neurons")


def _check_features(spec: Spec, limits: Limits) -> Problem | None:
    wrong = [name for name in spec.features if name not in limits.features]
    if spec.features and not wrong:
        return None
    return Problem("features", ", ".join(wrong), "at least one of " + ", ".join(limits.features))


def _check_seed(spec: Spec, limits: Limits) -> Problem | None:
    if spec.seed is not None and (limits.any_seed or SEED.fullmatch(spec.seed)):
        return None
    if spec.seed is None:
        return Problem("seed", "", f"{SEED_ALLOWED}, as in the link while the Playground shows the run")
    return Problem("seed", spec.seed or "(empty text)", SEED_ALLOWED)


def written(value: object) -> str:
    """Write a setting as the Playground's links do: true, 0.00001, 4."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value == int(value) and abs(value) < 2**53 else format(Decimal(repr(value)), "f")
    return str(value)


def describe(values: Iterable[Any]) -> str:
    """Say in words which values a list holds: even steps are named as such, otherwise each one stands there."""
    listed = list(values)
    whole = all(type(value) is int for value in listed)
    steps = {after - before for before, after in pairwise(listed)} if whole else set()
    if len(listed) > 3 and len(steps) == 1:
        step = steps.pop()
        return f"{listed[0]} to {listed[-1]}" + (f" in steps of {step}" if step != 1 else "")
    return ", ".join(written(value) for value in listed)
