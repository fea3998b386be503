"""`manage.py draw_course_seeds`: course seeds that are feasible and calibrated."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coursework.models import Task
from coursework.services.course_seeds import TooFewSeeds, draw_course_seeds


class Command(BaseCommand):
    """Draws new course seeds for a task and says how hard each is for the reference design."""

    help = "Replace a task's course seeds by ones on which a reference design reaches the target within the cap."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name what can be chosen."""
        parser.add_argument("course", help="the course's slug")
        parser.add_argument("task", help="the task's slug")
        parser.add_argument("--count", type=int, default=5, help="how many seeds (default %(default)s)")
        parser.add_argument("--draw", default="", help="any text; the same text draws the same seeds")

    def handle(self, *_args: Any, course: str, task: str, count: int, draw: str, **_options: Any) -> None:
        """Draw, store and tell."""
        found = Task.objects.filter(assignment__course__slug=course, slug=task).first()
        if found is None:
            raise CommandError(f"There is no task {task!r} in a course {course!r}.")
        if not 1 <= count <= 25:
            raise CommandError(f"{count} seeds are not allowed: 1 to 25.")
        try:
            calibration = draw_course_seeds(task=found, count=count, draw=draw)
        except TooFewSeeds as error:
            raise CommandError(str(error)) from None
        for candidate in calibration.seeds:
            self.stdout.write(f"{candidate.seed}  reference design: epoch {candidate.reached}")
        self.stdout.write(f"{len(calibration.tried)} seeds were tried.")
