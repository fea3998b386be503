"""Where a hand-in takes place: who, which task, and how the time stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from coursework.deadlines import Standing, Window
from coursework.design import Design, Sent, design
from coursework.models import Enrollment, Task
from coursework.rules import TaskRules
from coursework.selectors.deadlines import window_for
from coursework.selectors.submissions import attempts_used, next_form_key

Fields = Mapping[str, Sequence[str]]  # name of a form field -> all its values, as they were sent


@dataclass(frozen=True, slots=True)
class Place:
    """Who hands in what, and how the time stands; the task's rules are read once."""

    enrollment: Enrollment
    task: Task
    rules: TaskRules
    window: Window
    standing: Standing
    used: int

    @property
    def is_open(self) -> bool:
        """True while another attempt is taken."""
        return self.standing.accepted and self.used < self.task.attempts

    @property
    def form_key(self) -> str:
        """The idempotency key of the next attempt's form."""
        return next_form_key(task=self.task, enrollment=self.enrollment, used=self.used)

    def design(self, fields: Fields) -> Design:
        """Give the design that the form's fields hold."""
        return design(self.rules, Sent.of(fields))


def place_for(*, task: Task, enrollment: Enrollment) -> Place:
    """Gather how things stand for one person and task, at this moment; the task comes with its assignment."""
    window = window_for(assignment=task.assignment, enrollment=enrollment)
    used = attempts_used(task=task, enrollment=enrollment)
    return Place(enrollment, task, task.rules, window, window.standing(timezone.now()), used)
