"""The answer while the database is away or a disk is full: a plain page with 503 that promises nothing.

It stands behind the URLconf's `handler500` and is no middleware. Django turns an exception into an answer at every
single layer of middleware, so that one further out never sees it; this handler is asked at all of them, for a view's
exception as for one of session, sign-in or the reading of an upload.
"""

import errno
import sys
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error as our_fault

from coursework.runtime.problem_json import is_for_programs, problem

RETRY_AFTER_SECONDS = 30
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
WORDS = "We can't reach our records just now. Please try again in a moment; a form sent twice is stored once."

FAULT = "Something went wrong on our side. It is in our log under the number in the header X-Request-ID."


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 if what went wrong is an outage that passes, else 500. Called while the exception is handled."""
    if any(map(_is_outage, _chain(sys.exc_info()[1]))):
        return unavailable(request)
    return problem(500, FAULT) if is_for_programs(request) else our_fault(request)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Say in the form that was asked for that it can't be done now: a page, a fragment of one, or JSON.

    Made of the request's own lines only, since session and user may be the very things that can't be read.
    """
    response: HttpResponse
    if "HX-Request" in request.headers:
        response = HttpResponse(f'<p class="st st-warn" role="status">{WORDS}</p>')
    elif _wants_json(request):
        response = problem(503, WORDS)
    else:
        response = HttpResponse(render_to_string("503.html"))
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _wants_json(request: HttpRequest) -> bool:
    return (
        is_for_programs(request) or request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give the exception and those it came from, as far as they are known."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_outage(error: BaseException) -> bool:
    """Whether this passes without anybody changing the program: no database, or no room where something is written."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, OSError) and error.errno in _NO_ROOM
