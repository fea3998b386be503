"""The form that releases grades or takes them back."""

from typing import Any

from django import forms

RELEASE, HIDE = "release", "hide"
ACTS = {RELEASE: "Release", HIDE: "Take back"}
_ALLOWED = "release_ticked, release_all, hide_ticked, hide_all, release and hide"


class ReleaseForm(forms.Form):
    """What is to be done, for whom (by the keys of their work), and whether students get a mail.

    Pages tick `student` boxes; the page that asks back names them all in one field, `students`.
    """

    act = forms.ChoiceField(
        choices=[(act, act) for act in (RELEASE, HIDE, "release_ticked", "release_all", "hide_ticked", "hide_all")],
        error_messages={
            "required": f"What to do is missing: allowed are {_ALLOWED}.",
            "invalid_choice": f"%(value)s can’t be done here: allowed are {_ALLOWED}.",
        },
    )
    students = forms.CharField(required=False, max_length=200_000)
    mail = forms.BooleanField(required=False)
    confirmed = forms.BooleanField(required=False)

    @property
    def does(self) -> str:
        """Return which of the two acts is meant."""
        return str(self.cleaned_data["act"]).split("_", maxsplit=1)[0]

    @property
    def is_for_all(self) -> bool:
        """Whether everybody under the page's filter is meant."""
        return str(self.cleaned_data["act"]).endswith("_all")

    @property
    def keys(self) -> set[str]:
        """The keys of those who are named."""
        data: Any = self.data
        return {*data.getlist("student"), *filter(None, self.cleaned_data["students"].split(","))}
