"""Downloads of a course: for its staff tables, pictures and documents; for students their own report."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coursework.access import assignment_or_404, enrollment_or_404, staff_enrollment_or_404
from coursework.models import Assignment, Enrollment, Role, Task
from coursework.request import signed_in
from grading.forms_reports import DownloadForm, ReportForm
from grading.reports.file_names import safe_part, student_folder
from grading.reports.pdf.documents import student_pdf
from grading.reports.registry import CONTENT_TYPES, LEFT_OUT, PDF, left_out_csv, row_count
from grading.reports.scope import Scope
from grading.services.reports import record_download, record_student_report

AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)
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
    scope, report, wanted = form.scope, form.report, form.cleaned_data["format"]
    tables = report.tables(scope)
    rows = sum(len(table.left_out) for table in tables) if wanted == LEFT_OUT else row_count(tables)
    blocks: Iterable[bytes] = ()
    if request.method == "GET":
        blocks = _begun((left_out_csv if wanted == LEFT_OUT else report.files[wanted])(scope, tables))
        record_download(actor=signed_in(request), scope=scope, kind=report.key, file_format=wanted, rows=rows)
    ending = "left-out.csv" if wanted == LEFT_OUT else wanted
    name = f"{report.key}-{course}{_which(form)}-{scope.local(scope.now):%Y-%m-%d}.{ending}"
    return _file(StreamingHttpResponse(blocks), name, CONTENT_TYPES[wanted], rows=rows)


@require_safe
def report_student(request: HttpRequest, *, course: str, assignment: str, enrollment: int) -> HttpResponse:
    """Send staff one student's report on an assignment."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    students = Enrollment.objects.filter(course=viewer.course, role=Role.STUDENT, active=True)
    student = get_object_or_404(students.select_related("user", "section"), pk=enrollment)
    return _student_file(request, viewer, student, assignment_or_404(enrollment=viewer, assignment=assignment))


@require_safe
def report_own(request: HttpRequest, *, course: str, assignment: str) -> HttpResponse:
    """Send students their own report: points and feedback only of what is released."""
    viewer = enrollment_or_404(user=signed_in(request), course=course)
    if viewer.role != Role.STUDENT:
        raise Http404
    return _student_file(request, viewer, viewer, assignment_or_404(enrollment=viewer, assignment=assignment))


def _student_file(
    request: HttpRequest, viewer: Enrollment, student: Enrollment, assignment: Assignment
) -> HttpResponse:
    tasks = Task.objects.filter(assignment=assignment).select_related("assignment__course")
    scope = Scope(
        course=assignment.course,
        tasks=list(tasks.prefetch_related("course_seeds")),
        now=timezone.now(),
        only=student,
    )
    content = student_pdf(scope, student, for_staff=viewer.is_course_staff)
    if request.method == "GET":
        record_student_report(actor=viewer.user, course=scope.course, student=student, tasks=len(scope.tasks))
    name = f"{assignment.slug}-{student_folder(student)}.pdf"
    return _file(HttpResponse(content), name, CONTENT_TYPES[PDF], rows=len(scope.tasks))


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


def _which(form: DownloadForm) -> str:
    """Name the work and the section in a file's name."""
    scope, work = form.scope, form.cleaned_data["work"]
    section = safe_part(scope.section.name) if scope.section else ("no-section" if scope.without_section else "")
    return "".join(f"-{part}" for part in (safe_part(work) if work else "", section) if part)


def _begun(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Make the first block at once, so that what goes wrong there is an error page and no broken file."""
    rest = iter(blocks)
    return chain([next(rest, b"")], rest)


def _file(response: AnyResponse, name: str, content_type: str, *, rows: int) -> AnyResponse:
    response["Content-Type"] = content_type
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Rows"] = str(rows)
    return response
