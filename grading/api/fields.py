"""Fields that several resources share."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers


class PointsField(serializers.FloatField):
    """Points as a number with one decimal, such as 9.5."""

    def to_representation(self, value: Decimal | float) -> float:  # type: ignore[override]  # its stubs say text
        """Give a plain number: exact, since there is one decimal."""
        return float(value)


class SectionField(serializers.RegexField):
    """A section by its number, or `none` for students without one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"\A(none|[0-9]{1,9})\Z", **{"required": False, **kwargs})
