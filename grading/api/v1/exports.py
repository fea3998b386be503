"""Exports: the course's downloads as the pages offer them, files for an LMS, and reports on single students."""

from typing import Any, ClassVar

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from coursework.access import assignment_or_404
from coursework.models import Role
from coursework.selectors.tasks import tasks_of
from grading import lms_page
from grading.api.base import ScopedView
from grading.api.fields import SectionField, YesOrNo
from grading.api.files import AsItIs, file_of
from grading.api.json_fields import Number, Word
from grading.api.permissions import api_enrollment, api_staff_enrollment, api_user
from grading.api.reading import hold_to, read_query
from grading.api.scopes import ApiScope
from grading.forms_lms import OwnFileForm
from grading.forms_reports import DownloadForm
from grading.grades.permissions import may_release
from grading.lms.layout import Identifier
from grading.lms_exchange import own_file
from grading.lms_reads import task_columns
from grading.models import LmsSystem
from grading.report_files import Asking, as_file, chosen_file, student_file, student_in
from grading.reports.registry import CONTENT_TYPES, LEFT_OUT, REPORTS
from grading.services.lms.exporting import record_own

_KINDS = sorted({kind.partition(";")[0] for kind in CONTENT_TYPES.values()})


class ExportFileSerializer(serializers.Serializer[Any]):
    """A format of an export, and its address."""

    format = serializers.CharField(help_text="Its name in addresses.")
    media_type = serializers.CharField(help_text="The kind of file that comes.")
    url = serializers.URLField(help_text="Where to download it; `work` and `section` narrow it.")


class ExportSerializer(serializers.Serializer[Any]):
    """One kind of export."""

    report = serializers.CharField(help_text="Its name in addresses.")
    label = serializers.CharField(help_text="Its name on the page.")  # type: ignore[assignment]  # a field of that name
    text = serializers.CharField(help_text="What is in it.")
    files = ExportFileSerializer(
        many=True, help_text="The formats that there are, and `left-out`: a list of what is not in the file, and why."
    )


class ExportsSerializer(serializers.Serializer[Any]):
    """All kinds of exports."""

    results = ExportSerializer(many=True, help_text="All kinds of exports.")


class ExportWantedSerializer(serializers.Serializer[Any]):
    """Of which work and of whom."""

    work = serializers.CharField(
        required=False, max_length=200, help_text="An assignment, or `assignment/task`; else of the whole course."
    )
    section = SectionField(help_text="A section's number, or `none` for students without one; else of all.")


class LmsFileWantedSerializer(serializers.Serializer[Any]):
    """For which LMS, and what."""

    system = Word(choices=LmsSystem.choices, help_text="Which LMS the file is for.")
    identifier = Word(
        choices=[kind.value for kind in Identifier],
        required=False,
        help_text="By what students are known there; else what is usual there.",
    )
    section = Number(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Only this section's students; else all."
    )
    work = serializers.CharField(
        required=False, max_length=2000, help_text="Tasks as `assignment/task`, with commas between; else all."
    )
    unreleased = YesOrNo(
        required=False, default=False, help_text="Also grades that are not released; for those who may release."
    )


class Exports(ScopedView):
    """The exports of a course, for its staff."""

    scopes: ClassVar = {"GET": ApiScope.EXPORTS_READ}
    tag = "exports"

    @extend_schema(operation_id="list_exports", responses=ExportsSerializer)
    def get(self, request: Request, course: str) -> Response:
        """List the kinds of exports with their formats."""
        api_staff_enrollment(request, course)
        found = [
            {
                "report": report.key,
                "label": report.label,
                "text": report.text,
                "files": [_file(request, course, report.key, one) for one in (*report.files, LEFT_OUT)],
            }
            for report in REPORTS.values()
        ]
        return Response({"results": found})


class Export(ScopedView):
    """An export as a file."""

    takes_parameters = True
    scopes: ClassVar = {"GET": ApiScope.EXPORTS_READ}
    tag = "exports"
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="download_export",
        parameters=[
            OpenApiParameter("report", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(REPORTS)),
            OpenApiParameter("file_format", OpenApiTypes.STR, OpenApiParameter.PATH, enum=list(CONTENT_TYPES)),
            ExportWantedSerializer,
        ],
        responses=file_of(*_KINDS, said="The file. X-Rows says how many rows it has."),
    )
    def get(self, request: Request, course: str, report: str, file_format: str) -> HttpResponseBase:
        """Download an export.

        The format `left-out` is a CSV of what is not in the file, and why.
        """
        viewer = api_staff_enrollment(request, course)
        if report not in REPORTS or file_format not in (*REPORTS[report].files, LEFT_OUT):
            raise Http404
        wanted = read_query(ExportWantedSerializer, request)
        form = DownloadForm(course=viewer.course, data={**wanted, "what": report, "format": file_format})
        hold_to(form)
        return chosen_file(_asking(request, viewer), form)


