"""What goes wrong, told as RFC 9457 problem details: a title, a detail, and each field's errors."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as InvalidModel
from django.http import Http404
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response

from coursework.runtime.problem_json import CONTENT_TYPE, problem_body

_INVALID = 422
_NOT_THERE = "It is not there, or not for you to see."
_NO_TOKEN = "No token came along. Send the header Authorization: Bearer pcw_…, with a token of yours."


class Problem(exceptions.APIException):
    """Anything else that a view has to refuse: a status, a sentence, and further members such as `errors`.

    `wait` seconds become the header Retry-After.
    """

    def __init__(self, status: int, detail: str, *, wait: float | None = None, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = status
        self.members = members
        self.wait = wait


@contextmanager
def refused_as(statuses: Mapping[type[Exception], int]) -> Iterator[None]:
    """Tell what a service refuses as a problem, in its own words, by the class of its exception: `{NotOpen: 409}`."""
    try:
        yield
    except tuple(statuses) as error:
        status = next(number for kind, number in statuses.items() if isinstance(error, kind))
        raise Problem(status, str(error)) from error


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception; None for what is our own fault, which the site's handler reports."""
    known = _known(error)
    if known is None:
        return None
    if isinstance(known, exceptions.ValidationError):
        body = problem_body(_INVALID, "Some fields are not valid.", errors=_by_field(known.detail))
    else:
        body = problem_body(known.status_code, _said(known, context.get("view")), **getattr(known, "members", {}))
    response = Response(body, status=body["status"], content_type=CONTENT_TYPE)
    for header, value in (("WWW-Authenticate", getattr(known, "auth_header", None)), ("Retry-After", _seconds(known))):
        if value:
            response[header] = value
    return response


def _known(error: Exception) -> exceptions.APIException | None:
    """Return the exception as one of the REST framework's; None for what nobody foresaw."""
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound(_NOT_THERE)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, InvalidModel):
        return exceptions.ValidationError(get_error_detail(error))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, "The request is larger than this service takes.")
    if isinstance(error, SuspiciousOperation):  # too many fields or files, among others
        return exceptions.ParseError("The request can't be taken as it is.")
    return None


def _said(error: exceptions.APIException, view: Any) -> str:
    """Say what is wrong, and what would be right."""
    if isinstance(error, exceptions.Throttled):
        return f"Too many requests with this scope: try again in {_seconds(error)} seconds."
    if isinstance(error, exceptions.NotAuthenticated):
        return _NO_TOKEN
    if isinstance(error, exceptions.MethodNotAllowed) and view is not None:
        return f"{error.detail} Here there is: {', '.join(view.allowed_methods)}."
    if isinstance(error, exceptions.UnsupportedMediaType) and view is not None:
        return f"{error.detail} Taken is: {_media(view.get_parsers())}."
    if isinstance(error, exceptions.NotAcceptable) and view is not None:
        return f"{error.detail} Given is: {_media(view.get_renderers())}."
    return str(error.detail)


def _media(kinds: Sequence[Any]) -> str:
    return ", ".join(kind.media_type for kind in kinds)


def _seconds(error: exceptions.APIException) -> str:
    wait: float | None = getattr(error, "wait", None)
    return str(math.ceil(wait)) if wait else ""


def _by_field(errors: Any) -> dict[str, list[str]]:
    """Flatten a serializer's errors: {"claimed_epochs": […], "spec.seed": […], "": […] for the whole}."""
    found: dict[str, list[str]] = {}

    def gather(path: str, value: Any) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                own = "" if name == "non_field_errors" else str(name)
                gather(f"{path}.{own}" if path and own else path or own, inner)
        elif isinstance(value, list) and any(isinstance(one, (dict, list)) for one in value):
            for position, inner in enumerate(value):
                gather(f"{path}.{position}" if path else str(position), inner)
        else:
            found.setdefault(path, []).extend(str(one) for one in (value if isinstance(value, list) else [value]))

    gather("", errors)
    return found
