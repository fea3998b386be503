"""Fields that several resources share."""

from decimal import Decimal
from typing import Any, NoReturn

from rest_framework import serializers

from grading.api.json_fields import TRUE_OR_FALSE, shortened


class PointsField(serializers.FloatField):
    """Points as a number with one decimal, such as 9.5."""

    def to_representation(self, value: Decimal | float) -> float:  # type: ignore[override]  # its stubs say text
        """Give a plain number: exact, since there is one decimal."""
        return float(value)


_NO_SECTION = {"invalid": "Write the number of a section, or none for students without one."}


class YesOrNo(serializers.BooleanField):
    """`true` or `false` among the parameters of an address."""

    default_error_messages = TRUE_OR_FALSE

    def fail(self, key: str, **values: Any) -> NoReturn:
        """Say what is wrong, without giving back a whole book."""
        super().fail(key, **{name: shortened(value) for name, value in values.items()})


class SectionField(serializers.RegexField):
    """A section by its number, or `none` for students without one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(r"\A(none|[0-9]{1,9})\Z", **{"required": False, "error_messages": _NO_SECTION, **kwargs})