class StudentExport(ScopedView):
    """One student's report on an assignment, for staff."""

    scopes: ClassVar = {"GET": ApiScope.EXPORTS_READ}
    tag = "exports"
    content_negotiation_class = AsItIs

    @extend_schema(operation_id="download_student_report", responses=file_of("application/pdf", said="The report."))
    def get(self, request: Request, course: str, assignment: str, enrollment: int) -> HttpResponse:
        """Download one student's report on an assignment."""
        viewer = api_staff_enrollment(request, course)
        student = student_in(viewer.course, enrollment)
        if student is None:
            raise Http404
        work = assignment_or_404(enrollment=viewer, assignment=assignment)
        return student_file(_asking(request, viewer), student, work)


class OwnExport(ScopedView):
    """A student's own report on an assignment."""

    scopes: ClassVar = {"GET": ApiScope.EXPORTS_READ}
    tag = "exports"
    content_negotiation_class = AsItIs

    @extend_schema(operation_id="download_own_report", responses=file_of("application/pdf", said="The report."))
    def get(self, request: Request, course: str, assignment: str) -> HttpResponse:
        """Download your own report on an assignment.

        It has points and feedback of what is released.
        """
        viewer = api_enrollment(request, course)
        if viewer.role != Role.STUDENT:
            raise Http404
        work = assignment_or_404(enrollment=viewer, assignment=assignment)
        return student_file(_asking(request, viewer), viewer, work)


class LmsExport(ScopedView):
    """A file with grades for an LMS."""

    takes_parameters = True
    scopes: ClassVar = {"GET": ApiScope.EXPORTS_READ}
    tag = "exports"
    content_negotiation_class = AsItIs

    @extend_schema(
        operation_id="download_lms_file",
        parameters=[LmsFileWantedSerializer],
        responses=file_of("text/csv", said="The file. X-Rows says how many rows it has."),
    )
    def get(self, request: Request, course: str) -> HttpResponse:
        """Download a file with grades for Canvas, Moodle or Blackboard."""
        viewer = api_staff_enrollment(request, course)
        wanted = read_query(LmsFileWantedSerializer, request)
        tasks = tasks_of(viewer.course)
        data = QueryDict(mutable=True)
        data.update({name: str(wanted[name]) for name in ("system", "identifier", "section") if name in wanted})
        data.setlist(
            "tasks", _named(wanted.get("work", ""), {f"{one.assignment.slug}/{one.slug}": one.pk for one in tasks})
        )
        if wanted["unreleased"]:
            data["unreleased"] = "on"
        releases = may_release(viewer)
        form = OwnFileForm(data, course=viewer.course, tasks=task_columns(tasks), may_release=releases)
        if wanted["unreleased"] and not releases:
            raise ValidationError({"unreleased": ["You may not release grades in this course, so leave it out."]})
        hold_to(form)
        own = own_file(viewer.course, **form.wanted)
        if request.method == "GET":
            record_own(own, course=viewer.course, actor=api_user(request))
        name = lms_page.own_name(viewer.course, own.system)
        return as_file(HttpResponse(own.file.content), name, "text/csv; charset=utf-8", rows=own.file.rows)


def _file(request: Request, course: str, report: str, file_format: str) -> dict[str, str]:
    where = {"course": course, "report": report, "file_format": file_format}
    url = reverse("api_export", kwargs=where, request=request)
    return {"format": file_format, "media_type": CONTENT_TYPES[file_format].partition(";")[0], "url": url}


def _asking(request: Request, viewer: Any) -> Asking:
    return Asking(viewer, api_user(request), only_head=request.method != "GET")


def _named(work: str, tasks: dict[str, int]) -> list[str]:
    """Return the primary keys of the tasks that are named, all of them where none is."""
    names = [one.strip() for one in work.split(",")] if work else list(tasks)
    unknown = [name for name in names if name not in tasks]
    if unknown:
        raise ValidationError({"work": [f"{unknown[0][:80]} is no task of this course: write assignment/task."]})
    return [str(tasks[name]) for name in names]
