"""Verifications of a submission with their runs, traces and networks, as its page shows them."""

from typing import Any, ClassVar

import numpy as np
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment, Submission
from grading.api.base import ScopedView
from grading.api.json_fields import plain
from grading.api.permissions import api_submission
from grading.api.v1.submissions import READS
from grading.api.v1.trace_shapes import NetworkSerializer, TraceQuery, TraceSerializer, trace_of, trace_wanted
from grading.api.v1.verification_shapes import (
    Checked,
    ListedVerificationSerializer,
    Run,
    Seen,
    VerificationSerializer,
)
from grading.submission_reads import shown_verifications

NUMBER = {"type": "integer", "minimum": 1}
OF_VERIFICATION = OpenApiParameter("verification", NUMBER, OpenApiParameter.PATH)
OF_RUN = OpenApiParameter(
    "position", {"type": "integer", "minimum": 0}, OpenApiParameter.PATH, description="0: the run as handed in."
)


class Verifications(ScopedView):
    """The verifications of a submission."""

    scopes: ClassVar = READS
    tag = "verifications"

    @extend_schema(operation_id="list_verifications", responses=ListedVerificationSerializer(many=True), filters=False)
    def get(self, request: Request, receipt_number: str) -> Response:
        """List a submission's verifications.

        The newest comes first; there are few, so that all are on one page. Students get the one that counts, and one
        that is being run again.
        """
        seen, verifications = _shown(request, receipt_number)
        shown: Any = [Checked(one, seen) for one in verifications]
        return Response(ListedVerificationSerializer(shown, many=True).data)


class VerificationDetail(ScopedView):
    """One verification."""

    scopes: ClassVar = READS
    tag = "verifications"

    @extend_schema(operation_id="read_verification", parameters=[OF_VERIFICATION], responses=VerificationSerializer)
    def get(self, request: Request, receipt_number: str, verification: int) -> Response:
        """Read a verification: what it found, the band, and each run."""
        return Response(VerificationSerializer(_checked(request, receipt_number, verification)).data)


class Trace(ScopedView):
    """The losses of a run by epoch."""

    takes_parameters = True
    scopes: ClassVar = READS
    tag = "verifications"

    @extend_schema(
        operation_id="read_trace", parameters=[OF_VERIFICATION, OF_RUN, TraceQuery], responses=TraceSerializer
    )
    def get(self, request: Request, receipt_number: str, verification: int, position: int) -> Response:
        """Read a run's losses by epoch.

        Exact to the last bit: a number reads back as the double that was computed. Kept of the run as handed in.
        """
        wanted = trace_wanted(request)
        return Response(trace_of(_run(request, receipt_number, verification, position).losses, **wanted))


class TrainedNetwork(ScopedView):
    """The network of a run."""

    scopes: ClassVar = READS
    tag = "verifications"

    @extend_schema(operation_id="read_network", parameters=[OF_VERIFICATION, OF_RUN], responses=NetworkSerializer)
    def get(self, request: Request, receipt_number: str, verification: int, position: int) -> Response:
        """Read the weights and biases of a run after its last epoch."""
        run = _run(request, receipt_number, verification, position)
        if run.network_url is None:
            raise Http404
        network = run.row.network()
        layers = [
            {"weights": _numbers(weights), "biases": _numbers(biases)}
            for weights, biases in zip(network.weights, network.biases, strict=True)
        ]
        return Response({"epochs_run": run.row.epochs_run, "layers": layers})


def _shown(request: Request, receipt_number: str) -> tuple[Seen, list[Any]]:
    submission: Submission
    viewer: Enrollment
    submission, viewer = api_submission(request, receipt_number)
    return Seen(submission, viewer, request), shown_verifications(submission, viewer)


def _checked(request: Request, receipt_number: str, verification: int) -> Checked:
    seen, verifications = _shown(request, receipt_number)
    found = next((one for one in verifications if one.pk == verification), None)
    if found is None:
        raise Http404
    return Checked(found, seen)


def _run(request: Request, receipt_number: str, verification: int, position: int) -> Run:
    """Return a run whose losses were kept; Http404 for all others."""
    runs = _checked(request, receipt_number, verification).runs
    found = next((run for run in runs if run.row.position == position), None)
    if found is None or not len(found.losses):
        raise Http404
    return found


def _numbers(values: np.ndarray[Any, Any]) -> Any:
    listed = values.tolist()
    return [[plain(one) for one in row] if isinstance(row, list) else plain(row) for row in listed]
