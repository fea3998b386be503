"""Forms of the page about a task's course seeds."""

from typing import Any

from django import forms

from coursework.forms_setup.fields import WholeNumberField
from coursework.services.course_seeds import MOST_SEEDS
from engine.errors import printable
from engine.spec import SEED, SEED_ALLOWED


class DrawSeedsForm(forms.Form):
    """How many seeds to draw; with hand-ins there it asks first."""

    count = WholeNumberField(low=1, high=MOST_SEEDS, initial=5, label="How many seeds")

    def __init__(self, *args: Any, hand_ins: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if hand_ins:
            self.fields["confirm"] = forms.BooleanField(
                label="Yes, replace the seeds although there are hand-ins",
                error_messages={
                    "required": "Please say that you want this: what is verified already keeps its result on the old "
                    "seeds, and compares with newer results only once it is run again."
                },
            )


class AddSeedForm(forms.Form):
    """One seed by hand."""

    seed = forms.CharField(
        max_length=200,
        label="Seed",
        help_text="As in a Playground link: seed=0.12345.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": f"Missing: {SEED_ALLOWED}."},
    )

    def clean_seed(self) -> str:
        """Refuse what no link can hold."""
        seed: str = self.cleaned_data["seed"]
        if not SEED.fullmatch(seed):
            raise forms.ValidationError(f"{printable(seed)} is not allowed: {SEED_ALLOWED}.")
        return seed
