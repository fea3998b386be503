"""Where a hand-in takes place, looked up from a page's address, and what the pages about it show."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from coursework.access import enrollment_or_404, task_or_404
from coursework.design import Design
from coursework.design_page import design_page
from coursework.request import signed_in
from coursework.selectors.drafts import draft_pictures
from coursework.selectors.places import Place, place_for
from coursework.services.screenshots import MOST_SCREENSHOTS


def place_of(request: HttpRequest, course: str, assignment: str, task: str) -> Place:
    """Look up where this request is about; raise Http404 for what is not the person's."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    return place_for(task=found, enrollment=enrollment)


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
