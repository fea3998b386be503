"""What people decide about a student's work on a task. The result that they saw is kept; no rerun changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from coursework.models import Enrollment, Submission, Task, User
from coursework.services.events import record
from grading.grades.judgement import Judgement, Problem, problems_of, written
from grading.grades.reading import StudentGrade, grade_of
from grading.grades.rubric import rubric_of
from grading.grades.rule import ZERO, AttemptResult, Progress, counting_attempt
from grading.models import LIVE, Grade, RubricMark, Verification
from grading.services.grades.rows import locked_grade

DECIDED = (
    *("decided_at", "decided_by", "submission", "verification", "automatic", "kept_against"),
    *("adjustment", "adjustment_reason", "override", "override_reason", "comment", "version"),
)


class DecisionRefused(Exception):
    """The decision can't be kept; `problems` name the fields, the values and what is allowed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(sentence for _, sentence in problems))
        self.problems = problems


class ResultChanged(Exception):
    """What the machine says is not what the person saw any more; the message says what it was and is."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person had in view: the row's version, the attempt, and its result as far as it was settled."""

    version: int
    submission_id: int | None = None
    verification_id: int | None = None
    automatic: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """The result that a decision rests on."""

    submission_id: int | None = None
    verification_id: int | None = None
    automatic: Decimal | None = None
    kept_against: int | None = None


def seen_of(grade: StudentGrade, attempt: AttemptResult | None) -> Seen:
    """Return what somebody sees who has this attempt open; a decided one is seen as it was decided on."""
    row = grade.row
    version = row.version if row is not None else 0
    if row is not None and grade.is_decided and row.submission_id == (attempt.submission_id if attempt else None):
        return Seen(version, row.submission_id, row.verification_id, row.automatic)
    if attempt is None:
        return Seen(version)
    return Seen(version, attempt.submission_id, _settled(attempt), attempt.automatic)


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
    if before.is_decided and frozen == _frozen_in(row) and judgement == judgement_of(row):
        return row
    earlier = Judgement() if before.row is None else judgement_of(row)
    _freeze(row, frozen, actor)
    for field in ("adjustment", "adjustment_reason", "override", "override_reason", "comment"):
        setattr(row, field, getattr(judgement, field))
    row.save(update_fields=DECIDED)
    _tick(row, judgement.items)
    _record_decision(row, before, earlier, judgement, actor)
    return row


@transaction.atomic
def undecide(*, task: Task, enrollment: Enrollment, actor: User, version: int) -> Grade:
    """Take a decision back: the automatic points follow the verifications again; only the comment stays.

    Raises GradeChanged. Where nobody has decided, nothing changes.
    """
    row = locked_grade(task=task, enrollment=enrollment, version=version)
    if row.decided_at is None:
        return row
    before = grade_of(task, enrollment)
    row.decided_at = row.decided_by = row.submission = row.verification = row.kept_against = None
    row.automatic = row.override = None
    row.adjustment, row.adjustment_reason, row.override_reason = ZERO, "", ""
    row.version += 1
    row.save(update_fields=DECIDED)
    row.rubric_marks.all().delete()
    _record("grade.undecided", row, before, actor, **_totals(before, row))
    return row


@transaction.atomic
def keep(*, task: Task, enrollment: Enrollment, actor: User, version: int, verification_id: int) -> Grade:
    """Stay with what was decided, having seen a newer result. Raises GradeChanged and ResultChanged."""
    row, grade, newer = _differing(task, enrollment, version, verification_id)
    row.kept_against_id = verification_id
    row.version += 1
    row.save(update_fields=["kept_against", "version"])
    _record("grade.kept", row, grade, actor, verification=verification_id, automatic=_text(newer.automatic))
    return row


@transaction.atomic
def take(*, task: Task, enrollment: Enrollment, actor: User, version: int, verification_id: int) -> Grade:
    """Let a decision rest on a newer result; rubric, adjustment and override stay. Raises as `keep` does."""
    row, grade, newer = _differing(task, enrollment, version, verification_id)
    _freeze(row, Frozen(newer.submission_id, verification_id, newer.automatic, _kept(grade, newer)), actor)
    row.save(update_fields=DECIDED)
    _record("grade.taken", row, grade, actor, verification=verification_id, **_totals(grade, row))
    return row


