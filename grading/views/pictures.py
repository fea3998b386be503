"""Reading pictures again, from the queue page: for operators, and for a course's instructors."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from coursework.access import instructor_enrollment_or_404
from coursework.addresses import whole_number
from coursework.request import signed_in
from grading.models import PictureReading
from grading.picture_queue import FAILED, readings_of
from grading.services.evidence.readings import read_again
from grading.services.leases import HINTS_PER_SWEEP
from grading.tasks import hint_at_readings


@require_POST
def read_pictures_again(request: HttpRequest) -> HttpResponse:
    """Queue a picture, or all whose reading failed, once more: for operators."""
    if not signed_in(request).is_staff:
        raise Http404
    _read_again(request, readings_of(None))
    return redirect("queue")


@require_POST
def read_course_pictures_again(request: HttpRequest, *, course: str) -> HttpResponse:
    """Queue a picture of the course, or all of it whose reading failed, once more: for its instructors."""
    enrollment = instructor_enrollment_or_404(user=signed_in(request), course=course)
    _read_again(request, readings_of(enrollment.course))
    return redirect("course_queue", course=course)


def _read_again(request: HttpRequest, rows: QuerySet[PictureReading]) -> None:
    chosen = _chosen(request.POST.get("reading", ""), rows)
    if chosen is None:
        messages.error(request, "Not read again: “reading” has to be the number of a picture’s reading, or “failed”.")
        return
    queued = read_again(readings=chosen)
    # The sweeper tells the workers of the rest.
    hint_at_readings(queued[:HINTS_PER_SWEEP])
    if queued:
        messages.success(request, "1 picture is read again." if len(queued) == 1 else f"{len(queued)} are read again.")
    else:
        messages.info(request, "Nothing to read again: it is waiting or being read already.")


def _chosen(wanted: str, rows: QuerySet[PictureReading]) -> QuerySet[PictureReading] | None:
    """Return the readings that are named; None for what names none. Raises Http404 for what is not among `rows`."""
    if wanted == "failed":
        return rows.filter(FAILED)
    key = whole_number(wanted)
    if key is None:
        return None
    chosen = rows.filter(pk=key)
    if not chosen.exists():
        raise Http404
    return chosen
