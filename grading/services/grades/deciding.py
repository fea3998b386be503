"""What people decide about a student's work on a task. The result that they saw is kept; no rerun changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from coursework.models import Enrollment, Task, User
from grading.grades.judgement import Judgement, Problem, problems_of, written
from grading.grades.reading import StudentGrade, grade_of
from grading.grades.rubric import rubric_of
from grading.grades.rule import ZERO, AttemptResult
from grading.models import Grade, RubricMark
from grading.services.grades.frozen import (
    DECIDED,
    UNDECIDED,
    Frozen,
    ResultChanged,
    freeze,
    frozen_in,
    passed_over,
    record_act,
    settled_key,
    text_of,
    totals,
)
from grading.services.grades.rows import locked_grade
from grading.services.lti.passback import mark_scores
from grading.services.webhooks.telling import tell_decided


class DecisionRefused(Exception):
    """The decision can't be kept; `problems` name the fields, the values and what is allowed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(sentence for _, sentence in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person had in view: the row's version, the attempt, and its result as far as it was settled."""

    version: int
    submission_id: int | None = None
    verification_id: int | None = None
    automatic: Decimal | None = None


def seen_of(grade: StudentGrade, attempt: AttemptResult | None) -> Seen:
    """Return what somebody sees who has this attempt open; a decided one is seen as it was decided on."""
    row = grade.row
    version = row.version if row is not None else 0
    if row is not None and grade.is_decided and row.submission_id == (attempt.submission_id if attempt else None):
        return Seen(version, row.submission_id, row.verification_id, row.automatic)
    if attempt is None:
        return Seen(version)
    return Seen(version, attempt.submission_id, settled_key(attempt), attempt.automatic)


@transaction.atomic
def decide(*, task: Task, enrollment: Enrollment, actor: User, seen: Seen, judgement: Judgement) -> Grade:
    """Keep a person's decision on what they saw. Deciding what stands already changes and records nothing.

    Raises GradeChanged if somebody else was faster, ResultChanged if the result is another by now, and DecisionRefused.
    """
    row = locked_grade(task=task, enrollment=enrollment, version=seen.version)
    problems = problems_of(judgement, task, rubric_of(task))
    if problems:
        raise DecisionRefused(problems)
    before = grade_of(task, enrollment)
    frozen = _frozen(before, seen)
    if before.is_decided and frozen == frozen_in(row) and judgement == judgement_of(row):
        return row
    earlier = Judgement() if before.row is None else judgement_of(row)
    freeze(row, frozen, actor)
    row.by_release = False
    for field in ("adjustment", "adjustment_reason", "override", "override_reason", "comment"):
        setattr(row, field, getattr(judgement, field))
    row.save(update_fields=DECIDED)
    _tick(row, judgement.items)
    _record_decision(row, before, earlier, judgement, actor)
    tell_decided(task, enrollment)
    mark_scores(task=task, enrollments=[enrollment])
    return row


@transaction.atomic
def undecide(*, task: Task, enrollment: Enrollment, actor: User, version: int | None) -> Grade:
    """Take a decision back: the automatic points follow the verifications again; only the comment stays.

    Raises GradeChanged; with None as `version`, whatever stands there is meant. Where nobody has decided, nothing
    changes.
    """
    row = locked_grade(task=task, enrollment=enrollment, version=version)
    if row.decided_at is None:
        return row
    before = grade_of(task, enrollment)
    for name, value in UNDECIDED.items():
        setattr(row, name, value)
    row.override = None
    row.adjustment, row.adjustment_reason, row.override_reason = ZERO, "", ""
    row.version += 1
    row.save(update_fields=DECIDED)
    row.rubric_marks.all().delete()
    record_act("grade.undecided", row, before, actor, **totals(before, row))
    mark_scores(task=task, enrollments=[enrollment])
    return row


def judgement_of(row: Grade) -> Judgement:
    """Return what stands in a row, as a person would say it again."""
    return Judgement(
        items=frozenset(row.rubric_marks.values_list("item", flat=True)),
        adjustment=row.adjustment,
        adjustment_reason=row.adjustment_reason,
        override=row.override,
        override_reason=row.override_reason,
        comment=row.comment,
    )


def _frozen(grade: StudentGrade, seen: Seen) -> Frozen:
    """Return the result to keep: that of an earlier decision on this attempt, else the one that was seen."""
    attempt = next((one for one in grade.attempts if one.submission_id == seen.submission_id), None)
    now = seen_of(grade, attempt)
    if seen.submission_id is None and grade.attempts and not grade.is_decided:
        raise ResultChanged(f"Attempt {grade.attempts[-1].attempt} was handed in while you had the page open.")
    if now != seen:
        raise ResultChanged(_changed(attempt, seen, now))
    row = grade.row
    if row is not None and grade.is_decided and row.submission_id == seen.submission_id:
        return frozen_in(row)
    return Frozen(now.submission_id, now.verification_id, now.automatic, passed_over(grade, attempt))


def _changed(attempt: AttemptResult | None, seen: Seen, now: Seen) -> str:
    number = f"Attempt {attempt.attempt}" if attempt is not None else "The attempt"
    if now.automatic == seen.automatic:
        return f"{number} was run again while you had the page open; its automatic points are the same."
    was, there_is = (_said(one.automatic) for one in (seen, now))
    return (
        f"The result of {number.lower()} changed while you had the page open: it gave {was}, and gives {there_is} now."
    )


def _said(automatic: Decimal | None) -> str:
    return "no automatic points" if automatic is None else f"{written(automatic)} automatic points"


def _tick(row: Grade, items: frozenset[int]) -> None:
    ticked = set(row.rubric_marks.values_list("item", flat=True))
    row.rubric_marks.exclude(item__in=items).delete()
    RubricMark.objects.bulk_create(RubricMark(grade=row, item_id=item) for item in sorted(items - ticked))


def _record_decision(row: Grade, before: StudentGrade, earlier: Judgement, now: Judgement, actor: User) -> None:
    """Say what was decided in keys and numbers; reasons and comment stand in the row only."""
    moved = totals(before, row)
    said = {"items": sorted(now.items), "characters": len(now.comment)}
    record_act("grade.decided", row, before, actor, **said, **moved)
    for name, action in (("adjustment", "grade.adjusted"), ("override", "grade.overridden")):
        was, there_is = getattr(earlier, name), getattr(now, name)
        reasons = getattr(earlier, f"{name}_reason"), getattr(now, f"{name}_reason")
        if was != there_is or reasons[0] != reasons[1]:
            changed = {f"{name}_from": text_of(was), f"{name}_to": text_of(there_is)}
            record_act(action, row, before, actor, **changed, **moved)
