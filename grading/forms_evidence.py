"""The form with which staff keep a note on a submission's evidence, and say whether they have seen it."""

from django import forms

from grading.services.evidence.marks import LONGEST_NOTE

SEEN, SEEN_NEXT, NOT_SEEN, NOTE = "seen", "seen_next", "not_seen", "note"
_ACTS = {SEEN: True, SEEN_NEXT: True, NOT_SEEN: False, NOTE: None}


class EvidenceMarkForm(forms.Form):
    """A note, and which button was pressed. `shown` stands for what the page showed: only that is marked as seen."""

    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Note",
        help_text="For the course’s staff only; students never see it.",
    )
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    act = forms.ChoiceField(
        choices=[(act, act) for act in _ACTS],
        widget=forms.HiddenInput,
        error_messages={
            "required": f"What to do is missing: allowed are {', '.join(_ACTS)}.",
            "invalid_choice": f"%(value)s can’t be done here: allowed are {', '.join(_ACTS)}.",
        },
    )

    @property
    def seen(self) -> bool | None:
        """Whether it is to be marked as seen or not; None: neither."""
        return _ACTS[self.cleaned_data["act"]]

    @property
    def goes_on(self) -> bool:
        """True if the next one in the queue is wanted."""
        return bool(self.cleaned_data["act"] == SEEN_NEXT)
