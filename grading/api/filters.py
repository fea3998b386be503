"""Filters of lists whose wrong values are refused rather than passed over."""

from typing import Any

from django import forms
from django_filters import Filter, TypedChoiceFilter
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

_LARGEST_KEY = 2**63 - 1


class Filters(FilterSet):  # type: ignore[misc,unused-ignore]  # django-filter ships no types
    """The filters of one list; what every list's are made from."""


@extend_schema_field(OpenApiTypes.BOOL)
class YesNoFilter(TypedChoiceFilter):  # type: ignore[misc,unused-ignore]
    """`true` or `false`; django-filter's own takes any other word for no filter at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = (("true", "true"), ("false", "false"))
        super().__init__(*args, choices=choices, coerce=lambda word: word == "true", **kwargs)


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": _LARGEST_KEY})
class KeyFilter(Filter):  # type: ignore[misc,unused-ignore]
    """The key of a row; django-filter's own reads numbers of any length, and fractions."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=_LARGEST_KEY, **kwargs)
