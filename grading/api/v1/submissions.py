"""Submissions: lists of them, one in full with how far its check is, and its screenshots."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django_filters import CharFilter, ChoiceFilter, IsoDateTimeFilter
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment, Submission
from grading.api.base import ScopedList, ScopedView
from grading.api.files import AsItIs
from grading.api.filters import KeyFilter
from grading.api.permissions import api_enrollment, api_submission
from grading.api.places import api_task
from grading.api.scopes import ApiScope
from grading.api.v1.hand_in import HandsIn
from grading.api.v1.submission_shapes import ListedSubmissionSerializer, SubmissionSerializer, full, listed
from grading.models import Outcome, Status
from grading.selectors import with_verifications
from grading.submission_reads import listed_submissions, named_submissions

READS: dict[str, ApiScope] = {"GET": ApiScope.SUBMISSIONS_READ}
PICTURE_KINDS = {"png": "image/png", "jpg": "image/jpeg"}


class TaskSubmissionFilter(FilterSet):
    """Which submissions of a task are wanted."""

    enrollment = KeyFilter(
        method="of_person",
        help_text="Only of this enrollment. What is graded blind and not released is left out.",
    )
    state = ChoiceFilter(choices=Status.choices, help_text="How far the check is.")
    outcome = ChoiceFilter(choices=Outcome.choices, help_text="What the check found.")
    received_after = IsoDateTimeFilter(
        field_name="received_at", lookup_expr="gte", help_text="Received then or later, as in 2026-11-23T12:00:00Z."
    )
    received_before = IsoDateTimeFilter(field_name="received_at", lookup_expr="lt", help_text="Received before.")

    def of_person(self, rows: QuerySet[Submission], _name: str, value: int) -> QuerySet[Submission]:
        """Keep those of one person."""
        request: Any = self.request
        viewer = api_enrollment(request, request.parser_context["kwargs"]["course"])
        return named_submissions(rows, viewer=viewer, enrollment=value)


class SubmissionFilter(TaskSubmissionFilter):
    """Which submissions of a course are wanted."""

    assignment = CharFilter(field_name="task__assignment__slug", help_text="Only of this assignment.")
    task = CharFilter(field_name="task__slug", help_text="Only of tasks with this short name.")


class _Submissions(ScopedList[Submission]):
    scopes: ClassVar = READS
    serializer_class: Any = ListedSubmissionSerializer
    queryset = Submission.objects.none()  # for the description of the API
    ordering = ("-received_at", "-pk")
    tag = "submissions"

    def _answer(self, rows: QuerySet[Submission], viewer: Enrollment) -> Response:
        page = self.paginate_queryset(self.filter_queryset(with_verifications(rows))) or ()
        shown: Any = listed(page, viewer, self.request)
        return self.get_paginated_response(ListedSubmissionSerializer(shown, many=True).data)


class CourseSubmissions(_Submissions):
    """The submissions of a course."""

    filterset_class = SubmissionFilter

    @extend_schema(operation_id="list_submissions")
    def get(self, request: Request, course: str) -> Response:
        """List a course's submissions.

        The newest come first. Staff get all of the course, students their own.
        """
        viewer = api_enrollment(request, course)
        return self._answer(listed_submissions(viewer), viewer)


class TaskSubmissions(HandsIn, _Submissions):
    """The submissions to a task, and handing in."""

    scopes: ClassVar = {**READS, "POST": ApiScope.SUBMISSIONS_WRITE}
    filterset_class = TaskSubmissionFilter

    @extend_schema(operation_id="list_task_submissions")
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """List a task's submissions.

        The newest come first. Staff get all of the task, students their own.
        """
        viewer, found = api_task(request, course, assignment, task)
        return self._answer(listed_submissions(viewer).filter(task=found), viewer)


class SubmissionDetail(ScopedView):
    """One submission."""

    scopes: ClassVar = READS
    tag = "submissions"

    @extend_schema(
        operation_id="read_submission",
        parameters=[
            OpenApiParameter(
                "Retry-After",
                OpenApiTypes.INT,
                OpenApiParameter.HEADER,
                response=[200],
                description="Only while it is being checked: seconds after which to ask again.",
            )
        ],
        responses=SubmissionSerializer,
    )
    def get(self, request: Request, receipt_number: str) -> Response:
        """Read a submission: its content, and how far its check is or what it found."""
        submission, viewer = api_submission(request, receipt_number)
        shown = full(submission, viewer, request)
        response = Response(SubmissionSerializer(shown).data)
        if shown.progress is not None:
            response["Retry-After"] = str(shown.progress.at.ask_again_seconds)
        return response


class ScreenshotFile(ScopedView):
    """One screenshot of a submission."""

    scopes: ClassVar = READS
    content_negotiation_class = AsItIs
    tag = "submissions"

    @extend_schema(
        operation_id="read_screenshot",
        parameters=[OpenApiParameter("position", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH)],
        responses={
            (200, kind): OpenApiResponse(OpenApiTypes.BINARY, "The picture, in our own encoding.")
            for kind in PICTURE_KINDS.values()
        },
    )
    def get(self, request: Request, receipt_number: str, position: int) -> FileResponse:
        """Load a screenshot."""
        submission, _viewer = api_submission(request, receipt_number)
        screenshot = submission.screenshots.filter(position=position).first()
        if screenshot is None:
            raise Http404
        return picture_response(screenshot.picture)


def picture_response(picture: Any) -> FileResponse:
    """Answer with a stored picture; Http404 if its file is gone."""
    kind = PICTURE_KINDS["jpg" if str(picture.name).endswith(".jpg") else "png"]
    try:
        file = picture.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type=kind)
    response["Cache-Control"] = "private, max-age=3600, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
