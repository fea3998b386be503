"""Reading what is asked: the parameters of an address, the body of a request, and the pages' own forms."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

WHOLE = "non_field_errors"  # what is said of no field on its own, as serializers have it


def read_query(shape: type[serializers.Serializer[Any]], request: Request, **context: Any) -> dict[str, Any]:
    """Return the parameters as this shape has them; ValidationError for wrong ones and for those it does not know."""
    asked = shape(data=request.query_params.dict(), context=context)
    refuse_unknown(request, list(asked.fields))
    return _valid(asked)


def refuse_unknown(request: Request, known: Sequence[str]) -> None:
    """Raise ValidationError for parameters that there are not: a typing error in a filter would give everything."""
    said = f"There is no such parameter. Known: {', '.join(known) or 'none'}."
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise ValidationError({name[:80]: [said] for name in unknown})


def read_body(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the body as this shape has it; ValidationError for a wrong one."""
    return _valid(shape(data=request.data))


def hold_to(form: forms.Form) -> None:
    """Hold what was sent to the rules of the page's form; ValidationError with what it says of each field."""
    if not form.is_valid():
        raise ValidationError(
            {WHOLE if name == NON_FIELD_ERRORS else name: list(map(str, said)) for name, said in form.errors.items()}
        )


def _valid(said: serializers.Serializer[Any]) -> dict[str, Any]:
    said.is_valid(raise_exception=True)
    found: dict[str, Any] = said.validated_data
    return found
