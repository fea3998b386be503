"""Submissions: lists of them, one in full with how far its check is, and its screenshots."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django_filters import CharFilter
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment, Submission
from coursework.picture_files import JPEG, PNG, picture_file
from grading.api.base import ScopedList, ScopedView
from grading.api.files import AsItIs, file_of
from grading.api.filters import KeyFilter, TimeFilter, WordFilter
from grading.api.permissions import api_enrollment, api_submission
from grading.api.places import api_task
from grading.api.scopes import ApiScope
from grading.api.v1.hand_in import HandsIn
from grading.api.v1.submission_shapes import ListedSubmissionSerializer, SubmissionSerializer, full, listed
from grading.api.v1.words import OUTCOMES, STATUSES
from grading.selectors import with_verifications
from grading.submission_reads import listed_submissions, named_submissions

READS: dict[str, ApiScope] = {"GET": ApiScope.SUBMISSIONS_READ}
OWN_ENCODING = file_of(PNG, JPEG, said="The picture, in our own encoding.")


class TaskSubmissionFilter(FilterSet):
    """Which submissions of a task are wanted."""

    enrollment = KeyFilter(
        method="of_person",
        help_text="Only of this enrollment. What is graded blind and not released is left out.",
    )
    state = WordFilter(choices=STATUSES, help_text="How far the check is.")
    outcome = WordFilter(choices=OUTCOMES, help_text="What the check found.")
    received_after = TimeFilter(
        field_name="received_at", lookup_expr="gte", help_text="Received then or later, as in 2026-11-23T12:00:00Z."
    )
    received_before = TimeFilter(field_name="received_at", lookup_expr="lt", help_text="Received before.")

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
        """Read a submission.

        It has the content, and how far the check is or what it found.
        """
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
        responses=OWN_ENCODING,
    )
    def get(self, request: Request, receipt_number: str, position: int) -> FileResponse:
        """Load a screenshot."""
        submission, _viewer = api_submission(request, receipt_number)
        screenshot = submission.screenshots.filter(position=position).first()
        if screenshot is None:
            raise Http404
        return picture_file(screenshot.picture)
