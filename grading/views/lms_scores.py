"""Acts on grades on their way to an LMS, from the page of a course's connections."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from coursework.access import instructor_enrollment_or_404
from coursework.models import Enrollment
from coursework.request import signed_in
from grading.lti_scores import is_hidden
from grading.models import LineItem, LmsLink, Score
from grading.services.lti.columns import (
    ColumnRefused,
    create_line_item,
    send_again,
    send_all_again,
    switch_line_item,
)


@require_POST
def lms_score_again(request: HttpRequest, *, course: str, score: int) -> HttpResponse:
    """Try one score anew. One that stands there under a pseudonym can only be tried with all others."""
    viewer = _instructor(request, course)
    found = (
        Score.objects.select_related("line_item__lms_course__course", "line_item__task", "line_item__assignment")
        .filter(pk=score, line_item__lms_course__course=viewer.course)
        .first()
    )
    if found is None or is_hidden(found):
        raise Http404
    if send_again(score=found, actor=viewer.user):
        messages.success(request, "It is sent again now.")
    else:
        messages.info(request, "This one has arrived meanwhile, or is being sent already.")
    return _back(course)


@require_POST
def lms_column_again(request: HttpRequest, *, course: str, column: int) -> HttpResponse:
    """Try all scores of a column anew that did not arrive; with `everything` all that were ever sent."""
    viewer, item = _column(request, course, column)
    count = send_all_again(item=item, actor=viewer.user, everything="everything" in request.POST)
    scores = "1 score is" if count == 1 else f"{count:,} scores are"
    messages.success(request, f"{scores} sent again now." if count else "There is nothing to send again.")
    return _back(course)


@require_POST
def lms_column_switch(request: HttpRequest, *, course: str, column: int) -> HttpResponse:
    """Send scores to a column, or no more."""
    viewer, item = _column(request, course, column)
    active = request.POST.get("active") == "1"
    switch_line_item(item=item, active=active, actor=viewer.user)
    messages.success(request, "Scores are sent there again." if active else "Nothing more is sent there.")
    return _back(course)


@require_POST
def lms_column_new(request: HttpRequest, *, course: str, link: int) -> HttpResponse:
    """Have the LMS make a column for what a link opens."""
    viewer = _instructor(request, course)
    found = (
        LmsLink.objects.select_related("lms_course__deployment__platform", "lms_course__course", "assignment", "task")
        .filter(pk=link, lms_course__course=viewer.course)
        .first()
    )
    if found is None or found.assignment is None:
        raise Http404
    try:
        create_line_item(
            lms_course=found.lms_course,
            assignment=found.assignment,
            task=found.task,
            link=found,
            actor=viewer.user,
        )
    except ColumnRefused as refusal:
        messages.error(request, f"There is no column yet. {refusal}")
    else:
        messages.success(request, "The column is there; scores are on their way.")
    return _back(course)


def _instructor(request: HttpRequest, course: str) -> Enrollment:
    return instructor_enrollment_or_404(user=signed_in(request), course=course)


def _column(request: HttpRequest, course: str, pk: int) -> tuple[Enrollment, LineItem]:
    viewer = _instructor(request, course)
    items = LineItem.objects.select_related("lms_course__course", "assignment", "task")
    found = items.filter(pk=pk, lms_course__course=viewer.course).first()
    if found is None:
        raise Http404
    return viewer, found


def _back(course: str) -> HttpResponse:
    return redirect("lms_links", course=course)
