"""The form that says how a task is graded."""

from typing import Any

from django import forms

from coursework.forms_setup.fields import WholeNumberField
from grading.models import Counts, GradingPolicy, ReleaseMode, RubricUse
from grading.services.grades.policy import FIELDS

MOST_REGRADE_DAYS = 366


def _choice(choices: Any, label: str, hint: str) -> forms.ChoiceField:
    allowed = ", ".join(choices.values)
    return forms.ChoiceField(
        choices=choices,
        label=label,
        help_text=hint,
        widget=forms.RadioSelect,
        error_messages={
            "required": f"Missing: one of {allowed}.",
            "invalid_choice": f"%(value)s is not allowed: one of {allowed}.",
        },
    )


class PolicyForm(forms.Form):
    """Changes a task's policy; opens with it, or with the defaults where nobody has said anything."""

    release = _choice(ReleaseMode, "Students see grades and feedback", "A single grade can be held back either way.")
    counts = _choice(
        Counts, "Which attempt counts", "A grade that a person gave stays on the attempt that the person graded."
    )
    rubric_use = _choice(RubricUse, "Points of the rubric", "Only for tasks with a rubric, once a person has graded.")
    blind = forms.BooleanField(
        required=False,
        label="Grade without names",
        help_text="Staff see pseudonyms until a student’s grade is released. Only where people release.",
    )
    regrade_days = WholeNumberField(
        low=0,
        high=MOST_REGRADE_DAYS,
        label="Days in which students may ask for a second look",
        help_text="Counted from the release. 0: they may not ask.",
    )
    mail_students = forms.BooleanField(required=False, label="Mail students when their grade is released")

    def __init__(self, *args: Any, policy: GradingPolicy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in FIELDS:
            self.fields[name].initial = getattr(policy, name)

    def clean(self) -> dict[str, Any]:
        """Refuse blind grading where grades, and with them names, would show at once."""
        cleaned = super().clean() or {}
        if cleaned.get("blind") and cleaned.get("release") == ReleaseMode.AUTOMATIC:
            self.add_error(
                "blind",
                "Not possible with automatic release: every grade would be released at once, and with it its name "
                "shown. Let staff release the grades, or grade with names.",
            )
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the row, once the form is valid."""
        return {name: self.cleaned_data[name] for name in FIELDS}
