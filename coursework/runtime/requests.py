"""What every log line of a request carries: a number for the request, and the key of the person's row. No names."""

import re
import uuid
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

HEADER = "X-Request-ID"
_LINE_OF_IPV6 = 64  # bits; within them whoever has the line chooses addresses freely
_SHAPE = re.compile(r"\A[A-Za-z0-9._-]{8,64}\Z")


class RequestContextMiddleware:
    """Give each request a number: that of the proxy where one is trusted, else our own. The answer names it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Bind the number for the time of the request."""
        number = _given(request) or uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=number)
        try:
            response = self._get_response(request)
        finally:
            structlog.contextvars.clear_contextvars()
        response[HEADER] = number
        return response

    def process_view(self, request: HttpRequest, _view: Any, _arguments: Any, _keywords: Any) -> None:
        """Add who is signed in, once that is known."""
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            structlog.contextvars.bind_contextvars(user=user.pk)


def _given(request: HttpRequest) -> str | None:
    given = request.headers.get(HEADER, "")
    return given if settings.TRUSTED_PROXIES and _SHAPE.match(given) else None


def visitor_address(request: HttpRequest) -> str:
    """Return the address that the request comes from; as many proxies as are trusted are looked behind."""
    seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    seen.append(request.META.get("REMOTE_ADDR", ""))
    behind: int = settings.TRUSTED_PROXIES
    return seen[max(0, len(seen) - 1 - behind)]


def visitor_network(request: HttpRequest) -> str:
    """Return by what a visitor without an account is counted: the address, of IPv6 the network that is one line's."""
    address = visitor_address(request)
    try:
        read = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((read, _LINE_OF_IPV6), strict=False)) if read.version == 6 else address


def networks(names: Sequence[str], *, variable: str) -> list[IPv4Network | IPv6Network]:
    """Read addresses and networks such as 10.0.0.7 or 10.0.0.0/24; ImproperlyConfigured names one that is none."""
    try:
        return [ip_network(name.strip(), strict=False) for name in names]
    except ValueError as error:
        raise ImproperlyConfigured(f"{variable} has to list addresses or networks: {error}.") from None
