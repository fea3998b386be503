"""The form by which staff excuse a student from a task."""

from django import forms

from coursework.people_forms import PlainTextField
from grading.gradebook.excuse_box import BACK_TO_GRADING, BACK_TO_STUDENT

EXCUSE, COUNT_AGAIN = "excuse", "count"


class ExcuseForm(forms.Form):
    """Excuse with a reason, or let the task count again. `version` is that of the grade that the person saw."""

    act = forms.ChoiceField(
        choices=((EXCUSE, "Excuse"), (COUNT_AGAIN, "Let it count again")),
        error_messages={
            "required": "Say what to do: excuse, or count.",
            "invalid_choice": "%(value)s is not something to do here: excuse, or count.",
        },
    )
    reason = PlainTextField(
        required=False,
        max_length=300,
        label="Reason",
        help_text="Up to 300 letters. Only staff see it.",
    )
    version = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    back = forms.ChoiceField(
        choices=((BACK_TO_STUDENT, ""), (BACK_TO_GRADING, "")), required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, object]:
        """Want a reason of whoever excuses."""
        cleaned = super().clean() or {}
        if cleaned.get("act") == EXCUSE and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Say why: a sentence that can be understood a term later.")
        return cleaned
