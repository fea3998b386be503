"""Second looks: students ask for them, staff answer."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, Http404, QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django_filters import CharFilter
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment, Role
from coursework.picture_files import JPEG, PNG, picture_file
from coursework.services.screenshots import NotStored
from grading.api.base import ScopedList, ScopedView
from grading.api.files import AsItIs, file_of
from grading.api.filters import KeyFilter, WordFilter
from grading.api.json_fields import Text, Word
from grading.api.parsing import JsonBody
from grading.api.permissions import api_enrollment, api_staff_enrollment, api_user
from grading.api.problems import Problem, refused_as
from grading.api.reading import hold_to, read_body
from grading.api.scopes import ApiScope
from grading.api.sent import Sent
from grading.api.v1.described import answers, problem, sent_as
from grading.api.v1.places import own_place
from grading.api.v1.regrade_shapes import OwnRegradeSerializer, RegradeSerializer, hidden_in
from grading.forms_regrades import RegradeAnswerForm, RegradeAskForm
from grading.grades.permissions import may_grade
from grading.grades.reading import grade_of
from grading.grades.regrades import asking
from grading.models import RegradeAnswer, RegradeRequest, RegradeState
from grading.regrade_queue import own_requests, queue_lines, requests_of
from grading.services.grades.mails import answer_is_mailed
from grading.services.grades.regrades import RegradeRefused, answer_regrade, ask_regrade, close_regrade


class RegradesWanted(FilterSet):
    """Which requests are wanted."""

    state = WordFilter(choices=RegradeState.choices, help_text="Only requests that are so far.")
    assignment = CharFilter("grade__task__assignment__slug", help_text="Only about this assignment.")
    task = CharFilter("grade__task__slug", help_text="Only about tasks with this short name.")
    section = KeyFilter(field_name="grade__enrollment__section", help_text="Only of this section's students.")


class AskRegradeSerializer(Sent):
    """What a student wants looked at again, and why."""

    part = Text(max_length=40, help_text="The key of a part: they stand in your own grade under `asking`.")
    reason = Text(help_text="What you see differently, in plain text.")
    picture = serializers.FileField(
        required=False,
        error_messages={"invalid": "Must be a file, and the body multipart/form-data."},
        help_text="A picture, if one helps; by multipart/form-data.",
    )


class AnswerRegradeSerializer(Sent):
    """What came of a request, and why."""

    answer = Word(choices=RegradeAnswer.choices, help_text="What comes of the request.")
    text = Text(help_text="To the student. Markdown.")


class Regrades(ScopedList[RegradeRequest]):
    """The requests for a second look in a course, for its staff: what waits longest comes first."""

    scopes: ClassVar = {"GET": ApiScope.REVIEWS_READ}
    tag = "regrades"
    serializer_class = RegradeSerializer
    filterset_class = RegradesWanted
    ordering = ("asked_at", "pk")
    queryset = RegradeRequest.objects.none()

    def get_queryset(self) -> QuerySet[RegradeRequest]:
        viewer = api_staff_enrollment(self.request, self.kwargs["course"])
        return requests_of(viewer.course)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        hidden: frozenset[int] = hidden_in(queue_lines(list(args[0]))) if args else frozenset()
        context = {**self.get_serializer_context(), "hidden": hidden}
        return RegradeSerializer(*args, **(kwargs | {"context": context}))

    @extend_schema(operation_id="list_regrades")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List requests for a second look."""
        return super().get(request, *args, **kwargs)


class OwnRegrades(ScopedList[RegradeRequest]):
    """A student's own requests for a second look, as far as the grades that they are about are released."""

    scopes: ClassVar = {"GET": ApiScope.REVIEWS_READ}
    tag = "regrades"
    serializer_class = OwnRegradeSerializer
    ordering = ("asked_at", "pk")
    queryset = RegradeRequest.objects.none()

    def get_queryset(self) -> QuerySet[RegradeRequest]:
        viewer = api_enrollment(self.request, self.kwargs["course"])
        if viewer.role != Role.STUDENT:
            raise Http404
        return own_requests(viewer)

    @extend_schema(operation_id="list_own_regrades")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List your own requests for a second look."""
        return super().get(request, *args, **kwargs)


class AskRegrade(ScopedView):
    """Asking for a second look at one part of the own grade."""

    scopes: ClassVar = {"POST": ApiScope.REVIEWS_WRITE}
    tag = "regrades"
    parser_classes = (JsonBody, MultiPartParser)

    @extend_schema(
        operation_id="ask_regrade",
        examples=sent_as({"part": "automatic", "reason": "My browser shows epoch 141."}),
        request={"application/json": AskRegradeSerializer, "multipart/form-data": AskRegradeSerializer},
        responses=answers(
            OwnRegradeSerializer,
            problem(409, "It can't be asked (any more); the detail says why."),
            problem(503, "The picture could not be stored just now."),
            status=201,
        ),
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Ask for a second look."""
        enrollment, found = own_place(request, course, assignment, task)
        said = read_body(AskRegradeSerializer, request)
        now = timezone.now()
        may = asking(grade_of(found, enrollment, now=now), now=now)
        if may.why_not:
            raise Problem(409, may.why_not)
        keys = [part.key for part in may.open_parts]
        if said["part"] not in [part.key for part in may.parts]:
            raise ValidationError({"part": [f'"{said["part"]}" is none of these: {", ".join(keys)}.']})
        form = RegradeAskForm(_text(said), _files(said), parts=list(may.parts))
        hold_to(form)
        with refused_as({RegradeRefused: 409, NotStored: 503}):
            made = ask_regrade(
                task=found,
                enrollment=enrollment,
                part=form.cleaned_data["part"],
                reason=form.cleaned_data["reason"],
                picture=form.cleaned_data["picture"],
                now=now,
            )
        return Response(_own(made, request), status=201)


