"""Answers beyond those that every address gives, for the schema."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from grading.api.v1.problem_responses import problems, with_members

A_LINK = "https://playground.tensorflow.org/#networkShape=6,3&xSquared=true&seed=0.39918"
A_KEY = "3f9c1d0a7be24c55"
_CHANGED = "It was changed meanwhile: `current` is how it stands now, and nothing was done."
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag of the answer that you act on; * for whatever stands there.",
)


def sent_as(value: Any) -> list[OpenApiExample]:
    """Give a body in JSON as an example."""
    return [OpenApiExample("example", value=value, request_only=True)]


def problem(status: int, said: str) -> dict[tuple[int, str], Any]:
    """Describe a refusal."""
    return problems({status: said})


def with_current(status: int, current: str, said: str = _CHANGED) -> dict[tuple[int, str], Any]:
    """Describe a refusal that tells how things stand now, as this component."""
    members = {"current": {"$ref": f"#/components/schemas/{current}"}}
    return with_members(status, members, said, required=["current"])


NEEDS_MATCH = problem(428, "If-Match is missing.")


def answers(shape: type[serializers.BaseSerializer[Any]], *others: dict[Any, Any], status: int = 200) -> dict[Any, Any]:
    """Put an answer and the refusals beside it together."""
    found: dict[Any, Any] = {(status, "application/json"): OpenApiResponse(response=shape, description="Done.")}
    for one in others:
        found |= one
    return found
