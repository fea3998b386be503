"""Forms about people: names at sign-up, the account, a join code."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from coursework.join_codes import MOST_TYPED_CHARACTERS
from coursework.models import Enrollment, User

_LONGEST_NAME = 150  # as the columns have it


def _name_field(label: str, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=_LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        error_messages={"required": f"{label} is empty. Your course's staff know you by it."},
    )


class NamesAtSignUp(forms.Form):
    """The fields that our sign-up has beyond allauth's own; its form inherits from this one."""

    first_name = _name_field("First name", "given-name")
    last_name = _name_field("Last name", "family-name")
    field_order = ("first_name", "last_name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the account is stored. Its adapter has stored the names already."""


class AccountForm(forms.Form):
    """A person's own name, and the courses whose leaderboard shows it."""

    first_name = _name_field("First name", "given-name")
    last_name = _name_field("Last name", "family-name")

    def __init__(self, *args: Any, user: User, enrollments: QuerySet[Enrollment], **kwargs: Any) -> None:
        kwargs["initial"] = {"first_name": user.first_name, "last_name": user.last_name}
        super().__init__(*args, **kwargs)
        self._enrollments = {f"show_name_{enrollment.pk}": enrollment for enrollment in enrollments}
        for name, enrollment in self._enrollments.items():
            self.fields[name] = forms.BooleanField(
                required=False,
                initial=enrollment.show_name,
                label=f"Show me by my own name in {enrollment.course.title}",
                help_text=f"Otherwise classmates see you as {enrollment.pseudonym}.",
            )

    @property
    def name_fields(self) -> list[forms.BoundField]:
        """First and last name."""
        return [self["first_name"], self["last_name"]]

    @property
    def leaderboard_fields(self) -> list[forms.BoundField]:
        """A box for each course."""
        return [self[name] for name in self._enrollments]

    @property
    def named_in(self) -> set[int]:
        """The enrollments whose box is ticked."""
        return {enrollment.pk for name, enrollment in self._enrollments.items() if self.cleaned_data[name]}


class JoinForm(forms.Form):
    """A join code as people type it."""

    code = forms.CharField(
        label="Course code",
        max_length=MOST_TYPED_CHARACTERS,
        help_text="Eight letters and digits such as K7Q4-9XRB. Your teacher has it.",
        error_messages={"required": "Type the code that your teacher gave you."},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
        ),
    )
