"""The hand-in form: a Playground link or the same settings by hand, the claimed epoch, screenshots."""

import secrets
from collections.abc import Iterable
from typing import Any

from django import forms

from coursework.feasible import why_impossible
from coursework.fields import ScreenshotsField
from coursework.models import Task
from coursework.rules import SINGLE_SETTINGS
from coursework.services.screenshots import MOST_SCREENSHOTS
from engine.errors import LABELS, LinkError, Problem, SpecError
from engine.link import Ignored, read_link
from engine.spec import FEATURES, Spec, written

MOST_PASTED_CHARACTERS = 20_000  # more than any link; the engine names its own limit, this one only bounds the row
BY_LINK, BY_HAND = "link", "fields"


class HandInForm(forms.Form):
    """Reads a submission. After `is_valid`, `spec` holds the network and `ignored` what the link had beyond it."""

    source = forms.ChoiceField(
        choices=((BY_LINK, "Paste the Playground link"), (BY_HAND, "Fill in the settings by hand")),
        widget=forms.RadioSelect,
        initial=BY_LINK,
        label="How do you want to hand in the network?",
    )
    link = forms.CharField(
        required=False,
        strip=True,
        max_length=MOST_PASTED_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
        label="Playground link",
        help_text="The whole address from your browser, taken while the Playground shows your run.",
    )
    features = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="Inputs")
    hidden_layers = forms.CharField(
        required=False,
        max_length=200,
        label="Neurons of each hidden layer",
        help_text="From left to right, with commas, such as 4,2. Empty: no hidden layer.",
        widget=forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"}),
    )
    seed = forms.CharField(
        required=False,
        max_length=200,
        label="Seed",
        help_text="Stands in the address as seed=0.12345. Without it nobody can repeat your run.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    claimed_epochs = forms.IntegerField(
        label="Claimed epochs", widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    )
    screenshots = ScreenshotsField(most=MOST_SCREENSHOTS, label="Screenshots")
    idempotency_key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = task.rules
        self.spec: Spec | None = None
        self.ignored: tuple[Ignored, ...] = ()
        self._offer_choices()
        claimed = self.fields["claimed_epochs"]
        claimed.error_messages["required"] = f"Say at which epoch you reached the target: 1 to {task.max_epochs:,}."
        claimed.error_messages["invalid"] = f"The claimed epoch is a whole number from 1 to {task.max_epochs:,}."
        claimed.help_text = (
            f"The first epoch at which {_losses(task.criterion)} {task.target}, at most {task.max_epochs:,}."
        )

    def _offer_choices(self) -> None:
        """Offer by hand just what the task allows; a setting with one value is shown, not asked."""
        start = self.rules.starting_spec
        limits = self.rules.limits
        features = self.fields["features"]
        assert isinstance(features, forms.MultipleChoiceField)
        features.choices = [(name, name) for name in FEATURES if name in limits.features]
        features.initial = list(start.features)
        self.fields["hidden_layers"].initial = ",".join(map(str, start.hidden_layers))
        self.fields["idempotency_key"].initial = secrets.token_hex(16)
        self.fixed_settings: list[tuple[str, str]] = []
        self.free_settings: list[str] = []
        for name in SINGLE_SETTINGS:
            self._offer_setting(name, getattr(limits, name), getattr(start, name))

    def _offer_setting(self, name: str, allowed: tuple[Any, ...], default: Any) -> None:
        if len(allowed) == 1:
            self.fixed_settings.append((LABELS[name], written(allowed[0])))
            return
        self.free_settings.append(name)
        self.fields[name] = forms.TypedChoiceField(
            required=False,
            label=LABELS[name],
            choices=[(written(value), written(value)) for value in allowed],
            coerce={written(value): value for value in allowed}.__getitem__,
            empty_value=default,
            initial=written(default),
        )

    @property
    def free_fields(self) -> list[forms.BoundField]:
        """The settings that may be chosen by hand besides inputs, layers and seed."""
        return [self[name] for name in self.free_settings]

    def clean_claimed_epochs(self) -> int:
        """Refuse a claim that no run of this task can confirm."""
        claimed: int = self.cleaned_data["claimed_epochs"]
        if not 1 <= claimed <= self.rules.max_epochs:
            shown = f"{claimed:,}" if abs(claimed) < 10**12 else "This number"
            raise forms.ValidationError(f"{shown} is not allowed: 1 to {self.rules.max_epochs:,} epochs.")
        return claimed

    def clean(self) -> dict[str, Any]:
        """Read the network from the link or from the fields and hold it against the task's rules."""
        cleaned = super().clean() or {}
        if self.errors.keys() & {"link", "features", "hidden_layers", "seed", "source", *self.free_settings}:
            return cleaned
        spec = self._spec_from_link(cleaned) if cleaned.get("source") == BY_LINK else self._spec_from_fields(cleaned)
        if spec is not None:
            self._check(spec)
            self.spec = spec
        return cleaned

    def _check(self, spec: Spec) -> None:
        """Refuse what the task does not allow, and a seed on which no network could reach the target."""
        problems = self.rules.problems(spec)
        self._add_problems(problems)
        impossible = None if problems else why_impossible(self.rules, spec)
        if impossible:
            by_hand = self.cleaned_data.get("source") == BY_HAND
            self.add_error("seed" if by_hand else "link", f"{impossible} Take another seed: nothing was used up.")

    def _spec_from_link(self, cleaned: dict[str, Any]) -> Spec | None:
        if not cleaned.get("link"):
            self.add_error("link", "Paste the address from your browser, or fill in the settings by hand.")
            return None
        try:
            reading = read_link(cleaned["link"])
        except LinkError as error:
            self._add_problems(error.problems)
            return None
        self.ignored = reading.ignored
        return reading.spec

    def _spec_from_fields(self, cleaned: dict[str, Any]) -> Spec | None:
        settings = {name: cleaned[name] for name in self.free_settings}
        start = self.rules.starting_spec.to_dict() | settings
        try:
            layers = [int(part) for part in cleaned["hidden_layers"].replace(" ", "").split(",") if part]
        except ValueError:
            shown = cleaned["hidden_layers"][:40]
            self.add_error("hidden_layers", f"{shown!r} can't be read: whole numbers with commas, such as 4,2.")
            return None
        start |= {"features": cleaned["features"], "hidden_layers": layers, "seed": cleaned["seed"] or None}
        try:
            return Spec.from_dict(start)
        except SpecError as error:
            self._add_problems(error.problems)
            return None

    def _add_problems(self, problems: Iterable[Problem]) -> None:
        """Put each problem where it can be mended: at the link, or at the field that was filled in."""
        for problem in problems:
            by_hand = self.cleaned_data.get("source") == BY_HAND and problem.field in self.fields
            self.add_error(problem.field if by_hand else "link", problem.message)


def _losses(criterion: str) -> str:
    return {
        "both": "training and test loss both show",
        "either": "the training or the test loss shows",
        "train": "the training loss shows",
        "test": "the test loss shows",
    }[criterion]
