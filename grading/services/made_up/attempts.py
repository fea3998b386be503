"""An attempt and its result, made up so that the numbers fit together. No database; random by the given source."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from coursework.rules import TaskRules
from engine.network import Network
from engine.spec import Spec
from grading.models import Outcome, Status
from grading.verdicts import official_epochs

Kind = TypeVar("Kind")
RUNS_BEHIND_A_BAND = 15
_SHOWN = 0.0015  # a loss below it is shown as 0.001
_SHAPES = ((3,), (4,), (6,), (4, 2), (6, 3), (6, 4), (8, 6), (8, 8), (8, 6, 4))
_FEATURES = (
    ("x", "y"),
    ("xSquared", "ySquared"),
    ("x", "y", "xSquared", "ySquared"),
    ("x", "y", "xTimesY"),
    ("x", "y", "sinX", "sinY"),
    ("x", "y", "xSquared", "ySquared", "xTimesY", "sinX", "sinY"),
)
# How often what comes of an attempt, of 100. Who is at work on one of them is settled for the newest attempt only.
_SETTLED = {
    Outcome.VERIFIED: 55,
    Outcome.INSIDE_BAND: 14,
    Outcome.AFTER_RESETS: 7,
    Outcome.CLAIM_NOT_REPRODUCED: 8,
    Outcome.TARGET_NOT_REACHED: 9,
    Outcome.DIVERGED: 4,
    Outcome.SETTINGS_NOT_ALLOWED: 3,
}
_UNSETTLED = {Status.COMPLETED: 955, Status.FAILED: 20, Status.RUNNING: 15, Status.QUEUED: 10}  # of 1,000


@dataclass(frozen=True, slots=True)
class MadeUp:
    """What was handed in, and what a verification would have found."""

    spec: Spec
    claimed_epochs: int
    status: Status
    outcome: Outcome | None
    retrained: int | None = None
    band: tuple[int, int] | None = None
    replays: tuple[int | None, ...] = ()
    seed_epochs: tuple[int | None, ...] = ()
    resets: int | None = None
    chance_match: float | None = None
    disallowed: tuple[str, ...] = ()
    diverged_at: int | None = None

    @property
    def official_epochs(self) -> float | None:
        """The median over the course seeds."""
        return official_epochs(self.seed_epochs)

    @property
    def was_run(self) -> bool:
        """Whether there are runs to store."""
        return self.outcome is not None and self.outcome != Outcome.SETTINGS_NOT_ALLOWED


def made_up(rules: TaskRules, source: random.Random, *, skill: float, newest: bool) -> MadeUp:
    """Make an attempt up. `skill` from 0 to 1 decides how fast the networks are; only the newest may be unfinished."""
    status = Status(_drawn(_UNSETTLED, source)) if newest else Status.COMPLETED
    outcome = Outcome(_drawn(_SETTLED, source)) if status == Status.COMPLETED else None
    usual = int(source.lognormvariate(5.9 - 1.3 * skill, 0.35))
    reached = min(max(usual, 25), rules.max_epochs - 50)
    spec = _spec(rules, source)
    if outcome is None:
        return MadeUp(spec, reached, status, None)
    if outcome == Outcome.SETTINGS_NOT_ALLOWED:
        spec = replace(spec, learning_rate=3.0)
        return MadeUp(
            spec, reached, status, outcome, disallowed=tuple(problem.message for problem in rules.problems(spec))
        )
    if outcome == Outcome.DIVERGED:
        never = (None,) * len(rules.course_seeds)
        return MadeUp(spec, reached, status, outcome, seed_epochs=never, diverged_at=source.randint(2, 40))
    if outcome == Outcome.TARGET_NOT_REACHED:
        replays = (None,) * RUNS_BEHIND_A_BAND
        return MadeUp(spec, reached, status, outcome, replays=replays, seed_epochs=_on_seeds(rules, source, None))
    return _converged(MadeUp(spec, reached, status, outcome, reached), rules, source)


def _converged(base: MadeUp, rules: TaskRules, source: random.Random) -> MadeUp:
    """Add what belongs to a run that reaches the target, and a claim as its outcome has it."""
    reached = base.retrained or 0
    spread = max(2, reached // 12)
    replays = tuple(reached + source.randint(-spread, spread) for _ in range(RUNS_BEHIND_A_BAND))
    low, high = min(replays) - spread // 2 - 1, max(replays) + spread // 2 + 1
    with_runs = replace(
        base,
        band=(max(1, low), high),
        replays=replays,
        seed_epochs=_on_seeds(rules, source, reached),
    )
    if base.outcome == Outcome.INSIDE_BAND:
        return replace(
            with_runs, claimed_epochs=source.choice([epoch for epoch in replays if epoch != reached] or [reached + 1])
        )
    if base.outcome == Outcome.AFTER_RESETS:
        resets = source.randint(1, 5)
        return replace(with_runs, claimed_epochs=high + source.randint(5, 60), resets=resets, chance_match=0.04)
    if base.outcome == Outcome.CLAIM_NOT_REPRODUCED:
        return replace(with_runs, claimed_epochs=max(1, low // 2), chance_match=0.1)
    return with_runs


def losses(made: MadeUp, max_epochs: int) -> NDArray[np.float64]:
    """Return training and test loss by epoch, shape (epochs + 1, 2), of the submitted run."""
    if made.diverged_at is not None:
        steps = np.linspace(0.5, 40.0, made.diverged_at + 1)
        steps[-1] = np.nan
        return np.column_stack([steps, steps * 1.1])
    if made.retrained is None:
        steps = 0.5 * (0.04 / 0.5) ** np.linspace(0, 1, max_epochs + 1)
        return np.column_stack([steps, steps * 1.2])
    steps = 0.5 * (1.02 * _SHOWN / 0.5) ** np.linspace(0, 1, made.retrained + 1)
    steps[-1] = 0.98 * _SHOWN  # the first epoch below
    both = np.column_stack([steps, steps])
    both[:-1, 1] *= 1.1
    return both


def network(spec: Spec, numbers: np.random.Generator) -> Network:
    """Return a network of the right shape."""
    sizes = spec.layer_sizes
    pairs = list(pairwise(sizes))
    return Network(
        weights=[numbers.normal(0, 1, (after, before)) for before, after in pairs],
        biases=[numbers.normal(0, 0.5, after) for _, after in pairs],
    )


def _spec(rules: TaskRules, source: random.Random) -> Spec:
    return replace(
        rules.starting_spec,
        hidden_layers=source.choice(_SHAPES),
        features=source.choice(_FEATURES),
        seed=f"{source.random():.5f}",
    )


def _on_seeds(rules: TaskRules, source: random.Random, around: int | None) -> tuple[int | None, ...]:
    """Return the epochs on the course seeds: spread around the submitted run's, and now and then never."""
    if around is None:
        return (None,) * len(rules.course_seeds)
    epochs = [int(around * source.uniform(0.8, 1.6)) for _ in rules.course_seeds]
    return tuple(None if epoch >= rules.max_epochs or source.random() < 0.05 else epoch for epoch in epochs)


def _drawn(shares: Mapping[Kind, int], source: random.Random) -> Kind:
    return source.choices(list(shares), weights=list(shares.values()))[0]