@transaction.atomic
def assign(*, task: Task, enrollment: Enrollment, actor: User, version: int, to: User | None) -> Grade:
    """Pass the grading on to somebody of the staff, or to nobody in particular. Raises GradeChanged."""
    row = locked_grade(task=task, enrollment=enrollment, version=version)
    if row.assigned_to != to:
        row.assigned_to = to
        row.version += 1
        row.save(update_fields=["assigned_to", "version"])
        _record("grade.assigned", row, None, actor, to=to.pk if to else None)
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
        return _frozen_in(row)
    return Frozen(now.submission_id, now.verification_id, now.automatic, _kept(grade, attempt))


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


def _kept(grade: StudentGrade, attempt: AttemptResult | None) -> int | None:
    """Return the result that counts by the policy, where another is graded: it was in view, so it is no news.

    Not while an earlier verification of the student still runs: what comes of that one will be news.
    """
    now = counting_attempt(grade.attempts, grade.rule.counts)
    key = None if now is None or now == attempt else _settled(now)
    return None if key is None or _runs_before(grade, key) else key


def _runs_before(grade: StudentGrade, verification_id: int) -> bool:
    own = Verification.objects.filter(submission__task=grade.task, submission__enrollment=grade.enrollment)
    return own.filter(status__in=LIVE, pk__lt=verification_id).exists()


def _settled(attempt: AttemptResult) -> int | None:
    return attempt.verification_id if attempt.progress is Progress.SETTLED else None


def _differing(
    task: Task, enrollment: Enrollment, version: int, verification_id: int
) -> tuple[Grade, StudentGrade, AttemptResult]:
    row = locked_grade(task=task, enrollment=enrollment, version=version)
    grade = grade_of(task, enrollment)
    newer = grade.result.differs
    if newer is None or newer.verification_id != verification_id:
        raise ResultChanged("Meanwhile there is another result than the one that you answered about: look again.")
    if _runs_before(grade, verification_id):
        raise ResultChanged("Another run of this student’s work is not done yet: answer once it is.")
    return row, grade, newer


def _frozen_in(row: Grade) -> Frozen:
    return Frozen(row.submission_id, row.verification_id, row.automatic, row.kept_against_id)


def _freeze(row: Grade, frozen: Frozen, actor: User) -> None:
    row.decided_at, row.decided_by = timezone.now(), actor
    row.submission_id, row.verification_id = frozen.submission_id, frozen.verification_id
    row.automatic, row.kept_against_id = frozen.automatic, frozen.kept_against
    row.version += 1


def _tick(row: Grade, items: frozenset[int]) -> None:
    ticked = set(row.rubric_marks.values_list("item", flat=True))
    row.rubric_marks.exclude(item__in=items).delete()
    RubricMark.objects.bulk_create(RubricMark(grade=row, item_id=item) for item in sorted(items - ticked))


def _record_decision(row: Grade, before: StudentGrade, earlier: Judgement, now: Judgement, actor: User) -> None:
    """Say what was decided in keys and numbers; reasons and comment stand in the row only."""
    totals = _totals(before, row)
    said = {"items": sorted(now.items), "characters": len(now.comment)}
    _record("grade.decided", row, before, actor, **said, **totals)
    for name, action in (("adjustment", "grade.adjusted"), ("override", "grade.overridden")):
        was, there_is = getattr(earlier, name), getattr(now, name)
        reasons = getattr(earlier, f"{name}_reason"), getattr(now, f"{name}_reason")
        if was != there_is or reasons[0] != reasons[1]:
            changed = {f"{name}_from": _text(was), f"{name}_to": _text(there_is)}
            _record(action, row, before, actor, **changed, **totals)


def _totals(before: StudentGrade, row: Grade) -> dict[str, Any]:
    after = grade_of(before.task, before.enrollment)
    return {"points_from": _text(before.result.total), "points_to": _text(after.result.total), "version": row.version}


def _text(points: Decimal | None) -> str | None:
    return None if points is None else f"{points:.1f}"


def _record(action: str, row: Grade, before: StudentGrade | None, actor: User, **details: Any) -> None:
    """Add an event about the attempt that was graded, else about the student's work on the task."""
    course = row.task.assignment.course
    pk = row.submission_id or (before.row.submission_id if before is not None and before.row is not None else None)
    submission = Submission.objects.filter(pk=pk).first() if pk else None
    if submission is not None:
        subject = f"submission {submission.receipt_number}"
        record(action=action, actor=actor, course=course, subject=subject, about=[submission], **details)
    else:
        about: list[Task | Enrollment | Submission] = [row.task, row.enrollment]
        subject = f"enrollment {row.enrollment_id}"
        record(action=action, actor=actor, course=course, subject=subject, about=about, **details)
