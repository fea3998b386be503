"""What the pages of a launch have in common: the browser's cookie, the origin that they stand at, frames, refusals."""

from typing import Any, Literal

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grading.frames import is_in_frame, may_be_framed, origins_of_platforms, partition
from grading.lti.refusals import LaunchRefused
from grading.services.lti.logins import HOLDS_FOR, short_name

COOKIE = "playground_coursework_lti"
COOKIE_PATH = "/lti/"


def own_origin(request: HttpRequest) -> str:
    """Return scheme, host and port at which this request came in."""
    return f"{request.scheme}://{request.get_host()}"


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Show a page that needs no session and that any LMS of ours may show in a frame."""
    response = render(request, template, context, status=status)
    may_be_framed(response, origins_of_platforms())
    response["Cache-Control"] = "no-store"
    return response


def refused(request: HttpRequest, refusal: LaunchRefused) -> HttpResponse:
    """Say what the person can do. Why it was refused stands in the log, under the number on the page."""
    context = {
        "advice": refusal.advice,
        "on_top": is_in_frame(request) is False,
        "request_number": structlog.contextvars.get_contextvars().get("request", ""),
    }
    return page(request, "lti/refused.html", context, status=401)


def keep_in_browser(
    request: HttpRequest, response: HttpResponse, name: str, value: str, *, samesite: Literal["Lax"] | None = None
) -> None:
    """Set a cookie that comes back with a launch: a POST from another site, perhaps into a frame."""
    response.set_cookie(
        name,
        value,
        max_age=int(HOLDS_FOR.total_seconds()),
        path=COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=samesite,
    )
    partition(request, response, name)


def forget_in_browser(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Take the cookie back."""
    response.delete_cookie(name, path=COOKIE_PATH)
    partition(request, response, name)


def secret_cookie(state: str) -> str:
    """Name the cookie of one launch: several may run in one browser at once."""
    return f"{COOKIE}_{short_name(state)}"
