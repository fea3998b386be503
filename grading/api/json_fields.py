"""Fields that take what their place in the schema says: JSON's own kinds, and text where a form sends them."""

import json
import math
from collections.abc import Sequence
from typing import Any, ClassVar, NoReturn

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from coursework.rules import SINGLE_SETTINGS
from engine.errors import SpecError
from engine.spec import Spec

_ANY_TEXT = {"type": "string", "maxLength": 200}
_KINDS = {
    "regularization_rate": {"type": "number"},
    "learning_rate": {"type": "number"},
    "batch_size": {"type": "integer"},
    "noise": {"type": "integer"},
    "train_percent": {"type": "integer"},
    "init_zero": {"type": "boolean"},
}
SPEC_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "description": "A network and its settings, with the names of the engine. Which values a task allows, it says.",
    "properties": {name: _KINDS.get(name, _ANY_TEXT) for name in SINGLE_SETTINGS}
    | {
        "features": {"type": "array", "items": {"type": "string"}},
        "hidden_layers": {"type": "array", "items": {"type": "integer"}, "description": "Neurons of each layer."},
        "seed": {"type": ["string", "null"]},
    },
}
TRUE_OR_FALSE: Any = {"invalid": '"{input}" is neither true nor false.'}
_SHOWN_CHARACTERS = 80
TRUE, FALSE = ("true", "1", "on"), ("false", "0", "off", "")


def shortened(value: object) -> str:
    """Give back what was sent, but no whole book."""
    return str(value)[:_SHOWN_CHARACTERS]


class _NamesWhatWasSent(serializers.Field[Any, Any, Any, Any]):
    """Refuses with the value in the words; what the framework's fields refuse by themselves comes without it."""

    def to_internal_value(self, data: Any) -> Any:
        """Read it."""
        try:
            return super().to_internal_value(data)
        except serializers.ValidationError:
            self.fail("invalid", input=shortened(data))

    def fail(self, key: str, **values: Any) -> NoReturn:
        """Say what is wrong."""
        super().fail(key, **{"input": "", **values})


class Number(_NamesWhatWasSent, serializers.IntegerField):
    """A whole number in a text, as among the parameters of an address; who sends another is told what is allowed."""

    default_error_messages: ClassVar = {"invalid": '"{input}" is no whole number.'}

    def __init__(self, **kwargs: Any) -> None:
        low, high = kwargs.get("min_value"), kwargs.get("max_value")
        if low is not None and high is not None:
            said = f"%(show_value)s is not allowed: {low} to {high}."
            kwargs["error_messages"] = {"min_value": said, "max_value": said, **kwargs.get("error_messages", {})}
        super().__init__(**kwargs)


class WholeNumber(Number):
    """A whole number; of JSON not a number in a text, nor true or false."""

    def to_internal_value(self, data: Any) -> int:
        """Read it; from a form it is text."""
        from_form = self.context.get("is_form", False)
        if isinstance(data, bool) or not (isinstance(data, int) or (from_form and isinstance(data, str))):
            self.fail("invalid", input=shortened(data))
        number: int = super().to_internal_value(data)
        return number


class PointsSent(_NamesWhatWasSent, serializers.DecimalField):
    """Points that a person gives; how many decimals and which are allowed, the page's form says."""

    default_error_messages: ClassVar = {"invalid": '"{input}" is no number of points, such as 0.5.'}


class Text(serializers.CharField):
    """A text; of JSON nothing that would have to be turned into one."""

    default_error_messages = {"invalid": "Must be a text."}

    def to_internal_value(self, data: Any) -> str:
        """Read it."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false; of JSON only these, from a form the words for them."""

    default_error_messages = TRUE_OR_FALSE

    def to_internal_value(self, data: Any) -> bool:
        """Read it."""
        if isinstance(data, bool):
            return data
        word = data.lower() if self.context.get("is_form") and isinstance(data, str) else None
        if word not in (*TRUE, *FALSE):
            self.fail("invalid", input=shortened(data))
        return word in TRUE


class Word(serializers.ChoiceField):
    """One of some words; who sends another is told which there are."""

    def __init__(self, choices: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        self.error_messages["invalid_choice"] = f'"{{input}}" is none of these: {", ".join(self.choices)}.'

    def fail(self, key: str, **values: Any) -> NoReturn:
        """Say what is wrong, without giving back a whole book."""
        super().fail(key, **{name: shortened(value) for name, value in values.items()})


@extend_schema_field(SPEC_SCHEMA)
class SpecField(serializers.Field[Spec, dict[str, Any], dict[str, Any], Any]):
    """A network and its settings. What is left out is as the task starts; from a form it is JSON in a text."""

    default_error_messages = {
        "no_object": "A network is an object: setting -> value.",
        "unreadable": "This is no JSON that can be read.",
    }

    def to_internal_value(self, data: Any) -> Spec:
        """Read it over the settings in the context's `starting_spec`; names each value of a wrong kind."""
        if self.context.get("is_form") and isinstance(data, str):
            data = self._from_text(data)
        if not isinstance(data, dict):
            self.fail("no_object")
        start: Spec = self.context["starting_spec"]
        try:
            return Spec.from_dict(start.to_dict() | data)
        except SpecError as error:
            raise serializers.ValidationError(by_setting(error)) from None

    def _from_text(self, text: str) -> Any:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            self.fail("unreadable")

    def to_representation(self, value: Spec) -> dict[str, Any]:
        """Give all settings."""
        return value.to_dict()


def by_setting(error: SpecError) -> dict[str, list[str]]:
    """Give an error's sentences by the setting that each is about; those about no setting under an empty name."""
    found: dict[str, list[str]] = {}
    for problem in error.problems:
        found.setdefault("" if problem.field == "settings" else problem.field, []).append(problem.message)
    return found


def plain(value: float | None) -> float | None:
    """Give a number as JSON can hold it: null for what is none."""
    return value if value is not None and math.isfinite(value) else None
