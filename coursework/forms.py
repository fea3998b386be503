"""The hand-in form: the network as a Playground link, the claimed epoch, screenshots."""

from collections.abc import Iterable
from typing import Any

from django import forms

from coursework import hand_in_rules
from coursework.design import Design
from coursework.models import Task
from coursework.rules import TaskRules
from coursework.selectors.submissions import FORM_KEY
from coursework.services.submissions import LATE_NOT_CONFIRMED
from coursework.words import in_the_losses
from engine.spec import Spec

MOST_PASTED_CHARACTERS = 20_000  # more than any link; the engine names its own limit, this one only bounds the row


class HandInForm(forms.Form):
    """Reads a hand-in. The network itself is the design's, which the form is given; `spec` is it, if nothing is wrong.

    `pictures` says how many screenshots wait in the draft or came along, `late` that being late has to be confirmed.
    """

    link = forms.CharField(
        required=False,
        strip=True,
        max_length=MOST_PASTED_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        label="Playground link",
        help_text="Taken while the Playground shows your run, so that it holds the seed.",
    )
    seed = forms.CharField(required=False, max_length=MOST_PASTED_CHARACTERS, label="Seed")
    network = forms.Field(required=False, label="Your network")  # holds no value, only what is wrong in step 2
    claimed_epochs = forms.IntegerField(
        label="Claimed epochs", widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    screenshots = forms.FileField(required=False, label="Screenshots")
    confirm_late = forms.BooleanField(required=False, label="Hand in late: I know that this will be marked late")
    idempotency_key = forms.RegexField(
        rf"\A{FORM_KEY.pattern}\Z",
        widget=forms.HiddenInput,
        label="This page",
        error_messages={key: "can't be sent any more: open it again." for key in ("required", "invalid")},
    )

    def __init__(
        self,
        *args: Any,
        task: Task,
        rules: TaskRules,
        design: Design,
        pictures: int = 0,
        picture_refusals: Iterable[str] = (),
        late: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rules, self.design, self.late = rules, design, late
        self.pictures, self.picture_refusals = pictures, list(picture_refusals)
        claimed = self.fields["claimed_epochs"]
        claimed.error_messages["required"] = hand_in_rules.no_claim(rules)
        claimed.error_messages["invalid"] = hand_in_rules.unreadable_claim(rules)
        claimed.help_text = (
            f"The first epoch at which {in_the_losses(task.criterion)} {task.target}, at most {task.max_epochs:,}."
        )

    @property
    def spec(self) -> Spec | None:
        """The network to hand in, once the form was found valid."""
        return self.design.spec if self.is_valid() else None

    def clean_claimed_epochs(self) -> int:
        """Refuse a claim that no run of this task can confirm."""
        claimed: int = self.cleaned_data["claimed_epochs"]
        refusal = hand_in_rules.of_claim(self.rules, claimed)
        if refusal:
            raise forms.ValidationError(refusal)
        return claimed

    def clean(self) -> dict[str, Any]:
        """Refuse a design that the task does not allow, missing pictures, and being late unasked."""
        cleaned = super().clean() or {}
        if "link" not in self.errors:
            self._check_design()
        for refusal in hand_in_rules.of_pictures(self.pictures, self.picture_refusals):
            self.add_error("screenshots", refusal)
        if self.late and not cleaned.get("confirm_late"):
            self.add_error("confirm_late", LATE_NOT_CONFIRMED)
        return cleaned

    def _check_design(self) -> None:
        """Put each problem where it can be mended: at the link, the seed's field, or the network as a whole."""
        design = self.design
        if design.is_empty:
            self.add_error("link", "Paste the address from your browser, or build the network in the picture.")
        for refusal in hand_in_rules.of_design(design):
            self.add_error(refusal.about if refusal.about in ("link", "seed") else "network", refusal.message)
        if design.contradicts:
            self.add_error(
                "link",
                "You changed both this link and the picture. The picture now shows the link: look at it again, and "
                "hand in if that is what you want.",
            )
