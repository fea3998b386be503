"""The forms of the grading page."""

import re
from decimal import Decimal
from typing import Any

from django import forms

from coursework.models import Enrollment
from coursework.people_forms import PlainTextField
from grading.grades.judgement import LONGEST_REASON, Judgement, problems_of, written
from grading.grades.reading import StudentGrade
from grading.grades.rubric import Rubric
from grading.grades.rule import ZERO
from grading.services.grades.deciding import Seen

SAVE, NEXT, UNDECIDE, ASSIGN, INSERT, PREVIEW = "save", "save_next", "undecide", "assign", "insert", "preview"
ACTS = (SAVE, NEXT, UNDECIDE, ASSIGN, INSERT, PREVIEW)
KEEP, TAKE = "keep", "take"

_TENTHS = re.compile(r"[+-]?\d{1,4}(?:\.\d)?", re.ASCII)
_KEY = re.compile(r"\d{1,18}", re.ASCII)
_RESULT = re.compile(r"(\d{1,18})?:(-?\d{1,4}\.\d)?", re.ASCII)
_INCOMPLETE = "The form is incomplete, so nothing was saved: what you typed is still here. Please save again."


class TenthsField(forms.CharField):
    """Points with at most one decimal, such as −0.5; a comma and a real minus sign are understood."""

    def __init__(self, *, least: Decimal, most: Decimal, **kwargs: Any) -> None:
        attributes = {"inputmode": "decimal", "autocomplete": "off"}
        super().__init__(required=False, max_length=40, widget=forms.TextInput(attrs=attributes), **kwargs)
        self.allowed = f"{written(least)} to {written(most)}"

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # a number is what it is for
        text = str(super().to_python(value) or "").strip().replace("−", "-").replace(",", ".")
        if not text:
            return None
        if not _TENTHS.fullmatch(text):
            shown = text[:20].replace("\0", "?")
            raise forms.ValidationError(f"“{shown}” is no number with at most one decimal: allowed are {self.allowed}.")
        return Decimal(text)

    def run_validators(self, value: Any) -> None:
        super().run_validators("" if value is None else str(value))


class CommentField(forms.CharField):
    """A text of several lines; what can't be stored is said by the judgement's own rules."""

    default_validators = []

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, strip=False, **kwargs)
        self.validators = []

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n").strip()


class GradingForm(forms.Form):
    """What a person decides, and what was in view meanwhile: the row's version, the attempt and its result."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    receipt = forms.CharField(required=False, widget=forms.HiddenInput)
    result = forms.CharField(required=False, widget=forms.HiddenInput)
    comment = CommentField(
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "c"}),
        label="Comment to the student",
        help_text="Markdown. The student sees it once the grade is released.",
    )

    def __init__(self, *args: Any, grade: StudentGrade, rubric: Rubric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grade, self.rubric = grade, rubric
        most = grade.task.points
        self.fields["items"] = forms.CharField(required=False, label="Rubric", widget=forms.HiddenInput)
        self.fields["adjustment"] = TenthsField(
            least=-most,
            most=most,
            label="Adjustment",
            help_text=f"{written(-most)} to {written(most)}, after lateness.",
        )
        self.fields["override"] = TenthsField(
            least=ZERO, most=most, label="Override", help_text=f"0.0 to {written(most)}, in place of all else."
        )
        for name, label in (("adjustment_reason", "Why adjusted"), ("override_reason", "Why overridden")):
            self.fields[name] = PlainTextField(required=False, max_length=LONGEST_REASON, label=label)

    @property
    def ticked(self) -> frozenset[int]:
        """The rubric items that are ticked in the form as it is shown."""
        if not self.is_bound:
            return frozenset(self.initial.get("ticked", ()))
        return frozenset(int(key) for key in self._keys() if _KEY.fullmatch(key))

    def _keys(self) -> list[str]:
        names = ("items", *(f"group-{block.pk}" for block in self.rubric.blocks))
        found = [key for name in names for key in self.data.getlist(name)]  # type: ignore[attr-defined]
        return [key for key in found if key]

    def clean(self) -> dict[str, Any]:
        """Say of each value what is wrong with it; of what was in view, that the page is to be opened again."""
        cleaned = super().clean() or {}
        if any(not _KEY.fullmatch(key) for key in self._keys()):
            self.add_error("items", "What was ticked is no item of this rubric: look at the list and save again.")
        if self.seen is None:
            self.add_error(None, _INCOMPLETE)
        if not self.errors:
            for field, sentence in problems_of(self.judgement, self.grade.task, self.rubric):
                self.add_error(field, sentence)
        return cleaned

    @property
    def judgement(self) -> Judgement:
        """What the person decided, once the form is valid."""
        return Judgement(
            items=self.ticked,
            adjustment=self.cleaned_data["adjustment"] or ZERO,
            adjustment_reason=self.cleaned_data["adjustment_reason"],
            override=self.cleaned_data["override"],
            override_reason=self.cleaned_data["override_reason"],
            comment=self.cleaned_data["comment"],
        )

    @property
    def seen(self) -> Seen | None:
        """What was in view; None if the form doesn't say it, or not of this student."""
        version, receipt, result = (str(self.data.get(name, "")) for name in ("version", "receipt", "result"))
        by_receipt = {one.receipt_number: one.submission_id for one in self.grade.attempts} | {"": None}
        shown = _RESULT.fullmatch(result)
        if not _KEY.fullmatch(version) or receipt not in by_receipt or shown is None:
            return None
        verification, automatic = shown.groups()
        return Seen(
            int(version),
            by_receipt[receipt],
            int(verification) if verification else None,
            Decimal(automatic) if automatic else None,
        )


def in_view(seen: Seen, receipt: str) -> dict[str, str]:
    """Return the hidden values of the form that say what is in view."""
    automatic = "" if seen.automatic is None else f"{seen.automatic:.1f}"
    return {"version": str(seen.version), "receipt": receipt, "result": f"{seen.verification_id or ''}:{automatic}"}


def shown_values(judgement: Judgement) -> dict[str, Any]:
    """Return what the form's fields show of a judgement."""
    return {
        "ticked": judgement.items,
        "adjustment": written(judgement.adjustment) if judgement.adjustment else "",
        "adjustment_reason": judgement.adjustment_reason,
        "override": "" if judgement.override is None else written(judgement.override),
        "override_reason": judgement.override_reason,
        "comment": judgement.comment,
    }


class PassOnForm(forms.Form):
    """To whom of the course's staff the grading goes; empty: to nobody in particular."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    to = forms.ChoiceField(required=False, label="Pass on to")

    def __init__(self, *args: Any, staff: list[Enrollment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(one.user_id), one.user.display_name) for one in staff]
        self.fields["to"].choices = [("", "Nobody in particular"), *names]  # type: ignore[attr-defined]
        self.fields["to"].error_messages["invalid_choice"] = "%(value)s is not on this course’s staff: choose one."


class KeepForm(forms.Form):
    """What to do about a newer result: stay with the decision, or take the result over."""

    act = forms.ChoiceField(
        choices=[(KEEP, KEEP), (TAKE, TAKE)],
        error_messages={
            "required": "What to do is missing: allowed are keep and take.",
            "invalid_choice": "%(value)s can’t be done here: allowed are keep and take.",
        },
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    verification = forms.IntegerField(min_value=1, max_value=2**63 - 1)
