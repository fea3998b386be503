"""What staff fill in to run submissions again."""

from collections.abc import Mapping
from typing import Any

from django import forms

from grading.models import Scope

DRY, REAL = "dry", "real"
ATTEMPTS = {
    "counting": "The attempt of each student that counts",
    "newest": "The newest attempt of each student",
    "all": "All attempts of these students",
}


def _messages(allowed: str) -> dict[str, str]:
    return {"required": f"Choose one: {allowed}.", "invalid_choice": f"“%(value)s” can’t be chosen. Choose {allowed}."}


class RerunForm(forms.Form):
    """What to run again, whether only to try it, and why."""

    scope = forms.ChoiceField(
        choices=Scope.choices,
        widget=forms.RadioSelect,
        label="What to run again",
        error_messages=_messages("all, those that failed, or those of another version"),
    )
    how = forms.ChoiceField(
        choices=(
            (DRY, "Try it first: show what would change, and change nothing"),
            (REAL, "Run again now: the new results count"),
        ),
        widget=forms.RadioSelect,
        initial=DRY,
        label="How",
        error_messages=_messages("to try it first, or to run again now"),
    )
    reason = forms.CharField(
        max_length=200,
        required=False,
        label="Reason",
        help_text="Optional, for the record that staff see. Name nobody here.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, counts: dict[Scope, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = self.fields["scope"]
        assert isinstance(scope, forms.ChoiceField)
        scope.choices = [(kind.value, f"{kind.label} ({count})") for kind, count in counts.items()]
        scope.initial = Scope.FAILED if counts[Scope.FAILED] else Scope.ALL


class ReasonForm(forms.Form):
    """Why one submission is run again."""

    reason = forms.CharField(max_length=200, required=False)


class SelectionForm(forms.Form):
    """Which attempts of the chosen students to run again, whether only to try it, and why."""

    attempts = forms.ChoiceField(
        choices=(),
        widget=forms.RadioSelect,
        initial="counting",
        label="Which attempts",
        error_messages=_messages("the attempt that counts, the newest, or all"),
    )
    how = RerunForm.base_fields["how"]
    reason = RerunForm.base_fields["reason"]

    def __init__(self, *args: Any, counts: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attempts = self.fields["attempts"]
        assert isinstance(attempts, forms.ChoiceField)
        attempts.choices = [(name, f"{label} ({counts[name]:,})") for name, label in ATTEMPTS.items()]
