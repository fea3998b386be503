"""The address that load balancers and the supervisor ask whether a web server is of use: /healthz/."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

ADDRESS = "/healthz/"


class HealthMiddleware:
    """Answer the health address before anything else looks at the request.

    A middleware and not a view, because who asks goes past the proxy and by a number: such a request has neither the
    host name that Django insists on nor https.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or pass the request on."""
        return health() if request.path == ADDRESS else self._get_response(request)


def health() -> HttpResponse:
    """Return 200 when the database answers. The broker is left out: without it, submissions are still taken in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})
