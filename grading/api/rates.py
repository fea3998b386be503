"""How often somebody may ask: so many requests a minute for each scope, by token, else by person, else by address."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from coursework.runtime.rates import seconds_to_wait
from coursework.runtime.requests import visitor_network
from grading.models import ApiToken

if TYPE_CHECKING:  # it reads the settings that name this module
    from rest_framework.views import APIView

_SAFE = ("GET", "HEAD", "OPTIONS")


class ByScope(BaseThrottle):
    """Counts requests of each scope apart, so that who reads much can still hand in."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Count the request; False if the minute's are used up."""
        scope = _scope(request, view)
        most: int = settings.API_RATES[_kind(scope, request)]
        if not most:
            return True
        self._wait = seconds_to_wait(f"api:{_who(request)}:{scope}", most=most)
        return not self._wait

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return self._wait


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
    return f"address-{visitor_network(request._request)}"
