"""Errors that the engine raises, each listing in plain words what is wrong and what is allowed."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN_CHARACTERS = 80
LABELS = {
    "link": "Link",
    "activation": "Activation",
    "regularization": "Regularization",
    "regularization_rate": "Regularization rate",
    "learning_rate": "Learning rate",
    "batch_size": "Batch size",
    "dataset": "Data set",
    "problem": "Problem type",
    "noise": "Noise",
    "train_percent": "Share of training data",
    "hidden_layers": "Hidden layers",
    "features": "Features",
    "seed": "Seed",
    "init_zero": "Zero start weights",
    "resets": "Resets",
}


def printable(value: object) -> str:
    """Give any value as at most 80 printable characters, so that hostile text can't spoil a page or a log."""
    if isinstance(value, int) and value.bit_length() > 256:  # Python refuses to write out very long integers
        return "a number of more than 70 digits"
    text = str(value)[: SHOWN_CHARACTERS + 1]
    escaped = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
    return escaped if len(escaped) <= SHOWN_CHARACTERS else escaped[: SHOWN_CHARACTERS - 1] + "…"


@dataclass(frozen=True)
class Problem:
    """One value that can't be used: the field of `Spec`, the value as text, and what is allowed instead.

    An empty value means that it is missing.
    """

    field: str
    value: str
    allowed: str

    def __post_init__(self) -> None:
        """Shorten and escape the value: it may come from a hostile link."""
        object.__setattr__(self, "value", printable(self.value))

    @property
    def message(self) -> str:
        """One sentence for the person who typed the value."""
        label = LABELS.get(self.field, self.field.replace("_", " ").capitalize())
        if not self.value:
            return f"{label} missing: {self.allowed}."
        return f"{label} {self.value} is not allowed: {self.allowed}."


class EngineError(Exception):
    """Everything that the engine raises on purpose."""


class _ListedProblems(EngineError):
    """An error made of problems, all of them listed at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(problem.message for problem in self.problems))

    def __reduce__(self) -> tuple[type, tuple[tuple[Problem, ...]]]:
        """Survive the way from a worker process: exceptions pickle their message otherwise."""
        return type(self), (self.problems,)


class LinkError(_ListedProblems):
    """Text that can't be read as a Playground link."""


class SpecError(_ListedProblems):
    """Settings that can't be used."""


class KernelError(EngineError):
    """A kernel that there is not, or that is not installed."""


class BudgetExceeded(EngineError):
    """The work would take, or has taken, more than the caller allowed."""


class Cancelled(EngineError):
    """The caller asked to stop."""
