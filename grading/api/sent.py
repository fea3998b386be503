"""What programs send. A field that there is not is refused: a typing error in its name would do something else."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, ClassVar

from django.http import QueryDict
from rest_framework import serializers

_OF_BROWSERS = "csrfmiddlewaretoken"  # a form's own way to bring the token of a session
_MOST_NAMED = 20


class Sent(serializers.Serializer[Any]):
    """A body with these fields and no others, but for those of the answer that it was made from (`not_read`)."""

    not_read: ClassVar[tuple[str, ...]] = ()
    default_error_messages: ClassVar = {"invalid": "The body has to be an object with fields; {datatype} came."}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Read the fields; what is wrong with them and with the whole, and which there are not, is told at once."""
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors = dict(error.detail) if isinstance(error.detail, dict) else {"": error.detail}
        if isinstance(data, Mapping):
            errors |= self._unknown(data)
            for field, said in self.further_errors(data).items():
                known = errors.get(field, ())
                errors[field] = [*known, *(one for one in said if one not in known)]
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def known_fields(self) -> list[str]:
        """Name the fields that can be sent."""
        return list(self.fields)

    def further_errors(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Give what stands against the whole of what was sent, by field."""
        return {}

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        known = self.known_fields()
        passed_over = {*known, *self.not_read, *([_OF_BROWSERS] if isinstance(data, QueryDict) else ())}
        unknown = islice((str(name) for name in data if name not in passed_over), _MOST_NAMED)
        return {name[:80]: [f"There is no such field. Known: {', '.join(known)}."] for name in unknown}
