"""The form of a task: texts, rules with every setting's allowed values, practice and points."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from coursework.feasible import why_impossible, why_never
from coursework.forms_setup.fields import DecimalField, SlugField, WholeNumberField, free_slug
from coursework.forms_setup.settings import AllowedSettingsForm
from coursework.models import Assignment, Criterion, Submission, Task
from coursework.models.assignments import MOST_EPOCHS
from coursework.rules import MOST_PRACTICE_SEEDS, TaskRules, allowed_settings_problems, practice_seeds_problems

RULES = ("criterion", "target", "max_epochs", "allowed_settings")
POINTS = ("points", "share_for_target", "full_points_epochs")
PLAIN = ("title", "instructions", "position", "attempts", "practice_per_day", "seeds_shown")


def max_epochs_field() -> WholeNumberField:
    """Give the field of a run's length."""
    return WholeNumberField(
        low=1,
        high=MOST_EPOCHS,
        label="Most epochs",
        help_text="How far a run is retrained; a claim beyond it is refused at the form.",
    )


class PointsForm(forms.Form):
    """The three numbers of the scoring rule, and the task's most epochs, at which the last points are gone."""

    points = DecimalField(low="0", high="99999", places=1, label="Points at most")
    share_for_target = DecimalField(
        low="0",
        high="1",
        places=2,
        label="Share for reaching the target",
        help_text="0.6 gives 60 % of the points for a confirmed claim; the rest is for few official epochs.",
    )
    full_points_epochs = WholeNumberField(
        low=1,
        high=MOST_EPOCHS,
        label="All points at",
        help_text="So many official epochs, or fewer, give all points.",
    )
    max_epochs = max_epochs_field()

    def clean(self) -> dict[str, Any]:
        """Keep the epochs of all points within the run."""
        cleaned = super().clean() or {}
        full, most = cleaned.get("full_points_epochs"), cleaned.get("max_epochs")
        if full is not None and most is not None and full > most:
            message = f"{full:,} is not allowed: at most the task’s most epochs, {most:,}."
            self.add_error("full_points_epochs", message)
        return cleaned


