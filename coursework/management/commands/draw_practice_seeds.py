"""`manage.py draw_practice_seeds`: seeds that everybody knows, for practice runs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from coursework.models import Task
from coursework.rules import MOST_PRACTICE_SEEDS
from coursework.services.course_seeds import TooFewSeeds
from coursework.services.practice_seeds import PRACTICE_SEEDS, draw_practice_seeds


class Command(BaseCommand):
    """Draws new practice seeds for a task."""

    help = "Replace a task's practice seeds by ones on which its target is possible; none of them is a course seed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name what can be chosen."""
        parser.add_argument("course", help="the course's slug")
        parser.add_argument("task", help="the task's slug")
        parser.add_argument("--count", type=int, default=PRACTICE_SEEDS, help="how many seeds (default %(default)s)")
        parser.add_argument("--draw", default="", help="any text; the same text draws the same seeds")

    def handle(self, *_args: Any, course: str, task: str, count: int, draw: str, **_options: Any) -> None:
        """Draw, store and tell."""
        found = Task.objects.filter(assignment__course__slug=course, slug=task).first()
        if found is None:
            raise CommandError(f"There is no task {task!r} in a course {course!r}.")
        if not 1 <= count <= MOST_PRACTICE_SEEDS:
            raise CommandError(f"{count} seeds are not allowed: 1 to {MOST_PRACTICE_SEEDS}.")
        try:
            seeds = draw_practice_seeds(task=found, count=count, draw=draw)
        except TooFewSeeds as error:
            raise CommandError(str(error)) from None
        for seed in seeds:
            self.stdout.write(seed)
