"""Reading what an address asks for after its question mark, where there is no list of rows to be filtered."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request


def read_query(shape: type[serializers.Serializer[Any]], request: Request, **context: Any) -> dict[str, Any]:
    """Return the parameters as this shape has them; ValidationError for wrong ones and for those it does not know."""
    asked = shape(data=request.query_params.dict(), context=context)
    known = ", ".join(asked.fields)
    unknown = [name for name in request.query_params if name not in asked.fields]
    if unknown:
        raise ValidationError({name[:80]: [f"There is no such parameter. Known: {known}."] for name in unknown})
    asked.is_valid(raise_exception=True)
    found: dict[str, Any] = asked.validated_data
    return found
