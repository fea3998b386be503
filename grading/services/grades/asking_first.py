"""Changes that move the points of many: nothing is stored before a person has seen whom they move."""

from collections.abc import Callable

from coursework.models import Task
from grading.grades.what_if import Effect, effect_between, standing
from grading.models import Grade


class GradesWouldChange(Exception):
    """The change was not made: it needs the digest of `effect`. `outdated`: it came with that of an older one."""

    def __init__(self, effect: Effect, *, outdated: bool) -> None:
        super().__init__(f"{len(effect.rows)} grades would change.")
        self.effect, self.outdated = effect, outdated


def ask_first(*, task: Task, confirmed: str, change: Callable[[], object]) -> Effect:
    """Make a change and return what it did to grades; raises GradesWouldChange unless `confirmed` stands for just that.

    To be called in a transaction, which the exception undoes: so what the preview shows is the change itself, computed
    by the rule that computes every grade.
    """
    before = standing(task)
    change()
    effect = effect_between(before, standing(task))
    if effect and effect.digest != confirmed:
        raise GradesWouldChange(effect, outdated=bool(confirmed))
    return effect


def ask_if_graded(*, task: Task, confirmed: str, change: Callable[[], object]) -> Effect:
    """Do as `ask_first` does, but spare the reading of all grades where the rubric counts for nobody yet."""
    if Grade.objects.filter(task=task, decided_at__isnull=False).exists():
        return ask_first(task=task, confirmed=confirmed, change=change)
    change()
    return Effect((), "")
