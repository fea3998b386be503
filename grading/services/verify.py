"""Retraining a submission: the slow part of a verification. Reads and writes no database."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import engine
from coursework.rules import TaskRules
from engine.spec import Spec
from engine.training import Budget, Progress, Report, Start, train
from grading.models import Outcome
from grading.verdicts import judge, official_epochs


@dataclass(frozen=True, slots=True)
class Job:
    """What there is to verify."""

    spec: Spec
    claimed_epochs: int
    rules: TaskRules


@dataclass(frozen=True, slots=True)
class Finding:
    """What a verification found. `reports` holds the submitted run first, then one per course seed in order."""

    outcome: Outcome
    engine_version: str
    reports: tuple[Report, ...] = ()
    retrained_epochs: int | None = None
    official_epochs: float | None = None
    disallowed: tuple[str, ...] = ()


def verify(job: Job, *, on_progress: Callable[[Progress], None], budget: Budget) -> Finding:
    """Train the submitted run and the course seeds side by side and judge the claim.

    Settings that the task does not allow are not trained. Raises the engine's BudgetExceeded, and whatever
    `on_progress` raises.
    """
    problems = job.rules.problems(job.spec)
    if problems:
        messages = tuple(problem.message for problem in problems)
        return Finding(Outcome.SETTINGS_NOT_ALLOWED, engine.__version__, disallowed=messages)
    criterion = job.rules.criterion
    reports = train(
        [Start(job.spec), *(Start(job.spec.with_seed(seed)) for seed in job.rules.course_seeds)],
        stop=criterion,
        max_epochs=job.rules.max_epochs,
        target=job.rules.loss_threshold,
        budget=budget,
        on_progress=on_progress,
    )
    own, *on_course_seeds = reports
    return Finding(
        outcome=judge(own=own, criterion=criterion, claimed_epochs=job.claimed_epochs),
        engine_version=engine.__version__,
        reports=tuple(reports),
        retrained_epochs=own.reached.first(criterion),
        official_epochs=official_epochs([report.reached.first(criterion) for report in on_course_seeds]),
    )


def deciding_losses(losses: NDArray[np.float64], criterion: str) -> NDArray[np.float64]:
    """Reduce losses (epochs + 1, 2) to the one that the criterion looks at; NaN stays NaN.

    For `both` it is the larger of the two, for `either` the smaller.
    """
    train, test = losses[:, 0], losses[:, 1]
    return {"train": train, "test": test, "both": np.maximum(train, test), "either": np.minimum(train, test)}[criterion]


def best_epoch(losses: NDArray[np.float64], criterion: str) -> tuple[int, float | None]:
    """Return the epoch at which the deciding loss was lowest and that loss; (0, None) if it never was a number."""
    deciding = deciding_losses(losses, criterion)
    finite = np.isfinite(deciding)
    if not finite.any():
        return 0, None
    epoch = int(np.argmin(np.where(finite, deciding, np.inf)))
    return epoch, float(deciding[epoch])