class Regrade(ScopedView):
    """One request for a second look, for staff."""

    scopes: ClassVar = {"GET": ApiScope.REVIEWS_READ}
    tag = "regrades"

    @extend_schema(operation_id="read_regrade", responses=RegradeSerializer)
    def get(self, request: Request, course: str, number: int) -> Response:
        """Read one request for a second look."""
        viewer = api_staff_enrollment(request, course)
        return Response(_told(_of_staff(viewer, number), request))


class AnswerRegrade(ScopedView):
    """Answering a request for a second look. Who changes the grade does so before."""

    scopes: ClassVar = {"POST": ApiScope.REVIEWS_WRITE}
    tag = "regrades"

    @extend_schema(
        operation_id="answer_regrade",
        examples=sent_as({"answer": "granted", "text": "You are right."}),
        request=AnswerRegradeSerializer,
        responses=answers(RegradeSerializer, problem(409, "Somebody has answered it meanwhile.")),
    )
    def post(self, request: Request, course: str, number: int) -> Response:
        """Answer a request for a second look."""
        viewer = api_staff_enrollment(request, course)
        found = _of_staff(viewer, number)
        form = RegradeAnswerForm(_text(read_body(AnswerRegradeSerializer, request)))
        hold_to(form)
        with refused_as({RegradeRefused: 409}):
            answer_regrade(
                request=found,
                actor=api_user(request),
                answer=RegradeAnswer(form.cleaned_data["answer"]),
                text=form.cleaned_data["text"],
                mail=answer_is_mailed(grade_of(found.grade.task, found.grade.enrollment)),
            )
        return Response(_told(_of_staff(viewer, number), request))


class CloseRegrade(ScopedView):
    """Closing an answered request: by its student, or by staff."""

    scopes: ClassVar = {"POST": ApiScope.REVIEWS_WRITE}
    tag = "regrades"

    @extend_schema(
        operation_id="close_regrade",
        request=None,
        responses=answers(OwnRegradeSerializer, problem(409, "It waits for an answer.")),
    )
    def post(self, request: Request, course: str, number: int) -> Response:
        """Close an answered request; a closed one stays as it is."""
        found = _seen(request, course, number)
        with refused_as({RegradeRefused: 409}):
            close_regrade(request=found, actor=api_user(request))
        return Response(_own(_seen(request, course, number), request))


class RegradePicture(ScopedView):
    """The picture of a request."""

    scopes: ClassVar = {"GET": ApiScope.REVIEWS_READ}
    tag = "regrades"
    content_negotiation_class = AsItIs

    @extend_schema(operation_id="read_regrade_picture", responses=file_of(PNG, JPEG, said="The picture."))
    def get(self, request: Request, course: str, number: int) -> FileResponse:
        """Load the picture that was sent with a request, to its student and to staff."""
        found = _seen(request, course, number)
        if not found.attachment:
            raise Http404
        return picture_file(found.attachment, cache="private, no-cache")


def _of_staff(viewer: Enrollment, number: int) -> RegradeRequest:
    found = requests_of(viewer.course).filter(pk=number).first()
    if found is None or not may_grade(viewer):
        raise Http404
    return found


def _seen(request: Request, course: str, number: int) -> RegradeRequest:
    """Return a request that who asks may see: the student's own, or any of the course for its staff."""
    viewer = api_enrollment(request, course)
    if viewer.is_course_staff:
        return _of_staff(viewer, number)
    found = own_requests(viewer).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _text(said: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({name: value for name, value in said.items() if isinstance(value, str)})
    return data


def _files(said: dict[str, Any]) -> MultiValueDict[str, Any]:
    picture = said.get("picture")
    return MultiValueDict({"picture": [picture]} if picture else {})


def _own(found: RegradeRequest, request: Request) -> dict[str, Any]:
    return dict(OwnRegradeSerializer(found, context={"request": request}).data)


def _told(found: RegradeRequest, request: Request) -> dict[str, Any]:
    context = {"request": request, "hidden": hidden_in(queue_lines([found]))}
    return dict(RegradeSerializer(found, context=context).data)
