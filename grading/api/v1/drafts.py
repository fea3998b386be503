"""The screenshots that wait in a draft to be handed in, sent one by one before a hand-in as JSON."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from coursework.models import DraftScreenshot, Enrollment, Task
from coursework.picture_files import picture_file
from coursework.selectors.drafts import draft_picture, draft_pictures
from coursework.selectors.places import place_for
from coursework.services.drafts import keep_pictures, prepare_pictures, remove_picture
from coursework.services.screenshots import ALLOWED, MOST_SCREENSHOTS, NotStored
from grading.api.base import ScopedView
from grading.api.files import AsItIs
from grading.api.places import api_task
from grading.api.problems import Problem
from grading.api.scopes import ApiScope
from grading.api.v1.hand_in import STORAGE_WAIT_SECONDS
from grading.api.v1.problem_responses import problems
from grading.api.v1.submissions import OWN_ENCODING

NOTHING_TAKEN = "Nothing can be handed in now, so no pictures are taken."
SEND_ONE = f"Send one file named screenshot. Allowed: {ALLOWED}."
OF_PICTURE = OpenApiParameter("picture", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A picture of a draft."""

    picture: DraftScreenshot
    task: Task
    request: Request

    @property
    def url(self) -> str:
        """Where to load it."""
        where = self.task.url_arguments() | {"picture": self.picture.pk}
        return reverse("api_draft_screenshot", kwargs=where, request=self.request)


class WaitingSerializer(serializers.Serializer[Waiting]):
    """A screenshot that waits to be handed in."""

    id = serializers.IntegerField(source="picture.pk", help_text="Names it in addresses.")
    url = serializers.URLField(help_text="Where to load or remove it.")
    width = serializers.IntegerField(source="picture.width", help_text="In pixels.")
    height = serializers.IntegerField(source="picture.height", help_text="In pixels.")
    original_name = serializers.CharField(
        source="picture.original_name", help_text="The name of the file that was sent."
    )
    upload_hash = serializers.CharField(source="picture.upload_hash", help_text="SHA-256 of the file as it was sent.")


class UploadSerializer(serializers.Serializer[Any]):
    """One screenshot."""

    screenshot = serializers.FileField(help_text=f"One of {ALLOWED}; a draft holds at most {MOST_SCREENSHOTS}.")


class DraftScreenshots(ScopedView):
    """The screenshots of one's own draft."""

    scopes: ClassVar = {"GET": ApiScope.SUBMISSIONS_READ, "POST": ApiScope.SUBMISSIONS_WRITE}
    parser_classes = [MultiPartParser]
    tag = "submissions"

    @extend_schema(operation_id="list_draft_screenshots", responses=WaitingSerializer(many=True), filters=False)
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """List the screenshots of your draft.

        They are at most three. It is the draft of the hand-in page, too.
        """
        enrollment, found = api_task(request, course, assignment, task)
        rows: Any = [Waiting(one, found, request) for one in draft_pictures(task=found, enrollment=enrollment)]
        return Response(WaitingSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="add_draft_screenshot",
        parameters=[OpenApiParameter("Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[201])],
        request={"multipart/form-data": UploadSerializer},
        responses={
            201: OpenApiResponse(WaitingSerializer, "Kept. What is there already is not kept twice."),
            **problems(
                {
                    409: "Nothing can be handed in now.",
                    415: "A form with a file is taken.",
                    503: "Our storage did not take the picture.",
                }
            ),
        },
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Add a screenshot to your draft, to be handed in with `from_draft`."""
        enrollment, found = api_task(request, course, assignment, task)
        if not place_for(task=found, enrollment=enrollment).is_open:
            raise Problem(409, NOTHING_TAKEN)
        shown = Waiting(_kept(found, enrollment, request.FILES.getlist("screenshot")), found, request)
        return Response(WaitingSerializer(shown).data, status=201, headers={"Location": shown.url})


class DraftScreenshotDetail(ScopedView):
    """One screenshot of one's own draft."""

    scopes: ClassVar = {"GET": ApiScope.SUBMISSIONS_READ, "DELETE": ApiScope.SUBMISSIONS_WRITE}
    content_negotiation_class = AsItIs
    tag = "submissions"

    @extend_schema(
        operation_id="read_draft_screenshot",
        parameters=[OF_PICTURE],
        responses=OWN_ENCODING,
    )
    def get(self, request: Request, course: str, assignment: str, task: str, picture: int) -> FileResponse:
        """Load a screenshot of your draft."""
        enrollment, found = api_task(request, course, assignment, task)
        row = draft_picture(task=found, enrollment=enrollment, picture=picture)
        if row is None:
            raise Http404
        return picture_file(row.picture)

    @extend_schema(operation_id="remove_draft_screenshot", parameters=[OF_PICTURE], responses={204: None})
    def delete(self, request: Request, course: str, assignment: str, task: str, picture: int) -> Response:
        """Remove a screenshot from your draft."""
        enrollment, found = api_task(request, course, assignment, task)
        if not remove_picture(task=found, enrollment=enrollment, picture=picture):
            raise Http404
        return Response(status=204)


def _kept(task: Task, enrollment: Enrollment, uploads: list[UploadedFile[Any]]) -> DraftScreenshot:
    """Keep one file in the draft; ValidationError or a Problem with why it is not kept."""
    if len(uploads) != 1:
        raise ValidationError({"screenshot": [SEND_ONE]})
    prepared, refusals = prepare_pictures(uploads)
    try:
        refusals += keep_pictures(task=task, enrollment=enrollment, prepared=prepared)
    except NotStored as failure:
        raise Problem(503, failure.reason, wait=STORAGE_WAIT_SECONDS) from failure
    if refusals:
        raise ValidationError({"screenshot": refusals})
    rows = draft_pictures(task=task, enrollment=enrollment)
    found = next((row for row in rows if row.upload_hash == prepared[0].upload_hash), None)
    if found is None:  # handed in or removed in the same moment
        raise Problem(409, NOTHING_TAKEN)
    return found
