"""The addresses that monitoring asks: /readyz/ and /metrics/."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

import structlog
from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from coursework.runtime.requests import visitor_address
from grading.metrics import metrics_text
from grading.readiness import readiness

READY, METRICS = "/readyz/", "/metrics/"
_UNCACHED = {"Cache-Control": "no-store"}
log = structlog.get_logger(__name__)


class MonitoringMiddleware:
    """Answer monitoring before anything else looks at the request: it asks past the proxy, by a number, without https.

    What it may not see goes on like any address that does not exist.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or pass the request on."""
        if request.method in ("GET", "HEAD"):
            if request.path == READY:
                return ready()
            if request.path == METRICS and may_see_metrics(request):
                return metrics()
        return self._get_response(request)


def ready() -> HttpResponse:
    """Return 200 when all parts answer, else 503 with the reasons."""
    report = readiness()
    return JsonResponse(report, status=200 if report["ready"] else 503, headers=_UNCACHED)


def metrics() -> HttpResponse:
    """Return the metrics, or 503 while the database is away."""
    try:
        return HttpResponse(metrics_text(), content_type=CONTENT_TYPE_LATEST, headers=_UNCACHED)
    except Error as error:
        log.warning("metrics_failed", error=type(error).__name__)
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain", headers=_UNCACHED)


def may_see_metrics(request: HttpRequest) -> bool:
    """Whether the request has METRICS_TOKEN or comes from one of METRICS_ADDRESSES; with neither set, nobody may."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted: str = settings.METRICS_TOKEN
    if wanted and scheme.lower() == "bearer" and secrets.compare_digest(token.strip().encode(), wanted.encode()):
        return True
    with suppress(ValueError):
        address = ip_address(visitor_address(request))
        return any(address in network for network in settings.METRICS_ADDRESSES)
    return False
