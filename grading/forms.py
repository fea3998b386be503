"""Forms of practice runs and of the leaderboard."""

from typing import Any

from django import forms

from coursework.forms import MOST_PASTED_CHARACTERS
from coursework.models import Enrollment, Task
from engine.errors import LinkError
from engine.link import read_link
from engine.spec import Spec
from grading.practice_rules import practice_refusals

MOST_PLACES = 10_000  # more than any class has; it only keeps the number within what a row can hold


class PracticeForm(forms.Form):
    """Reads a design to practise with. After `is_valid`, `spec` holds it; it needs no seed of its own."""

    link = forms.CharField(
        strip=True,
        max_length=MOST_PASTED_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        label="Playground link",
        help_text="The whole address from your browser. A seed in it is trained as well.",
        error_messages={"required": "Paste the address from your browser."},
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        self.spec: Spec | None = None

    def clean_link(self) -> str:
        """Read the design and hold it against the task's rules, as the hand-in form does."""
        link: str = self.cleaned_data["link"]
        try:
            spec = read_link(link).spec
        except LinkError as error:
            raise forms.ValidationError([problem.message for problem in error.problems]) from None
        refusals = [refusal.message for refusal in practice_refusals(self.task.rules, spec)]
        if refusals:
            raise forms.ValidationError(refusals)
        self.spec = spec
        return link


class BoardNameForm(forms.Form):
    """Under which name classmates see a student."""

    shown_as = forms.ChoiceField(widget=forms.RadioSelect, label="On the leaderboard, show me as")

    def __init__(self, *args: Any, enrollment: Enrollment, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"shown_as": "name" if enrollment.show_name else "pseudonym"})
        super().__init__(*args, **kwargs)
        choice = self.fields["shown_as"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("pseudonym", enrollment.pseudonym), ("name", enrollment.user.display_name)]
        choice.error_messages["invalid_choice"] = "%(value)s is not allowed: pseudonym or name."
        choice.error_messages["required"] = "Choose your pseudonym or your name."


class BoardSettingsForm(forms.Form):
    """How students see a task's leaderboard."""

    board_hidden = forms.BooleanField(required=False, label="Hide it from students")
    frozen = forms.BooleanField(required=False, label="Freeze it for students")
    designs_shown = forms.BooleanField(required=False, label="Show classmates’ designs before the task closes")
    seeds_shown = forms.BooleanField(required=False, label="Show the course seeds before the task closes")
    board_top = forms.IntegerField(
        required=False,
        label="Places shown",
        help_text="Everybody sees their own place as well. Empty: all places.",
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        names = ("board_hidden", "designs_shown", "seeds_shown", "board_top")
        initial = {name: getattr(task, name) for name in names} | {"frozen": task.board_frozen_at is not None}
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        errors = self.fields["board_top"].error_messages
        errors["invalid"] = f"The number of places is a whole number from 1 to {MOST_PLACES:,}, or empty."
        hints = {
            "board_hidden": "They see their own result and a line that says so.",
            "frozen": "What is handed in from then on does not move what they see. You keep seeing it live.",
            "designs_shown": "Otherwise they see places and epochs until nobody can hand in any more.",
            "seeds_shown": "They may then design for them.",
        }
        for name, hint in hints.items():
            self.fields[name].help_text = hint

    def clean_board_top(self) -> int | None:
        """Refuse a number of places that no board can show."""
        top: int | None = self.cleaned_data["board_top"]
        if top is not None and not 1 <= top <= MOST_PLACES:
            shown = f"{top:,}" if abs(top) < 10**12 else "This number"
            raise forms.ValidationError(f"{shown} is not allowed: 1 to {MOST_PLACES:,} places, or empty for all.")
        return top
