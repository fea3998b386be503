"""Which settings reach the target how often: all attempts of a class that were verified, by each setting's value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from coursework.models import Submission, Task
from coursework.templatetags.coursework_extras import features, layers
from engine.spec import written
from grading.dashboard.rows import ClassRow
from grading.grades.rule import AttemptResult
from grading.models import CONFIRMED, Outcome

SHOWN = 12
_NAMES = {
    "learning_rate": "Learning rate",
    "activation": "Activation",
    "hidden_layers": "Hidden layers",
    "features": "Inputs",
    "regularization": "Regularization",
    "batch_size": "Batch size",
}


@dataclass(frozen=True, slots=True)
class SettingUsed:
    """One value of one setting: in how many verified attempts, and what came of those."""

    name: str
    value: SafeString | str
    used: int
    confirmed: int
    median_epochs: float | None

    @property
    def share(self) -> float:
        """The share whose claim was confirmed."""
        return self.confirmed / self.used


def settings_of(task: Task) -> dict[int, Mapping[str, Any]]:
    """Return the settings of every hand-in to a task, by submission."""
    return dict(Submission.objects.filter(task=task).order_by().values_list("pk", "settings"))


def settings_used(rows: Sequence[ClassRow], settings: Mapping[int, Mapping[str, Any]]) -> list[SettingUsed]:
    """Say which values are hardest, those that reach the target least often first.

    Attempts that nothing is known of, or of which nothing was run, don't count. A setting that everybody has at the
    same value says nothing and is left out, and so are values of fewer than one attempt in fifty.
    """
    attempts = [one for row in rows for one in row.grade.attempts if _was_run(one) and one.submission_id in settings]
    least = max(2, len(attempts) // 50)
    found = [one for name in _NAMES for one in _of_setting(name, attempts, settings, least)]
    return sorted(found, key=lambda one: (one.share, -one.used))


def _was_run(attempt: AttemptResult) -> bool:
    return attempt.outcome is not None and attempt.outcome != Outcome.SETTINGS_NOT_ALLOWED


def _of_setting(
    name: str, attempts: Iterable[AttemptResult], settings: Mapping[int, Mapping[str, Any]], least: int
) -> list[SettingUsed]:
    by_value: dict[Any, list[AttemptResult]] = defaultdict(list)
    for one in attempts:
        value = settings[one.submission_id].get(name)
        by_value[tuple(value) if isinstance(value, list) else value].append(one)
    if len(by_value) < 2:
        return []
    return [_used(name, value, those) for value, those in by_value.items() if len(those) >= least]


def _used(name: str, value: Any, attempts: Sequence[AttemptResult]) -> SettingUsed:
    confirmed = [one for one in attempts if one.outcome in CONFIRMED]
    epochs = [one.official_epochs for one in confirmed if one.official_epochs is not None]
    return SettingUsed(
        _NAMES[name], _words(name, value), len(attempts), len(confirmed), median(epochs) if epochs else None
    )


def _words(name: str, value: Any) -> SafeString | str:
    if name == "features":
        return features(value)
    if name == "hidden_layers":
        return layers(value)
    return format_html("{}", written(value))
