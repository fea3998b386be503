"""Where a hand-in takes place: who, which task, how the time stands, and what the pages about it show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from coursework.access import enrollment_or_404, task_or_404
from coursework.deadlines import Standing, Window
from coursework.design import Design, Sent, design
from coursework.design_page import design_page
from coursework.models import Enrollment, Task
from coursework.request import signed_in
from coursework.rules import TaskRules
from coursework.selectors.deadlines import window_for
from coursework.selectors.drafts import draft_pictures
from coursework.selectors.submissions import attempts_used, next_form_key
from coursework.services.screenshots import MOST_SCREENSHOTS

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


def place_of(request: HttpRequest, course: str, assignment: str, task: str) -> Place:
    """Look up where this request is about; raise Http404 for what is not the person's."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    window = window_for(assignment=found.assignment, enrollment=enrollment)
    used = attempts_used(task=found, enrollment=enrollment)
    return Place(enrollment, found, found.rules, window, window.standing(timezone.now()), used)


def page_context(place: Place, found: Design) -> dict[str, Any]:
    """Give what every part of the page shows."""
    return {
        "task": place.task,
        "course": place.enrollment.course,
        "url_arguments": place.task.url_arguments(),
        "window": place.window,
        "standing": place.standing,
        "attempt": place.used + 1,
        "is_open": place.is_open,
        "course_seed_count": len(place.rules.course_seeds),
        "shown": design_page(place.rules, found),
    }


def pictures_context(place: Place) -> dict[str, Any]:
    """Give what the page's part with the screenshots shows."""
    return {
        "task": place.task,
        "course": place.enrollment.course,
        "pictures": draft_pictures(task=place.task, enrollment=place.enrollment),
        "most_pictures": MOST_SCREENSHOTS,
        "pictures_are_read": settings.READ_SCREENSHOTS,
    }


def claimed_epoch(place: Place, values: Mapping[str, Any]) -> int | None:
    """Return the claimed epoch for the sentence about what we will do; None while there is none that could be."""
    return place.rules.claim(values.get("claimed_epochs"))
