"""How often somebody may ask: so many requests a minute for each scope, by token, else by person, else by address.

A minute is one row of the cache, which is a table that all web processes share. Reading it and writing it back are two
steps, so of requests that arrive together some may go uncounted: that is near enough for a limit, and costs no lock.
Who is over the limit costs one read.
"""

from time import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from coursework.runtime.requests import visitor_address
from grading.models import ApiToken

if TYPE_CHECKING:  # it reads the settings that name this module
    from rest_framework.views import APIView

WINDOW_SECONDS = 60
_SAFE = ("GET", "HEAD", "OPTIONS")


class ByScope(BaseThrottle):
    """Counts requests of each scope apart, so that who reads much can still hand in."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request; False if the minute's are used up."""
        scope = _scope(request, view)
        most: int = settings.API_RATES[_kind(scope, request)]
        if not most:
            return True
        minute, second = divmod(time(), WINDOW_SECONDS)
        self._wait = WINDOW_SECONDS - second
        key = f"api:{_who(request)}:{scope}:{minute:.0f}"
        used: int = cache.get(key, 0)
        if used >= most:
            return False
        cache.set(key, used + 1, WINDOW_SECONDS)
        return True

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return max(1.0, self._wait)


def _scope(request: Request, view: "APIView") -> str:
    scopes: dict[str, str] = getattr(view, "scopes", {})
    return scopes.get("GET" if request.method in _SAFE else str(request.method), "")


def _kind(scope: str, request: Request) -> str:
    """Return the name of the limit, as the setting API_RATES has it."""
    if request.method not in _SAFE:
        return "write"
    return "exports" if scope.startswith("exports:") else "read"


def _who(request: Request) -> str:
    token: Any = request.auth
    if isinstance(token, ApiToken):
        return f"token-{token.pk[:24]}"
    if request.user.is_authenticated:
        return f"user-{request.user.pk}"
    return f"address-{visitor_address(request._request)}"
