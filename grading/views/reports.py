"""Downloads of a course: for its staff tables, pictures and documents; for students their own report."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coursework.access import assignment_or_404, enrollment_or_404, staff_enrollment_or_404
from coursework.models import Enrollment, Role
from coursework.request import signed_in
from grading.forms_reports import DownloadForm, ReportForm
from grading.report_files import Asking, chosen_file, student_file, student_in
from grading.reports.registry import LEFT_OUT, row_count

FORMATS = {"csv": "CSV", "xlsx": "XLSX", "zip": "ZIP", "pdf": "PDF"}


@never_cache
@require_safe
def reports(request: HttpRequest, *, course: str) -> HttpResponse:
    """Let staff choose, and show how many rows a file will have and what is left out of it, and why."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    return _page(request, viewer, ReportForm(course=viewer.course, data=request.GET.dict()))


@require_safe
def report_download(request: HttpRequest, *, course: str) -> HttpResponseBase:
    """Send what was chosen as a file."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    form = DownloadForm(course=viewer.course, data=request.GET.dict())
    if not form.is_valid():
        return _page(request, viewer, form)
    return chosen_file(_asking(request, viewer), form)


@require_safe
def report_student(request: HttpRequest, *, course: str, assignment: str, enrollment: int) -> HttpResponse:
    """Send staff one student's report on an assignment."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    student = student_in(viewer.course, enrollment)
    if student is None:
        raise Http404
    return student_file(_asking(request, viewer), student, assignment_or_404(enrollment=viewer, assignment=assignment))


@require_safe
def report_own(request: HttpRequest, *, course: str, assignment: str) -> HttpResponse:
    """Send students their own report: points and feedback only of what is released."""
    viewer = enrollment_or_404(user=signed_in(request), course=course)
    if viewer.role != Role.STUDENT:
        raise Http404
    return student_file(_asking(request, viewer), viewer, assignment_or_404(enrollment=viewer, assignment=assignment))


def _asking(request: HttpRequest, viewer: Enrollment) -> Asking:
    return Asking(viewer, signed_in(request), only_head=request.method != "GET")


def _page(request: HttpRequest, viewer: Enrollment, form: ReportForm) -> HttpResponse:
    context: dict[str, Any] = {"course": viewer.course, "viewer": viewer, "form": form}
    if form.is_valid():
        tables, chosen = form.report.tables(form.scope), form.cleaned_data
        query = {name: chosen[name] for name in ("what", "work", "section") if chosen[name]}
        context |= {
            "report": form.report,
            "tables": tables,
            "rows": row_count(tables),
            "left_out": [(table.name, *line) for table in tables for line in table.left_out],
            "files": [(FORMATS[name], urlencode(query | {"format": name})) for name in form.report.files],
            "left_out_query": urlencode(query | {"format": LEFT_OUT}),
        }
    return render(request, "grading/reports.html", context, status=422 if form.errors else 200)
