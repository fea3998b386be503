"""The form that makes a token for a program."""

from typing import Any

from django import forms

from coursework.forms_setup.fields import WholeNumberField
from coursework.models import Course, User
from grading.api.scopes import MEANING
from grading.services.api_tokens import MOST_DAYS, USUAL_DAYS


class TokenForm(forms.Form):
    """What the token is for, what it may do, where, and for how long."""

    name = forms.CharField(
        max_length=80,
        label="Name",
        help_text="The program that it is for, such as: Exporting grades every night.",
        error_messages={"required": "Missing: what you will know the token by."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        choices=[(str(scope), f"{meaning} ({scope})") for scope, meaning in MEANING.items()],
        widget=forms.CheckboxSelectMultiple,
        label="What it may do",
        help_text="Never more than you may do yourself. Tick no more than the program needs.",
        error_messages={"required": "Tick at least one."},
    )
    course = forms.ModelChoiceField(
        queryset=Course.objects.none(),
        required=False,
        label="Where",
        empty_label="In all my courses",
        help_text="With one course, whatever lies in another one is not there for the program.",
        error_messages={"invalid_choice": "You are not in this course: choose one of those listed."},
    )
    days = WholeNumberField(
        low=1, high=MOST_DAYS, initial=USUAL_DAYS, label="For how many days", help_text="Then it ends by itself."
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["course"]
        field.queryset = Course.objects.filter(enrollments__user=user, enrollments__active=True)
