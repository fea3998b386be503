"""The queue as operators and a course's instructors see it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from coursework.access import instructor_enrollment_or_404
from coursework.models import Course
from coursework.request import signed_in
from grading.models import Verification
from grading.picture_queue import PictureQueue, picture_queue
from grading.queue import QueueState, dry_run_items_waiting, queue_state, worker_lines
from grading.readiness import readiness
from grading.wording import Mark, mark


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show operators everything that waits, runs, failed or was settled lately, and the workers' last signs."""
    if not signed_in(request).is_staff:
        raise Http404
    state, pictures = queue_state(), _pictures()
    readers = [line.reading.worker for line in pictures.running] if pictures else []
    context = _context(request, state) | {
        "workers": worker_lines(state.running, readers=readers),
        "dry_run_items": dry_run_items_waiting(),
        "reasons": readiness()["reasons"],
        "pictures": pictures,
        "read_again_address": reverse("read_pictures_again"),
        "for_operators": True,
        "zone": "UTC",
    }
    return _answer(request, context)


@require_safe
def course_queue(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show a course's instructors the same of their course; other courses and the machines are not theirs to see."""
    enrollment = instructor_enrollment_or_404(user=signed_in(request), course=course)
    own = enrollment.course
    shown = {
        "pictures": _pictures(own),
        "read_again_address": reverse("read_course_pictures_again", kwargs={"course": own.slug}),
        "course": own,
        "for_operators": False,
        "zone": own.time_zone,
    }
    return _answer(request, _context(request, queue_state(own)) | shown)


def _context(request: HttpRequest, state: QueueState) -> dict[str, Any]:
    return {
        "state": state,
        "live": [(row, mark(row)) for row in [*state.running, *state.waiting]],
        "settled": [_settled(row) for row in state.settled],
        "paused": "paused" in request.GET,
        "address": request.path,
    }


def _pictures(course: Course | None = None) -> PictureQueue | None:
    """Return the state of the pictures' queue; None where pictures are not read."""
    return picture_queue(course) if settings.READ_SCREENSHOTS else None


def _settled(row: Verification) -> tuple[Verification, Mark, float | None]:
    seconds = (row.finished_at - row.started_at).total_seconds() if row.finished_at and row.started_at else None
    return row, mark(row), seconds


def _answer(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Answer htmx with the part that changes, everybody else with the page."""
    partial = request.headers.get("HX-Request") == "true"
    return render(request, "grading/_queue.html" if partial else "grading/queue.html", context)
