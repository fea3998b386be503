"""Drawing practice seeds: known to everybody, feasible, and none of those that rank."""

from dataclasses import replace

from django.db import transaction

from coursework.feasible import why_impossible
from coursework.models import Task
from coursework.services.course_seeds import TooFewSeeds
from engine.calibration import CANDIDATES, draw_seeds

PRACTICE_SEEDS = 3


def draw_practice_seeds(*, task: Task, count: int = PRACTICE_SEEDS, draw: str = "") -> tuple[str, ...]:
    """Replace a task's practice seeds by `count` new ones; returns them.

    Their points leave the target open to a network with all inputs that the task allows; nothing is trained. `draw`
    decides which seeds are drawn, by default the task itself. Raises TooFewSeeds, and nothing is changed then.
    """
    with transaction.atomic():
        task = Task.objects.select_for_update().get(pk=task.pk)
        rules = task.rules
        everything = replace(rules.starting_spec, features=rules.limits.features)
        found: list[str] = []
        for seed in draw_seeds(draw or f"practice {task.pk}", CANDIDATES):
            if len(found) == count:
                break
            if seed not in rules.course_seeds and why_impossible(rules, everything.with_seed(seed)) is None:
                found.append(seed)
        if len(found) < count:
            raise TooFewSeeds(
                f"The target is possible on {len(found)} of {CANDIDATES} seeds tried; {count} are wanted."
            )
        task.practice_seeds = found
        task.save(update_fields=["practice_seeds"])
    return tuple(found)
