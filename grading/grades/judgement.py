"""What a person says of a student's work: what it consists of, and what is wrong with it, if anything."""

from dataclasses import dataclass
from decimal import Decimal

from coursework.models import Task
from grading.grades.rubric import Rubric
from grading.grades.rule import ZERO
from grading.scoring import STEP

LONGEST_COMMENT = 10_000
LONGEST_REASON = 300  # the columns'

Problem = tuple[str, str]  # field, sentence


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything that a person decides about a student's work on a task. `items` are keys of rubric items."""

    items: frozenset[int] = frozenset()
    adjustment: Decimal = ZERO
    adjustment_reason: str = ""
    override: Decimal | None = None
    override_reason: str = ""
    comment: str = ""


def problems_of(judgement: Judgement, task: Task, rubric: Rubric) -> list[Problem]:
    """Say what can't be stored, each with the field, the value and what is allowed; nothing if all is well."""
    return [
        *_rubric_problems(judgement, rubric),
        *_points_problems("adjustment", judgement.adjustment, -task.points, task.points),
        *_points_problems("override", judgement.override, ZERO, task.points),
        *_reason_problems("adjustment_reason", judgement.adjustment_reason, needed=bool(judgement.adjustment)),
        *_reason_problems("override_reason", judgement.override_reason, needed=judgement.override is not None),
        *_text_problems("comment", judgement.comment, LONGEST_COMMENT),
    ]


def _rubric_problems(judgement: Judgement, rubric: Rubric) -> list[Problem]:
    found: list[Problem] = []
    unknown = sorted(judgement.items - {line.pk for line in rubric.lines})
    if unknown:
        keys = ", ".join(map(str, unknown))
        found.append(("items", f"Item {keys} is not in this task’s rubric: look at the list and save again."))
    for block in rubric.blocks:
        ticked = sum(line.pk in judgement.items for line in block.lines)
        if block.one_only and ticked > 1:
            found.append(("items", f"{ticked} items of “{block.title}” are ticked; at most one of them can be."))
    return found


def _points_problems(field: str, points: Decimal | None, least: Decimal, most: Decimal) -> list[Problem]:
    if points is None:
        return []
    allowed = f"allowed are {written(least)} to {written(most)}, with one decimal"
    if not points.is_finite() or points != round(points, 1):
        return [(field, f"{points} can’t be stored: {allowed}.")]
    return [] if least <= points <= most else [(field, f"{written(points)} is out of range: {allowed}.")]


def _reason_problems(field: str, reason: str, *, needed: bool) -> list[Problem]:
    if needed and not reason:
        return [(field, "Missing: say why, for the student and for whoever looks at it a term later.")]
    return _text_problems(field, reason, LONGEST_REASON)


def _text_problems(field: str, text: str, longest: int) -> list[Problem]:
    if "\0" in text:
        return [(field, "It has a character that can’t be stored (NUL); please leave it out.")]
    if len(text) > longest:
        return [(field, f"It has {len(text):,} characters; at most {longest:,} are kept.")]
    return []


def written(points: Decimal) -> str:
    """Write points with one decimal and a real minus sign."""
    return f"{points.quantize(STEP):f}".replace("-", "−")
