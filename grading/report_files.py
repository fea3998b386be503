"""What was chosen of a course's downloads, as a file: pages and programs get the same bytes under the same name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header

from coursework.models import Assignment, Course, Enrollment, Role, Task, User
from grading.forms_reports import DownloadForm
from grading.reports.file_names import safe_part, student_folder
from grading.reports.pdf.documents import student_pdf
from grading.reports.registry import CONTENT_TYPES, LEFT_OUT, PDF, left_out_csv, row_count
from grading.reports.scope import Scope
from grading.services.reports import record_download, record_student_report

AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a file; with `only_head` nothing is made but the headers, and nothing is recorded."""

    by: Enrollment
    actor: User
    only_head: bool = False


def chosen_file(asking: Asking, form: DownloadForm) -> StreamingHttpResponse:
    """Answer with what a valid form says, and record it."""
    scope, report, wanted = form.scope, form.report, form.cleaned_data["format"]
    tables = report.tables(scope)
    rows = sum(len(table.left_out) for table in tables) if wanted == LEFT_OUT else row_count(tables)
    blocks: Iterable[bytes] = ()
    if not asking.only_head:
        blocks = _begun((left_out_csv if wanted == LEFT_OUT else report.files[wanted])(scope, tables))
        record_download(actor=asking.actor, scope=scope, kind=report.key, file_format=wanted, rows=rows)
    ending = "left-out.csv" if wanted == LEFT_OUT else wanted
    name = f"{report.key}-{scope.course.slug}{_which(form)}-{scope.local(scope.now):%Y-%m-%d}.{ending}"
    return as_file(StreamingHttpResponse(blocks), name, CONTENT_TYPES[wanted], rows=rows)


def student_file(asking: Asking, student: Enrollment, assignment: Assignment) -> HttpResponse:
    """Answer with one student's report on an assignment: to the student only what is released."""
    tasks = Task.objects.filter(assignment=assignment).select_related("assignment__course")
    scope = Scope(
        course=assignment.course,
        tasks=list(tasks.prefetch_related("course_seeds")),
        now=timezone.now(),
        only=student,
    )
    content = student_pdf(scope, student, for_staff=asking.by.is_course_staff)
    if not asking.only_head:
        record_student_report(actor=asking.actor, course=scope.course, student=student, tasks=len(scope.tasks))
    name = f"{assignment.slug}-{student_folder(student)}.pdf"
    return as_file(HttpResponse(content), name, CONTENT_TYPES[PDF], rows=len(scope.tasks))


def student_in(course: Course, enrollment: int) -> Enrollment | None:
    """Return the student of the course with this primary key."""
    students = Enrollment.objects.filter(course=course, role=Role.STUDENT, active=True)
    return students.select_related("user", "section").filter(pk=enrollment).first()


def as_file(response: AnyResponse, name: str, content_type: str, *, rows: int) -> AnyResponse:
    """Give a response the headers of a file that nobody keeps."""
    response["Content-Type"] = content_type
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Rows"] = str(rows)
    return response


def _which(form: DownloadForm) -> str:
    """Name the work and the section in a file's name."""
    scope, work = form.scope, form.cleaned_data["work"]
    section = safe_part(scope.section.name) if scope.section else ("no-section" if scope.without_section else "")
    return "".join(f"-{part}" for part in (safe_part(work) if work else "", section) if part)


def _begun(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Make the first block at once, so that what goes wrong there is an error page and no broken file."""
    rest = iter(blocks)
    return chain([next(rest, b"")], rest)
