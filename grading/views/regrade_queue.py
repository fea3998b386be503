"""Second looks as staff meet them: the queue of a course, and one request with its evidence and a form to answer."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from coursework.access import staff_enrollment_or_404
from coursework.models import Enrollment, Section, Submission
from coursework.request import signed_in
from grading.evidence.page import evidence_page
from grading.forms_regrades import RegradeAnswerForm
from grading.grades.keys import grading_url
from grading.grades.names import names_hidden, staff_name
from grading.grades.permissions import may_grade
from grading.grades.reading import StudentGrade, grade_of
from grading.grades.shown import show
from grading.models import RegradeAnswer, RegradeRequest
from grading.regrade_queue import (
    STATES,
    RegradeFilter,
    counts_by_state,
    found_requests,
    queue_lines,
    requests_of,
    tasks_asked_about,
    waited,
)
from grading.services.grades.mails import answer_is_mailed
from grading.services.grades.regrades import RegradeRefused, answer_regrade
from grading.views.evidence import reader_is_on
from grading.wording import mark

ON_A_PAGE = 50
_LABELS = {"open": "Open", "answered": "Answered", "closed": "Closed", "all": "All"}


@never_cache
@require_safe
def regrades(request: HttpRequest, *, course: str) -> HttpResponse:
    """List the course's requests, those that wait first."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    wanted, now = RegradeFilter.read(request.GET), timezone.now()
    counts = counts_by_state(viewer.course, wanted)
    page = Paginator(found_requests(viewer.course, wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    lines = queue_lines(list(page.object_list))
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "wanted": wanted,
        "parts": [(_LABELS[one], counts[one], wanted.showing(one).query(), one == wanted.state) for one in STATES],
        "total": counts["all"],
        "lines": [(line, waited(line.request, now=now)) for line in lines],
        "page": page,
        "pages": [(number, wanted.query(page=number)) for number in page.paginator.page_range],
        "tasks": tasks_asked_about(viewer.course),
        "sections": Section.objects.filter(course=viewer.course),
    }
    return render(request, "grading/regrades.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def regrade(request: HttpRequest, *, course: str, number: int) -> HttpResponse:
    """Show one request with the evidence and the grade, and take the answer."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    found = requests_of(viewer.course).filter(pk=number).first()
    if found is None or not may_grade(viewer):
        raise Http404
    if request.method != "POST":
        return _page(request, viewer, found, RegradeAnswerForm())
    form = RegradeAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, found, form, status=422)
    try:
        answer_regrade(
            request=found,
            actor=viewer.user,
            answer=RegradeAnswer(form.cleaned_data["answer"]),
            text=form.cleaned_data["text"],
            mail=answer_is_mailed(_grade_of(found)),
        )
    except RegradeRefused as refused:
        found.refresh_from_db()
        form.add_error(None, str(refused))
        return _page(request, viewer, found, form, status=409)
    messages.success(request, "Answered. The student sees it beside the grade.")
    return redirect("regrade", course=course, number=number)


def _grade_of(found: RegradeRequest) -> StudentGrade:
    return grade_of(found.grade.task, found.grade.enrollment)


def _page(
    request: HttpRequest, viewer: Enrollment, found: RegradeRequest, form: RegradeAnswerForm, *, status: int = 200
) -> HttpResponse:
    grade = _grade_of(found)
    task = found.grade.task
    context: dict[str, Any] = {
        "course": viewer.course,
        "viewer": viewer,
        "task": task,
        "one": found,
        "name": staff_name(found.grade.enrollment, hidden=names_hidden(grade)),
        "form": form,
        "shown": show(grade, for_staff=True, now=timezone.now()),
        "grading_url": grading_url(task, found.grade.enrollment_id),
        "waited": waited(found, now=timezone.now()),
        **_evidence(grade),
    }
    return render(request, "grading/regrade.html", context, status=status)


def _evidence(grade: StudentGrade) -> dict[str, Any]:
    """Gather what speaks for the attempt that the grade is about: the outcome, the pictures and what they show."""
    counting = grade.result.counting
    if counting is None:
        return {"submission": None}
    submission = Submission.objects.select_related("task__assignment__course", "enrollment__user").get(
        pk=counting.submission_id
    )
    page = evidence_page(submission, reader_on=reader_is_on())
    return {
        "submission": submission,
        "evidence": page,
        "verification": page.verification,
        "outcome": mark(page.verification) if page.verification else None,
    }
