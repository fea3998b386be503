"""Filters of lists whose wrong values are refused rather than passed over."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from django import forms
from django_filters import ChoiceFilter, Filter, IsoDateTimeFilter, TypedChoiceFilter
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field

from grading.api.json_fields import shortened

_LARGEST_KEY = 2**63 - 1


class Filters(FilterSet):  # type: ignore[misc,unused-ignore]  # django-filter ships no types
    """The filters of one list; what every list's are made from."""


@extend_schema_field(OpenApiTypes.BOOL)
class YesNoFilter(TypedChoiceFilter):  # type: ignore[misc,unused-ignore]
    """`true` or `false`; django-filter's own takes any other word for no filter at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = (("true", "true"), ("false", "false"))
        kwargs["error_messages"] = {"invalid_choice": "%(value)s is neither true nor false."}
        super().__init__(*args, choices=choices, coerce=lambda word: word == "true", **kwargs)


class WordFilter(ChoiceFilter):  # type: ignore[misc,unused-ignore]
    """One of some words; who sends another is told which there are."""

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        words = ", ".join(word for word, _meaning in choices)
        kwargs["error_messages"] = {"invalid_choice": f"%(value)s is none of these: {words}."}
        super().__init__(*args, choices=choices, **kwargs)


class _TimeField(IsoDateTimeField):  # type: ignore[misc,unused-ignore]
    def clean(self, value: Any) -> Any:
        """Read a time that databases can hold."""
        try:
            time = super().clean(value)
            return time and time.astimezone(UTC)
        except (forms.ValidationError, OverflowError):
            shown = shortened(value).replace("%", "%%")  # the framework formats it
            said = f'"{shown}" is no time as in 2026-11-23T12:00:00Z; a plus sign is written as %%2B.'
            raise forms.ValidationError(said) from None


class _KeyField(forms.IntegerField):
    def clean(self, value: Any) -> int | None:
        """Read a key."""
        try:
            found: int | None = super().clean(value)
            return found
        except forms.ValidationError:
            shown = shortened(value).replace("%", "%%")
            said = f'"{shown}" is not allowed: a whole number from 1 to {_LARGEST_KEY}.'
            raise forms.ValidationError(said) from None


class TimeFilter(IsoDateTimeFilter):  # type: ignore[misc,unused-ignore]
    """A time in ISO 8601."""

    field_class = _TimeField


@extend_schema_field({"type": "integer", "minimum": 1, "maximum": _LARGEST_KEY})
class KeyFilter(Filter):  # type: ignore[misc,unused-ignore]
    """The key of a row; django-filter's own reads numbers of any length, and fractions."""

    field_class = _KeyField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=_LARGEST_KEY, **kwargs)
