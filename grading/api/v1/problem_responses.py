"""Problems that an operation may answer with besides those that all of them share, for the description of the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import OpenApiResponse

from coursework.runtime.problem_json import CONTENT_TYPE

PROBLEM = {"$ref": "#/components/schemas/Problem"}


def problems(reasons: Mapping[int, str]) -> dict[tuple[int, str], Any]:
    """Describe problems by their status: when each is given."""
    return {
        (status, CONTENT_TYPE): OpenApiResponse(response=PROBLEM, description=reason)
        for status, reason in reasons.items()
    }


def with_members(
    status: int, members: Mapping[str, Any], said: str, *, required: Sequence[str]
) -> dict[tuple[int, str], Any]:
    """Describe a problem that has further members, each as a schema."""
    told = {"type": "object", "required": list(required), "properties": dict(members)}
    return {(status, CONTENT_TYPE): OpenApiResponse(response={"allOf": [PROBLEM, told]}, description=said)}
