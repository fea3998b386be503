"""Drawing course seeds: feasible ones, on which a reference design is known to reach the target."""

from django.db import transaction

from coursework.models import CourseSeed, Task
from engine.calibration import Calibration, calibrate, reference_design


class TooFewSeeds(Exception):
    """The reference design reaches the target on too few of the seeds that were tried."""


def draw_course_seeds(*, task: Task, count: int, draw: str = "") -> Calibration:
    """Replace a task's course seeds by `count` new ones, each with the epochs that the reference design needs on it.

    `draw` decides which seeds are drawn, by default the task itself. Submissions that were verified on the old seeds
    keep their results. Slow (it trains); raises TooFewSeeds, and nothing is changed then.
    """
    rules = task.rules
    found = calibrate(
        reference_design(rules.starting_spec),
        criterion=rules.criterion,
        max_epochs=rules.max_epochs,
        count=count,
        draw=draw or f"task {task.pk}",
        target=rules.loss_threshold,
    )
    if len(found.seeds) < count:
        raise TooFewSeeds(
            f"The reference design reaches the target within {rules.max_epochs:,} epochs on {len(found.seeds)} of "
            f"{len(found.tried)} seeds tried; {count} are wanted. Allow more epochs or ask for fewer seeds."
        )
    with transaction.atomic():
        CourseSeed.objects.filter(task=task).delete()
        CourseSeed.objects.bulk_create(
            CourseSeed(task=task, position=position, seed=candidate.seed, reference_epochs=candidate.reached)
            for position, candidate in enumerate(found.seeds, start=1)
        )
    return found
