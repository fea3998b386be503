"""Retraining a submission: the slow part of a verification. Reads and writes no database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

import engine
from coursework.rules import TaskRules
from engine.report import counted_losses
from engine.resets import chance_of_a_match, epochs_by_reset, reproduced_after, reset_starts
from engine.sensitivity import FIRST_REPLAYS, Sensitivity, perturbed_starts, sensitivity_from
from engine.spec import Spec
from engine.training import Budget, Progress, Report, Start, train
from grading.models import CONFIRMED, Outcome, Stage
from grading.verdicts import judge, official_epochs, with_resets

OnProgress = Callable[[Stage, Progress], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What there is to verify."""

    spec: Spec
    claimed_epochs: int
    rules: TaskRules


@dataclass(frozen=True, slots=True)
class Finding:
    """What a verification found. `reports` holds the submitted run first, then one per course seed in order.

    `sensitivity` is None where nothing was run; `resets` is the number of Resets after which the claim is reproduced,
    and `chance_match` how likely a made-up claim near it would have been (None where Resets were not tried).
    """

    outcome: Outcome
    engine_version: str
    reports: tuple[Report, ...] = ()
    retrained_epochs: int | None = None
    official_epochs: float | None = None
    sensitivity: Sensitivity | None = None
    resets: int | None = None
    chance_match: float | None = None
    disallowed: tuple[str, ...] = ()


def verify(job: Job, *, on_progress: OnProgress, budget: Budget) -> Finding:
    """Train the submitted run, its replays and the course seeds side by side and judge the claim.

    Settings that the task does not allow are not trained. A claim that neither the run nor its band confirms is
    looked for after 1 to 20 Resets. Raises the engine's BudgetExceeded, and whatever `on_progress` raises.
    """
    problems = job.rules.problems(job.spec)
    if problems:
        messages = tuple(problem.message for problem in problems)
        return Finding(Outcome.SETTINGS_NOT_ALLOWED, engine.__version__, disallowed=messages)
    finding = _without_resets(job, on_progress, budget)
    return finding if finding.outcome in CONFIRMED else _with_resets(job, finding, on_progress, budget)


def _without_resets(job: Job, on_progress: OnProgress, budget: Budget) -> Finding:
    rules = job.rules
    on_seeds = [Start(job.spec.with_seed(seed)) for seed in rules.course_seeds]
    starts = [Start(job.spec), *on_seeds, *perturbed_starts(job.spec, FIRST_REPLAYS)]
    reports = _train(job, starts, rules.max_epochs, partial(on_progress, Stage.RUNS), budget)
    own, seeded, replayed = reports[0], reports[1 : 1 + len(on_seeds)], reports[1 + len(on_seeds) :]
    sensitivity = sensitivity_from(own, replayed, stop=rules.criterion, max_epochs=rules.max_epochs)
    if not sensitivity.agrees:
        more = perturbed_starts(job.spec, first=FIRST_REPLAYS + 1)
        replayed += _train(job, more, rules.max_epochs, partial(on_progress, Stage.REPLAYS), budget)
        sensitivity = sensitivity_from(own, replayed, stop=rules.criterion, max_epochs=rules.max_epochs)
    return Finding(
        outcome=judge(own=own, criterion=rules.criterion, claimed_epochs=job.claimed_epochs, band=sensitivity.band),
        engine_version=engine.__version__,
        reports=(own, *seeded),
        retrained_epochs=sensitivity.reached,
        official_epochs=official_epochs([report.reached.first(rules.criterion) for report in seeded]),
        sensitivity=sensitivity,
    )


def _with_resets(job: Job, finding: Finding, on_progress: OnProgress, budget: Budget) -> Finding:
    """Look for the claim after Resets; beyond it the runs go on just as far as the chance of a match looks."""
    most = min(job.rules.max_epochs, job.claimed_epochs + max(1, job.claimed_epochs // 10))
    reports = _train(job, reset_starts(job.spec), most, partial(on_progress, Stage.RESETS), budget)
    resets = reproduced_after(reports, job.claimed_epochs, job.rules.criterion)
    epochs = epochs_by_reset(reports, job.rules.criterion)
    return replace(
        finding,
        outcome=with_resets(finding.outcome, resets),
        resets=resets,
        chance_match=chance_of_a_match(epochs, job.claimed_epochs),
    )


def _train(
    job: Job, starts: Sequence[Start], most: int, on_progress: Callable[[Progress], None], budget: Budget
) -> list[Report]:
    rules = job.rules
    return train(
        starts,
        stop=rules.criterion,
        max_epochs=most,
        target=rules.loss_threshold,
        budget=budget,
        on_progress=on_progress,
    )


def best_epoch(losses: NDArray[np.float64], criterion: str) -> tuple[int, float | None]:
    """Return the epoch at which the deciding loss was lowest and that loss; (0, None) if it never was a number."""
    deciding = counted_losses(losses, criterion)
    finite = np.isfinite(deciding)
    if not finite.any():
        return 0, None
    epoch = int(np.argmin(np.where(finite, deciding, np.inf)))
    return epoch, float(deciding[epoch])
