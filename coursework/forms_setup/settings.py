"""What a task allows for each setting: anything the Playground offers, or the ticked values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from coursework.drawing.labels import FEATURE_LABELS
from coursework.rules import SINGLE_SETTINGS
from engine.errors import LABELS
from engine.spec import PLAYGROUND, describe, written

NAMES = (*SINGLE_SETTINGS, "features")
ANYTHING, LISTED = "any", "listed"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting's two fields, and in words what they allow as the page is sent."""

    name: str
    label: str
    mode: forms.BoundField
    values: forms.BoundField
    summary: SafeString | str
    open: bool


class AllowedSettingsForm(forms.Form):
    """Two fields for each setting; after `is_valid`, `allowed_settings` is what the task's row holds."""

    def __init__(self, *args: Any, allowed: Mapping[str, Sequence[Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self._add_setting(name, allowed.get(name))

    def _add_setting(self, name: str, allowed: Sequence[Any] | None) -> None:
        offered = {written(value): value for value in getattr(PLAYGROUND, name)}
        self.fields[f"mode_{name}"] = forms.ChoiceField(
            label=f"{LABELS[name]}: what is allowed",
            choices=((ANYTHING, "Whatever the Playground allows"), (LISTED, "Only the ticked values")),
            widget=forms.RadioSelect,
            initial=ANYTHING if allowed is None else LISTED,
            error_messages={"required": "Choose one of the two.", "invalid_choice": "Choose one of the two."},
        )
        self.fields[f"allow_{name}"] = forms.TypedMultipleChoiceField(
            required=False,
            label=LABELS[name],
            choices=[(text, _label(text)) for text in offered],
            coerce=offered.__getitem__,
            widget=forms.CheckboxSelectMultiple,
            initial=[written(value) for value in allowed or ()],
            error_messages={"invalid_choice": f"%(value)s is not allowed: {describe(offered.values())}."},
        )

    def clean(self) -> dict[str, Any]:
        """Ask for at least one value where the values are listed."""
        cleaned = super().clean() or {}
        for name in NAMES:
            listed = cleaned.get(f"mode_{name}") == LISTED and f"allow_{name}" in cleaned
            if listed and not cleaned[f"allow_{name}"]:
                self.add_error(f"allow_{name}", "Tick at least one value, or allow whatever the Playground allows.")
        return cleaned

    @property
    def settings_are_clean(self) -> bool:
        """True if none of the settings' own fields has an error."""
        return not self.errors.keys() & {f"{kind}_{name}" for name in NAMES for kind in ("mode", "allow")}

    @property
    def allowed_settings(self) -> dict[str, list[Any]]:
        """The settings that are narrowed, with their allowed values."""
        cleaned = self.cleaned_data
        return {name: cleaned[f"allow_{name}"] for name in NAMES if cleaned[f"mode_{name}"] == LISTED}

    @property
    def setting_rows(self) -> list[SettingRow]:
        """What the page shows, row by row."""
        return [self._row(name) for name in NAMES]

    def _row(self, name: str) -> SettingRow:
        mode, values = self[f"mode_{name}"], self[f"allow_{name}"]
        chosen = [str(value) for value in values.value() or ()]
        summary = "whatever the Playground allows" if mode.value() == ANYTHING else _summary(chosen)
        return SettingRow(name, LABELS[name], mode, values, summary, open=bool(mode.errors or values.errors))


def _label(text: str) -> SafeString | str:
    return FEATURE_LABELS[text].html if text in FEATURE_LABELS else text


def _summary(chosen: list[str]) -> SafeString | str:
    return format_html_join(", ", "{}", ((_label(text),) for text in chosen)) or "nothing is ticked yet"