class TaskForm(AllowedSettingsForm, PointsForm):
    """Makes a task of `assignment`, or changes `task`; new rules for what is handed in already ask first."""

    title = forms.CharField(max_length=80, label="Title", error_messages={"required": "Missing: the task’s name."})
    slug = SlugField(longest=40, required=False, label="Short name in addresses")
    position = WholeNumberField(low=1, high=999, label="Place in the list")
    instructions = forms.CharField(
        required=False,
        max_length=20_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        label="Instructions",
        help_text="Markdown: **bold**, lists, links and tables. No pictures and no HTML.",
    )
    criterion = forms.ChoiceField(choices=Criterion, label="Criterion", help_text="Which loss has to show the target.")
    target = DecimalField(low="0.001", high="9.999", places=3, label="Target", help_text="As the Playground shows it.")
    attempts = WholeNumberField(low=1, high=1000, label="Attempts", help_text="How often each student may hand in.")
    practice_per_day = WholeNumberField(
        low=0, high=1000, label="Practice runs in 24 hours", help_text="For each student; 0: there are none."
    )
    practice_seeds = forms.CharField(
        required=False,
        max_length=400,
        label="Practice seeds",
        help_text=f"Up to {MOST_PRACTICE_SEEDS}, with spaces between. Everybody sees them; nobody is ranked on them.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    seeds_shown = forms.BooleanField(
        required=False,
        label="Show students the course seeds before the task closes",
        help_text="They may then design for these very seeds.",
    )
    confirm = forms.BooleanField(required=False, label="Yes, change what is handed in already")

    field_order = ("title", "slug", "position", "instructions", "criterion", "target", "max_epochs", "attempts")

    def __init__(
        self,
        *args: Any,
        assignment: Assignment,
        task: Task | None = None,
        start: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        values = dict(start or {})
        super().__init__(*args, allowed=values.pop("allowed_settings", {}), **kwargs)
        self.assignment, self.task = assignment, task
        self.hand_ins = Submission.objects.filter(task=task).count() if task else 0
        for name, value in values.items():
            self.fields[name].initial = value
        if task is None:
            self.fields["slug"].help_text = "Letters, digits and hyphens. Empty: made from the title."
        else:
            self.fields["slug"].required = True
            self.fields["slug"].help_text = "Another name changes the addresses of the task’s pages."

    def clean_slug(self) -> str:
        """Refuse a short name that another task of the assignment has."""
        slug: str = self.cleaned_data["slug"]
        others = self.assignment.tasks.exclude(pk=self.task.pk) if self.task else self.assignment.tasks.all()
        taken = set(others.values_list("slug", flat=True))
        if slug in taken:
            raise forms.ValidationError(f"{slug} is taken by another task of this assignment: choose another one.")
        return slug or free_slug(self.cleaned_data.get("title", ""), longest=40, taken=taken)

    def clean_instructions(self) -> str:
        """Browsers send line ends of two characters, and a text that begins with an empty line without it."""
        text: str = self.cleaned_data["instructions"]
        return text.replace("\r\n", "\n").strip()

    def clean_practice_seeds(self) -> list[str]:
        """Read the seeds; commas may stand between them too."""
        seeds: list[str] = list(dict.fromkeys(self.cleaned_data["practice_seeds"].replace(",", " ").split()))
        course_seeds = list(self.task.course_seeds.values_list("seed", flat=True)) if self.task else []
        problems = practice_seeds_problems(seeds, course_seeds)
        if problems:
            raise forms.ValidationError(problems)
        return seeds

    def clean(self) -> dict[str, Any]:
        """Hold the rules against what is possible at all, and ask before they change under hand-ins."""
        cleaned = super().clean()
        if self.settings_are_clean:
            for problem in allowed_settings_problems(self.allowed_settings):
                self.add_error("allow_dataset", problem)
        if self.settings_are_clean and {"criterion", "target", "max_epochs"} <= cleaned.keys():
            self._check_feasible(self._rules())
        if not self.errors:
            self._ask_before_change()
        return cleaned

    def _rules(self) -> TaskRules:
        cleaned = self.cleaned_data
        return TaskRules(
            criterion=cleaned["criterion"],
            target=cleaned["target"],
            max_epochs=cleaned["max_epochs"],
            allowed_settings=self.allowed_settings,
            course_seeds=(),
        )

    def _check_feasible(self, rules: TaskRules) -> None:
        impossible = why_never(rules)
        if impossible:
            self.add_error("criterion", f"No network can do this: {impossible} {_possible_instead(rules)}".strip())
            return
        for seed in self.cleaned_data.get("practice_seeds", ()):
            impossible = why_impossible(rules, rules.starting_spec.with_seed(seed))
            if impossible:
                self.add_error("practice_seeds", f"Nobody can succeed on practice seed {seed}: {impossible}")

    def _ask_before_change(self) -> None:
        if self.consequences and not self.cleaned_data["confirm"]:
            self.add_error("confirm", "Tick this to go ahead.")

    @property
    def consequences(self) -> list[str]:
        """What the change means for hand-ins that are there, in sentences; empty if it means nothing."""
        if self.task is None or not self.hand_ins or self.errors.keys() - {"confirm"}:
            return []
        changed = {name for name, value in self.values.items() if getattr(self.task, name) != value}
        count = f"{self.hand_ins:,} hand-in{'' if self.hand_ins == 1 else 's'}"
        sentences = []
        if changed & set(RULES):
            sentences.append(
                f"{count} followed the present rules. Their results stay as they are; a run that is repeated, and "
                "everything handed in from now on, follows the new rules."
            )
        if changed & {*POINTS, "max_epochs"}:
            sentences.append(f"The automatic points of {count} are computed anew at once.")
        return sentences

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the row, once the form is valid."""
        cleaned = self.cleaned_data
        plain = {name: cleaned[name] for name in (*PLAIN, *POINTS, "slug", "criterion", "target", "max_epochs")}
        return plain | {"practice_seeds": cleaned["practice_seeds"], "allowed_settings": self.allowed_settings}


def _possible_instead(rules: TaskRules) -> str:
    """Name the criteria that these rules leave open."""
    others = [name for name in Criterion if name != rules.criterion and not why_never(replace(rules, criterion=name))]
    return f"Possible: {', or '.join(other.label for other in others)}." if others else ""


def start_of(task: Task) -> dict[str, Any]:
    """Give the values with which a task's form opens."""
    names = (*PLAIN, *POINTS, "slug", "criterion", "target", "max_epochs", "allowed_settings")
    return {name: getattr(task, name) for name in names} | {"practice_seeds": " ".join(task.practice_seeds)}
