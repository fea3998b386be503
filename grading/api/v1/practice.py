"""Practice runs: what a task offers, starting one, one's own, and what came out."""

from datetime import datetime
from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment, Task
from engine.errors import LinkError
from engine.link import read_link
from engine.spec import Spec
from grading.api.base import ScopedList, ScopedView
from grading.api.places import api_task
from grading.api.problems import Problem
from grading.api.scopes import ApiScope
from grading.api.v1.described import A_LINK, sent_as
from grading.api.v1.designs import DesignReader, DesignSerializer, at_link, at_settings
from grading.api.v1.practice_shapes import PracticeRunSerializer, Practised
from grading.api.v1.problem_responses import problems
from grading.api.v1.trace_shapes import TraceQuery, TraceSerializer, trace_of, trace_wanted
from grading.models import PracticeRun
from grading.practice_reads import own_runs, practice_run_or_404, quota_of
from grading.practice_rules import practice_refusals
from grading.services.practice import NoRunsLeft, PracticeRefused, start_practice
from grading.tasks import hint_at_practice

READS: dict[str, ApiScope] = {"GET": ApiScope.PRACTICE_READ}
OF_RUN = OpenApiParameter("run", {"type": "integer", "minimum": 1}, OpenApiParameter.PATH)
HINT = OpenApiParameter(
    "Retry-After",
    OpenApiTypes.INT,
    OpenApiParameter.HEADER,
    response=[200, 202],
    description="Only until it is done: seconds after which to ask again.",
)
LOCATION = OpenApiParameter("Location", OpenApiTypes.URI, OpenApiParameter.HEADER, response=[202])


class PractiseReader(DesignReader):
    """Reads a design to practise with. It needs no seed of its own."""

    design: Spec | None = None

    def validate_link(self, link: str) -> str:
        """Refuse what can't be read as a link, and what the task does not allow of it."""
        try:
            self.design = read_link(link).spec
        except LinkError as error:
            raise serializers.ValidationError([problem.message for problem in error.problems]) from None
        at_link(practice_refusals(self.rules, self.design))
        return link

    def validate_spec(self, spec: Spec) -> Spec:
        """Refuse what the task does not allow."""
        self.design = spec
        at_settings(practice_refusals(self.rules, spec))
        return spec


class PracticeOfferSerializer(serializers.Serializer[Any]):
    """What a task offers to practise."""

    offered = serializers.BooleanField(help_text="Whether the task has practice runs at all.")
    seeds = serializers.ListField(child=serializers.CharField(), help_text="The practice seeds; no course seeds.")
    per_day = serializers.IntegerField(help_text="How many runs each person has in 24 hours.")
    left = serializers.IntegerField(help_text="Of the last 24 hours' runs, for who asks.")
    next_at = serializers.DateTimeField(
        allow_null=True, help_text="When the next one is possible; null: now, or never."
    )


class PracticeOffer(ScopedView):
    """What a task offers to practise."""

    scopes: ClassVar = READS
    tag = "practice"

    @extend_schema(operation_id="read_practice", responses=PracticeOfferSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Read what a task offers to practise, and how many runs are left."""
        enrollment, found = api_task(request, course, assignment, task)
        quota = quota_of(task=found, enrollment=enrollment, now=timezone.now())
        offer = {
            "offered": bool(found.practice_seeds and found.practice_per_day),
            "seeds": found.practice_seeds,
            "per_day": found.practice_per_day,
            "left": quota.left,
            "next_at": quota.next_at,
        }
        return Response(PracticeOfferSerializer(offer).data)


class PracticeRuns(ScopedList[PracticeRun]):
    """One's own practice runs of a task."""

    scopes: ClassVar = {"GET": ApiScope.PRACTICE_READ, "POST": ApiScope.PRACTICE_WRITE}
    serializer_class: Any = PracticeRunSerializer
    queryset = PracticeRun.objects.none()  # for the description of the API
    ordering = ("-queued_at", "-pk")
    tag = "practice"

    @extend_schema(operation_id="list_practice_runs")
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """List your own practice runs of a task, the newest first."""
        enrollment, found = api_task(request, course, assignment, task)
        rows = own_runs(task=found, enrollment=enrollment).select_related("enrollment__user")
        page = self.paginate_queryset(rows) or ()
        shown: Any = [Practised(run, found, enrollment, request) for run in page]
        return self.get_paginated_response(PracticeRunSerializer(shown, many=True).data)

    @extend_schema(
        operation_id="start_practice_run",
        parameters=[LOCATION, HINT],
        examples=sent_as({"link": A_LINK}),
        request=DesignSerializer,
        responses={
            202: OpenApiResponse(PracticeRunSerializer, "Queued. It runs once no hand-in waits."),
            **problems(
                {
                    409: "A run of yours is not done yet, the task has no practice, or it is not open.",
                    429: "The day's runs are used up, or too many requests in this minute: see Retry-After.",
                }
            ),
        },
    )
    def post(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Start a practice run.

        It trains on the task's practice seeds, and on the design's own seed if it has one.
        """
        enrollment, found = api_task(request, course, assignment, task)
        sent = PractiseReader(data=request.data, rules=found.rules)
        sent.is_valid(raise_exception=True)
        assert sent.design is not None
        run = _started(found, enrollment, sent.design)
        return _answer(Practised(run, found, enrollment, request), status=202)


class PracticeRunDetail(ScopedView):
    """One practice run."""

    scopes: ClassVar = READS
    tag = "practice"

    @extend_schema(operation_id="read_practice_run", parameters=[OF_RUN, HINT], responses=PracticeRunSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str, run: int) -> Response:
        """Read a practice run: an own one, as staff any of the task."""
        return _answer(_practised(request, course, assignment, task, run), status=200)


class PracticeTrace(ScopedView):
    """The losses of a practice run."""

    takes_parameters = True
    scopes: ClassVar = READS
    tag = "practice"

    @extend_schema(operation_id="read_practice_trace", parameters=[OF_RUN, TraceQuery], responses=TraceSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str, run: int) -> Response:
        """Read the losses of a practice run by epoch.

        They are those of its first run: on its own seed, else on the first practice seed.
        """
        wanted = trace_wanted(request)
        losses = _practised(request, course, assignment, task, run).run.losses
        if not len(losses):
            raise Http404
        return Response(trace_of(losses, **wanted))


def _practised(request: Request, course: str, assignment: str, task: str, run: int) -> Practised:
    enrollment, found = api_task(request, course, assignment, task)
    return Practised(practice_run_or_404(viewer=enrollment, task=found, run=run), found, enrollment, request)


def _started(task: Task, enrollment: Enrollment, spec: Spec) -> PracticeRun:
    try:
        run = start_practice(task=task, enrollment=enrollment, spec=spec)
    except NoRunsLeft as refusal:
        raise Problem(429, str(refusal), wait=_seconds_until(refusal.next_at)) from refusal
    except PracticeRefused as refusal:
        raise Problem(409, str(refusal)) from refusal
    hint_at_practice(run.pk)
    return run


def _seconds_until(moment: datetime | None) -> float | None:
    return None if moment is None else max(1.0, (moment - timezone.now()).total_seconds())


def _answer(practised: Practised, *, status: int) -> Response:
    response = Response(PracticeRunSerializer(practised).data, status=status)
    if status == 202:
        response["Location"] = practised.url
    if practised.ask_again_seconds is not None:
        response["Retry-After"] = str(practised.ask_again_seconds)
    return response
