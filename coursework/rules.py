"""A task's rules as plain values, and what a network may look like under them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.errors import Problem
from engine.spec import DATASETS, PLAYGROUND, SEED, SEED_ALLOWED, Limits, Spec, describe, validate

# The settings with one value each, in the order in which a form shows them. Inputs, layers and seed are not among them.
SINGLE_SETTINGS = (
    "dataset",
    "problem",
    "activation",
    "learning_rate",
    "regularization",
    "regularization_rate",
    "batch_size",
    "noise",
    "train_percent",
    "init_zero",
)
HALF_A_STEP = Decimal("0.0005")  # a loss is shown with three decimals, rounded half up


@dataclass(frozen=True, slots=True)
class TaskRules:
    """What a verdict needs to know about a task.

    `allowed_settings` maps the name of a spec's field to the values that it may take; a field that is not named may
    be whatever the Playground's own controls allow.
    """

    criterion: str
    target: Decimal
    max_epochs: int
    allowed_settings: Mapping[str, Sequence[Any]]
    course_seeds: tuple[str, ...]

    @property
    def loss_threshold(self) -> float:
        """The loss below which the Playground shows the target or less: 0.0015 for a target of 0.001."""
        return float(self.target + HALF_A_STEP)

    @property
    def limits(self) -> Limits:
        """The Playground's limits, narrowed to what the task allows."""
        narrowed: dict[str, Any] = {name: tuple(values) for name, values in self.allowed_settings.items()}
        return replace(PLAYGROUND, **narrowed)

    @property
    def starting_spec(self) -> Spec:
        """The Playground's default network under this task's settings, without a seed: where a student starts."""
        default, limits = Spec(), self.limits
        chosen = {name: _default_or_first(default, name, getattr(limits, name)) for name in SINGLE_SETTINGS}
        if (
            chosen["dataset"] not in DATASETS[chosen["problem"]]
        ):  # the default of one does not fit what the other may be
            chosen |= next(_fitting(limits), {})
        return replace(default, **chosen)

    def claim(self, text: object) -> int | None:
        """Read a claimed epoch as it was typed; None while it is none that a run of this task can confirm."""
        typed = str(text or "").strip()
        if not (typed.isascii() and typed.isdecimal()) or len(typed) > 9:
            return None
        return int(typed) if 1 <= int(typed) <= self.max_epochs else None

    def problems(self, spec: Spec) -> tuple[Problem, ...]:
        """List everything about a spec that the task does not allow, all at once."""
        return validate(spec, self.limits)


def _default_or_first(default: Spec, name: str, allowed: Sequence[Any]) -> Any:
    value = getattr(default, name)
    return value if value in allowed else allowed[0]


def _fitting(limits: Limits) -> Iterator[dict[str, Any]]:
    """List the allowed pairs of a problem type and one of its data sets."""
    for problem in limits.problem:
        yield from ({"problem": problem, "dataset": name} for name in limits.dataset if name in DATASETS[problem])


def playground_defaults(dataset: str) -> dict[str, list[Any]]:
    """Allow inputs, hidden layers and the seed to be chosen, and nothing but the defaults for the rest."""
    default = Spec()
    return {name: [getattr(default, name)] for name in SINGLE_SETTINGS} | {"dataset": [dataset]}


def allowed_settings_problems(allowed_settings: object) -> list[str]:
    """Say what is wrong with a task's allowed settings: unknown names, empty lists, values the engine can't train."""
    if not isinstance(allowed_settings, dict):
        return ["Allowed settings are an object: setting -> list of allowed values."]
    known: dict[str, tuple[Any, ...]] = {name: getattr(PLAYGROUND, name) for name in (*SINGLE_SETTINGS, "features")}
    problems = []
    for name, values in allowed_settings.items():
        if name not in known:
            problems.append(f"{str(name)[:40]!r} is not a setting. Allowed: {', '.join(known)}.")
        elif not isinstance(values, list) or not values:
            problems.append(f"{name} needs a list of at least one allowed value.")
        else:
            unknown = [value for value in values if value not in known[name]]
            problems += [f"{name} can't be {str(value)[:40]!r}." for value in unknown]
    return problems or _data_problems(allowed_settings)


def _data_problems(allowed_settings: Mapping[str, Sequence[Any]]) -> list[str]:
    """Say if no data set is left: each belongs to one problem type."""
    narrowed: dict[str, Any] = {
        name: tuple(allowed_settings[name]) for name in ("dataset", "problem") if name in allowed_settings
    }
    limits = replace(PLAYGROUND, **narrowed)
    if any(_fitting(limits)):
        return []
    pairs = "; ".join(f"{name} has {describe(sets)}" for name, sets in DATASETS.items())
    problems, sets = ", ".join(limits.problem), ", ".join(limits.dataset)
    return [f"No allowed data set ({sets}) belongs to an allowed problem type ({problems}): {pairs}."]


MOST_PRACTICE_SEEDS = 5  # a practice run trains on all of them


def practice_seeds_problems(practice_seeds: object, course_seeds: Sequence[str]) -> list[str]:
    """Say what is wrong with a task's practice seeds: no list of seeds, too many, or one that is ranked on."""
    if not isinstance(practice_seeds, list) or not all(isinstance(seed, str) for seed in practice_seeds):
        return ["Practice seeds are a list of seeds."]
    problems = []
    if len(practice_seeds) > MOST_PRACTICE_SEEDS:
        problems.append(f"{len(practice_seeds)} practice seeds are too many: at most {MOST_PRACTICE_SEEDS}.")
    for seed in practice_seeds:
        if not SEED.fullmatch(seed):
            problems.append(f"Practice seed {seed[:40]!r} can't be used: {SEED_ALLOWED}.")
        elif seed in course_seeds:
            problems.append(f"Practice seed {seed} is a course seed: students would see what they are ranked on.")
    return problems
