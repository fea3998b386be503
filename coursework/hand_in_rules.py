"""What stands against a hand-in, in the words for who hands in: one rule for the page's form and for programs. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coursework.design import Design
from coursework.rules import TaskRules
from coursework.services.screenshots import ALLOWED, MOST_SCREENSHOTS
from coursework.services.submissions import TOO_MANY_PICTURES

OF_LINK = "link"  # every other name of a refusal is that of a field of engine.spec.Spec


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that has to be mended: what it is about, and the sentence that says so."""

    about: str
    message: str


def of_design(design: Design) -> Iterator[Refusal]:
    """Say why a design can't be read, what the task does not allow of it, and whether its seed makes it impossible."""
    for problem in design.unreadable:
        yield Refusal(OF_LINK, problem.message)
    for problem in design.problems:
        yield Refusal(problem.field, problem.message)
    if design.impossible:
        yield Refusal("seed", f"{design.impossible} Take another seed: nothing was used up.")


def of_claim(rules: TaskRules, claimed: int) -> str | None:
    """Refuse a claim that no run of this task can confirm."""
    if 1 <= claimed <= rules.max_epochs:
        return None
    shown = f"{claimed:,}" if abs(claimed) < 10**12 else "This number"
    return f"{shown} is not allowed: 1 to {rules.max_epochs:,} epochs."


def no_claim(rules: TaskRules) -> str:
    """Ask for the claimed epoch."""
    return f"Say at which epoch you reached the target: 1 to {rules.max_epochs:,}."


def unreadable_claim(rules: TaskRules) -> str:
    """Refuse what is no whole number."""
    return f"The claimed epoch is a whole number from 1 to {rules.max_epochs:,}."


def of_pictures(pictures: int, refused: Iterable[str]) -> list[str]:
    """Say why pictures are not taken: `refused` for those that were looked at, then too many, or none at all."""
    found = list(refused)
    if not pictures and not found:
        found.append(f"Add at least one screenshot. Allowed: 1 to {MOST_SCREENSHOTS} {ALLOWED}.")
    if pictures > MOST_SCREENSHOTS:
        found.append(TOO_MANY_PICTURES.format(pictures))
    return found
