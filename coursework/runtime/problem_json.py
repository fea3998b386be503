"""What goes wrong, as programs are told: RFC 9457 problem details."""

from typing import Any

from django.http import HttpRequest, JsonResponse

CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "Not understood",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "No such format",
    409: "Conflict",
    412: "Changed meanwhile",
    413: "Too large",
    415: "No such media type",
    422: "Not valid",
    428: "Version wanted",
    429: "Too many requests",
    500: "Our fault",
    503: "Not possible right now",
}
_PROGRAMS = "/api/"
_READ_BY_PEOPLE = "/api/docs/"


def is_for_programs(request: HttpRequest) -> bool:
    """True for addresses of the API, whose callers understand no page."""
    return request.path_info.startswith(_PROGRAMS) and not request.path_info.startswith(_READ_BY_PEOPLE)


def problem_body(status: int, detail: str, **members: Any) -> dict[str, Any]:
    """Return problem details; `members` are further ones, such as `errors` by field."""
    return {"type": "about:blank", "title": TITLES.get(status, "Refused"), "status": status, "detail": detail} | members


def problem(status: int, detail: str, **members: Any) -> JsonResponse:
    """Answer with problem details, from where there is no view of the API."""
    return JsonResponse(problem_body(status, detail, **members), status=status, content_type=CONTENT_TYPE)
