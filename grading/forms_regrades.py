"""Forms of second looks: what a student asks, and what staff answer."""

from typing import Any

from django import forms

from coursework.services.screenshots import ALLOWED, PreparedScreenshot, ScreenshotRefused, prepare_screenshot
from grading.grades.regrades import Part
from grading.models import RegradeAnswer
from grading.services.grades.regrades import LONGEST_ANSWER, LONGEST_REASON


class RegradeAskForm(forms.Form):
    """Which part, why, and maybe a picture."""

    part = forms.ChoiceField(
        widget=forms.RadioSelect,
        label="What should be looked at again?",
        error_messages={
            "required": "Choose the part that should be looked at again.",
            "invalid_choice": "%(value)s is no part of this grade that you can ask about. Choose one of those below.",
        },
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 6}),
        label="Why?",
        help_text=f"What do you see differently? Up to {LONGEST_REASON:,} characters, plain text.",
        error_messages={"required": "Say why, in a sentence or two, so that a person knows where to look."},
    )
    picture = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="A picture, if one helps",
        help_text=f"One of {ALLOWED}. We encode it again; only you and the course’s staff see it.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def __init__(self, *args: Any, parts: list[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["part"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(part.key, part.label) for part in parts]

    def clean_picture(self) -> PreparedScreenshot | None:
        """Encode the picture again; say what is wrong with one that can't be."""
        upload = self.cleaned_data.get("picture")
        if not upload:
            return None
        try:
            return prepare_screenshot(upload)
        except ScreenshotRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class RegradeAnswerForm(forms.Form):
    """What came of it, and why."""

    answer = forms.ChoiceField(
        choices=RegradeAnswer.choices,
        widget=forms.RadioSelect,
        label="What came of it?",
        error_messages={
            "required": "Choose what came of it.",
            "invalid_choice": "%(value)s is no answer: allowed are granted, partly and declined.",
        },
    )
    text = forms.CharField(
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 6}),
        label="Answer to the student",
        help_text="Markdown. The student reads it beside the part of the grade.",
        error_messages={"required": "Write a sentence to the student, whatever came of it."},
    )
