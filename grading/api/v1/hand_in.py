"""Handing in by a program: the page's own rules, words and service."""

import hashlib
import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Submission
from coursework.selectors.places import Place, place_for
from coursework.selectors.submissions import was_handed_in
from coursework.services.drafts import prepare_pictures
from coursework.services.screenshots import NotStored
from coursework.services.submissions import (
    AttemptsUsedUp,
    IdempotencyConflict,
    LateNotConfirmed,
    NotOpen,
    PicturesGone,
    TooManyPictures,
    submit,
)
from grading.api.base import ScopedView
from grading.api.parsing import JsonBody
from grading.api.places import api_task
from grading.api.problems import Problem
from grading.api.v1.described import A_LINK, sent_as
from grading.api.v1.hand_in_serializers import SAY_LATE, HandInForm, HandInJson, HandInReader
from grading.api.v1.problem_responses import problems, with_members
from grading.api.v1.submission_shapes import Full, SubmissionSerializer, full

KEY = re.compile(r"[\x20-\x7e]{1,255}", re.ASCII)
KEY_MISSING = (
    "Send the header Idempotency-Key: 1 to 255 letters, digits and signs, new for each attempt. What is sent again "
    "with the same key is stored once."
)
STORAGE_WAIT_SECONDS = 60
HEADERS = [
    OpenApiParameter(
        "Idempotency-Key",
        {"type": "string", "pattern": r"^[!-~]([ -~]{0,253}[!-~])?$"},
        OpenApiParameter.HEADER,
        required=True,
        description="New for each attempt. What is sent again with the same key is stored once.",
    ),
    OpenApiParameter(
        "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[200, 202], description="Where it stands."
    ),
    OpenApiParameter(
        "Retry-After",
        OpenApiTypes.INT,
        OpenApiParameter.HEADER,
        response=[202],
        description="Seconds after which to ask there how far it is.",
    ),
]


_CODES = {
    "code": {
        "type": "string",
        "enum": ["other_content", "not_open", "attempts_used_up"],
        "description": "Why, in a word.",
    },
    "receipt_number": {"type": "string", "description": "With other_content: what was handed in with this key."},
}
REFUSED = with_members(
    409,
    _CODES,
    "`code` says why: `other_content`, the key came before with other content; `not_open`, the assignment is not open "
    "yet or closed; `attempts_used_up`.",
    required=["code"],
)


class HandsIn(ScopedView):
    """What a view that takes hand-ins is made from."""

    parser_classes = [JsonBody, MultiPartParser]

    @extend_schema(
        operation_id="hand_in",
        parameters=HEADERS,
        examples=sent_as({"link": A_LINK, "claimed_epochs": 141, "from_draft": True}),
        request={"multipart/form-data": HandInForm, "application/json": HandInJson},
        responses={
            202: OpenApiResponse(SubmissionSerializer, "Received and stored. It is being checked."),
            200: OpenApiResponse(SubmissionSerializer, "Sent before with this key, and checked by now."),
            **REFUSED,
            **problems(
                {
                    400: "The body can't be read, or there is no Idempotency-Key.",
                    415: "JSON is taken, or a form with files.",
                    503: "Our storage did not take the pictures. Nothing was handed in.",
                }
            ),
        },
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Hand in.

        A form (multipart/form-data) brings the screenshots along, as files named `screenshots`. JSON hands in those of
        the draft, to which they were sent one by one before. The rules and the sentences are those of the page. The
        answer's `Location` is where to ask how far the check is.
        """
        enrollment, found = api_task(request, course, assignment, task)
        key = read_key(request)
        place = place_for(task=found, enrollment=enrollment)
        sent = _read(request, place, sent_before=was_handed_in(enrollment=enrollment, idempotency_key=key))
        sent.is_valid(raise_exception=True)
        return _answer(full(_submit(sent, key), enrollment, request))


def read_key(request: Request) -> str:
    """Return what the header Idempotency-Key stands for among our keys; a Problem where there is none."""
    given = request.headers.get("Idempotency-Key", "").strip()
    if not KEY.fullmatch(given):
        raise Problem(400, KEY_MISSING)
    # Longer than the keys of the page's forms, so that the two never meet.
    return hashlib.sha256(f"Idempotency-Key {given}".encode()).hexdigest()


def _read(request: Request, place: Place, *, sent_before: bool) -> HandInReader:
    data: Any = request.data
    uploads: list[UploadedFile[Any]] = request.FILES.getlist("screenshots")
    prepared, refused = prepare_pictures(uploads if place.is_open or sent_before else ())
    return HandInReader(
        data=data,
        is_form=isinstance(data, QueryDict),
        place=place,
        prepared=prepared,
        refused=refused,
        sent_before=sent_before,
    )


def _submit(sent: HandInReader, key: str) -> Submission:
    """Hand in what was found valid; what stands against it all the same is told as the field's fault, or a Problem."""
    place, values = sent.place, sent.validated_data
    assert sent.design is not None
    try:
        return submit(
            task=place.task,
            enrollment=place.enrollment,
            spec=sent.design.spec,
            claimed_epochs=values["claimed_epochs"],
            screenshots=sent.prepared,
            from_draft=values["from_draft"],
            idempotency_key=key,
            link=values.get("link", ""),
            accept_late=values["accept_late"],
        )
    except IdempotencyConflict as conflict:
        said = (
            f"This Idempotency-Key came before, with other content (receipt {conflict.receipt_number}). "
            "Send another attempt with a new key."
        )
        raise Problem(409, said, code="other_content", receipt_number=conflict.receipt_number) from conflict
    except AttemptsUsedUp as refusal:
        raise Problem(409, str(refusal), code="attempts_used_up") from refusal
    except NotOpen as refusal:
        raise Problem(409, str(refusal), code="not_open") from refusal
    except LateNotConfirmed as refusal:
        raise ValidationError({"accept_late": [SAY_LATE]}) from refusal
    except (PicturesGone, TooManyPictures) as refusal:
        raise ValidationError({"screenshots": [str(refusal)]}) from refusal
    except NotStored as failure:
        raise Problem(503, failure.reason, wait=STORAGE_WAIT_SECONDS) from failure


def _answer(shown: Full) -> Response:
    progress = shown.progress
    response = Response(SubmissionSerializer(shown).data, status=200 if progress is None else 202)
    response["Location"] = shown.url
    if progress is not None:
        response["Retry-After"] = str(progress.at.ask_again_seconds)
    return response
