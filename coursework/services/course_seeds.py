"""Course seeds: drawn feasible ones, on which a reference design is known to reach the target; or set by hand."""

import secrets
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction

from coursework.models import CourseSeed, Task, User
from coursework.rules import TaskRules
from coursework.services.events import record
from engine.calibration import Calibration, calibrate, reference_design

MOST_SEEDS = 25  # every design is trained on all of them


class TooFewSeeds(Exception):
    """The reference design reaches the target on too few of the seeds that were tried."""


class SeedRefused(Exception):
    """What was given can't be a course seed of the task; the message says why."""


def find_course_seeds(
    rules: TaskRules, *, count: int, draw: str = "", cancelled: Callable[[], bool] | None = None
) -> Calibration:
    """Find `count` seeds, each with the epochs that the reference design needs on it; nothing is stored.

    `draw` decides which seeds are drawn; by default nobody can foresee them. Slow (it trains); raises TooFewSeeds.
    """
    found = calibrate(
        reference_design(rules.starting_spec),
        criterion=rules.criterion,
        max_epochs=rules.max_epochs,
        count=count,
        draw=draw or secrets.token_hex(16),
        target=rules.loss_threshold,
        cancelled=cancelled,
    )
    if len(found.seeds) < count:
        raise TooFewSeeds(
            f"The reference design reaches the target within {rules.max_epochs:,} epochs on {len(found.seeds)} of "
            f"{len(found.tried)} seeds tried; {count} are wanted. Allow more epochs or ask for fewer seeds."
        )
    return found


def store_course_seeds(*, task: Task, found: Calibration) -> None:
    """Replace a task's course seeds. Submissions that were verified on the old ones keep their results."""
    with transaction.atomic():
        CourseSeed.objects.filter(task=task).delete()
        CourseSeed.objects.bulk_create(
            CourseSeed(task=task, position=position, seed=candidate.seed, reference_epochs=candidate.reached)
            for position, candidate in enumerate(found.seeds, start=1)
        )


def draw_course_seeds(*, task: Task, count: int, draw: str = "") -> Calibration:
    """Find course seeds and store them at once. Slow; raises TooFewSeeds, and nothing is changed then."""
    found = find_course_seeds(task.rules, count=count, draw=draw)
    store_course_seeds(task=task, found=found)
    return found


def add_course_seed(*, task: Task, seed: str, actor: User) -> CourseSeed:
    """Add one seed by hand, its difficulty not measured; raises SeedRefused."""
    with transaction.atomic():
        Task.objects.select_for_update().get(pk=task.pk)
        positions = list(task.course_seeds.values_list("position", flat=True))
        if len(positions) >= MOST_SEEDS:
            raise SeedRefused(f"A task has at most {MOST_SEEDS} course seeds: every design is trained on all of them.")
        if task.course_seeds.filter(seed=seed).exists():
            raise SeedRefused(f"{seed} is a course seed already.")
        if seed in task.practice_seeds:
            raise SeedRefused(f"{seed} is a practice seed: students would see what they are ranked on.")
        added = CourseSeed(task=task, position=max(positions, default=0) + 1, seed=seed)
        try:
            added.full_clean()
        except ValidationError as error:
            raise SeedRefused(" ".join(error.messages)) from None
        added.save()
        _record("seed.added", task, actor, seed)
    return added


def remove_course_seed(*, task: Task, seed: str, actor: User) -> bool:
    """Remove one seed; False if the task does not have it (any more)."""
    with transaction.atomic():
        removed, _ = CourseSeed.objects.filter(task=task, seed=seed).delete()
        if removed:
            _record("seed.removed", task, actor, seed)
    return bool(removed)


def _record(action: str, task: Task, actor: User, seed: str) -> None:
    subject = f"task {task.assignment.slug}/{task.slug}"
    record(action=action, actor=actor, course=task.assignment.course, subject=subject, about=[task], seed=seed[:64])
