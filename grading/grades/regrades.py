"""What a student may ask about a grade, until when, and what was asked and answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import F, Max, QuerySet

from grading.grades.deadline import regrade_deadline
from grading.grades.reading import StudentGrade
from grading.grades.rule import State
from grading.models import (
    Grade,
    RegradeAbout,
    RegradeRequest,
    ReleaseMode,
    RubricItem,
    Verification,
)

_SAYS_SOMETHING = {State.GRADED, State.SETTLED, State.EXCUSED, State.MISSING}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a grade that a student can ask about. `key` names it in forms; `request` is what was asked so far."""

    about: RegradeAbout
    label: str
    item: RubricItem | None = None
    request: RegradeRequest | None = None

    @property
    def key(self) -> str:
        """Name the part within its grade."""
        return f"{self.about.value}-{self.item.pk}" if self.item else self.about.value


@dataclass(frozen=True, slots=True)
class Asking:
    """What can be asked, and if nothing can: why. `until` is None where the task has no second looks."""

    parts: Sequence[Part]
    until: datetime | None
    why_not: str

    @property
    def open_parts(self) -> list[Part]:
        """The parts that were not asked about yet; none if nothing can be asked."""
        return [] if self.why_not else [part for part in self.parts if part.request is None]


def regrades_of(grade: Grade | None) -> list[RegradeRequest]:
    """Return the requests about a grade, the oldest first."""
    return list(grade.regrade_requests.select_related("item", "answered_by")) if grade is not None else []


def asking(grade: StudentGrade, *, now: datetime) -> Asking:
    """Say what the student may ask about this grade; the task comes with assignment and course."""
    since = _since(grade)
    zone = ZoneInfo(grade.task.assignment.course.time_zone)
    until = None if since is None else regrade_deadline(since=since, days=grade.policy.regrade_days, zone=zone)
    if not grade.is_released:
        return Asking([], until, "Points are not released yet, so there is nothing to look at again.")
    if grade.result.state not in _SAYS_SOMETHING:
        return Asking([], until, "There are no points yet, so there is nothing to look at again.")
    parts = _parts(grade)
    if until is None:
        return Asking(parts, None, "This task has no second looks. Ask your instructor.")
    if now > until:
        return Asking(parts, until, f"The time to ask ended {_said(until)}.")
    if all(part.request for part in parts):
        return Asking(parts, until, "You have asked about every part; each can be asked about once.")
    return Asking(parts, until, "")


def _since(grade: StudentGrade) -> datetime | None:
    """Return from when the days are counted: the release by a person, or where none is needed all that came last."""
    if not grade.is_released:
        return None
    if grade.policy.release == ReleaseMode.MANUAL:
        return grade.released_at
    attempts = [attempt.submission_id for attempt in grade.attempts]
    settled = Verification.objects.filter(submission__in=attempts).aggregate(last=Max("finished_at"))["last"]
    decided = grade.row.decided_at if grade.row is not None else None
    moments = (grade.window.due_at, settled, decided, grade.released_at)
    return max(moment for moment in moments if moment is not None)


def _parts(grade: StudentGrade) -> list[Part]:
    """List what a grade is made of: rubric and decision only where a person decided, or nothing else is there."""
    asked = {(one.about, one.item_id): one for one in regrades_of(grade.row)}
    parts = []
    if grade.attempts:
        automatic = RegradeAbout.AUTOMATIC
        parts.append(Part(automatic, "The automatic points", request=asked.get((automatic, None))))
    if grade.is_decided:
        for item in items_in_order(RubricItem.objects.filter(task=grade.task)):
            request = asked.get((RegradeAbout.ITEM, item.pk))
            parts.append(Part(RegradeAbout.ITEM, item_label(item), item, request))
    if grade.is_decided or not parts or grade.result.state is State.EXCUSED:
        decision = RegradeAbout.DECISION
        parts.append(Part(decision, "What a person decided or wrote", request=asked.get((decision, None))))
    return parts


def items_in_order(items: QuerySet[RubricItem]) -> QuerySet[RubricItem]:
    """Order items as the rubric shows them: those without a group first."""
    by_group = F("group__position").asc(nulls_first=True)
    return items.select_related("group").order_by(by_group, "group", "position", "pk")


def item_label(item: RubricItem) -> str:
    """Name an item with its group."""
    return f"{item.group.title}: {item.title}" if item.group else item.title


def _said(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M}"
