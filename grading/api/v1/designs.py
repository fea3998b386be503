"""Reading a network that a program sends: as a link or by its settings, and what stands against it."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import serializers

from coursework.forms import MOST_PASTED_CHARACTERS
from coursework.hand_in_rules import OF_LINK, Refusal
from coursework.rules import TaskRules
from grading.api.json_fields import SpecField, Text
from grading.api.sent import Sent

ONE_OF_TWO = "Send either link, the Playground's address, or spec, the settings."


class DesignSerializer(Sent):
    """A network: either its link or its settings."""

    link = Text(
        required=False,
        max_length=MOST_PASTED_CHARACTERS,
        help_text="The Playground's address, taken while it shows the run.",
        error_messages={"blank": ONE_OF_TWO},
    )
    spec = SpecField(required=False, help_text="The settings instead. What is left out is as the task starts.")


class DesignReader(DesignSerializer):
    """Reads a network under a task's rules. Everything that is wrong is told at once."""

    def __init__(self, *args: Any, rules: TaskRules, is_form: bool = False, **kwargs: Any) -> None:
        context = {"starting_spec": rules.starting_spec, "is_form": is_form}
        super().__init__(*args, **kwargs, context=context)
        self.rules = rules

    def further_errors(self, data: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Refuse link and spec both, and none of them."""
        found = super().further_errors(data)
        given = [name for name in ("link", "spec") if name in data and not self._is_left_empty(data[name])]
        return found if len(given) == 1 else found | {"link": [ONE_OF_TWO]}

    def _is_left_empty(self, value: Any) -> bool:
        """Say whether a form sends a field that nobody filled in, which is none."""
        return bool(self.context["is_form"]) and value == ""


def at_link(refusals: Iterable[Refusal]) -> None:
    """Raise ValidationError with what stands against a link, if anything does."""
    messages = [refusal.message for refusal in refusals]
    if messages:
        raise serializers.ValidationError(messages)


def at_settings(refusals: Iterable[Refusal]) -> None:
    """Raise ValidationError with what stands against settings, each at its own, if anything does."""
    found: dict[str, list[str]] = {}
    for refusal in refusals:
        found.setdefault("" if refusal.about == OF_LINK else refusal.about, []).append(refusal.message)
    if found:
        raise serializers.ValidationError(found)
