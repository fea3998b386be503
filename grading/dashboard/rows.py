"""One row per student of a task: the grade, what speaks for it, its evidence, and why a person has to look."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet

from coursework.models import Enrollment, Submission, Task
from grading.dashboard.needs import Reason, reasons_of
from grading.evidence.standing import Standing, standings
from grading.grades.keys import grade_key
from grading.grades.names import names_hidden, staff_name
from grading.grades.reading import StudentGrade, grades_of
from grading.grades.rule import AttemptResult, Progress
from grading.models import CONFIRMED, Outcome, RegradeRequest, RegradeState, Status
from grading.selectors import students
from grading.wording import MARKS, Mark


class Bucket(StrEnum):
    """The parts of a class, each student in one; in the order of the bar."""

    VERIFIED = "verified"
    DECIDED = "decided"  # not reproduced, and a person has graded it
    TO_REVIEW = "to_review"
    RUNNING = "running"
    NOT_REACHED = "not_reached"
    DIVERGED = "diverged"
    NOT_ALLOWED = "not_allowed"
    FAILED = "failed"
    NONE = "none"


_BUCKETS = {
    **dict.fromkeys(CONFIRMED, Bucket.VERIFIED),
    Outcome.CLAIM_NOT_REPRODUCED: Bucket.TO_REVIEW,
    Outcome.TARGET_NOT_REACHED: Bucket.NOT_REACHED,
    Outcome.DIVERGED: Bucket.DIVERGED,
    Outcome.SETTINGS_NOT_ALLOWED: Bucket.NOT_ALLOWED,
}
_UNSETTLED = {Progress.WAITING: Bucket.RUNNING, Progress.FAILED: Bucket.FAILED}
NOT_REPRODUCED = Mark("calm", "eye", "Not reproduced, graded")


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One student of a task's class. `name` is the only thing in it that pages may show of who it is."""

    grade: StudentGrade
    name: str
    hidden: bool
    spoken: AttemptResult | None  # the attempt that the row is about; None: nothing handed in
    bucket: Bucket
    standing: Standing | None  # of the newest attempt's evidence
    regrade_since: datetime | None  # the oldest open request
    reasons: Sequence[Reason]  # why a person has to look, the first weighs most

    @property
    def key(self) -> str:
        """The student's key in addresses and forms, which says nothing about who it is."""
        return grade_key(self.grade.task.pk, self.grade.enrollment.pk)

    @property
    def is_late(self) -> bool:
        """Whether the attempt that the row is about came after the student's own due time."""
        return self.spoken is not None and self.spoken.is_late

    @property
    def mark(self) -> Mark | None:
        """What came of the attempt that the row is about."""
        if self.spoken is None:
            return None
        if self.bucket is Bucket.DECIDED:
            return NOT_REPRODUCED
        if self.spoken.outcome is not None:
            return MARKS[self.spoken.outcome]
        return MARKS[Status.FAILED if self.spoken.progress is Progress.FAILED else Status.RUNNING]

    @property
    def need(self) -> tuple[int, float, float]:
        """By which rows are sorted: what needs a person first, the weightiest evidence, and who waits longest."""
        if not self.reasons:
            return len(Reason), 0.0, 0.0
        first = self.reasons[0]
        weight = self.standing.weight if self.standing is not None and self.standing.needs_look else 0.0
        place = 0 if first in (Reason.NOT_REPRODUCED, Reason.EVIDENCE) else list(Reason).index(first)
        newest = self.grade.newest
        return place, -weight, newest.received_at.timestamp() if newest is not None else 0.0


def class_of(task: Task, *, now: datetime | None = None) -> list[ClassRow]:
    """Read the class of one task, by name, in a fixed number of queries; where names are hidden, by keys."""
    return classes_of([task], list(students(task.assignment.course)), now=now)[task.pk]


def classes_of(
    tasks: Sequence[Task], people: Sequence[Enrollment], *, now: datetime | None = None
) -> dict[int, list[ClassRow]]:
    """Read the class of each of these tasks of one course: {task: rows}."""
    grades = grades_of(tasks, people, now=now)
    asked = _open_requests(tasks)
    found: dict[int, list[ClassRow]] = {}
    for task in tasks:
        known = standings(task, newest_submissions(task))
        rows = [_row(grades[task.pk, one.pk], known, asked.get((task.pk, one.pk))) for one in people]
        found[task.pk] = in_order(rows)
    return found


def newest_submissions(task: Task) -> QuerySet[Submission]:
    """Return the newest submission of each student to a task."""
    later = Submission.objects.filter(
        task=OuterRef("task"), enrollment=OuterRef("enrollment"), attempt__gt=OuterRef("attempt")
    )
    return Submission.objects.filter(~Exists(later), task=task)


def in_order(rows: Iterable[ClassRow]) -> list[ClassRow]:
    """Keep rows as they come, by name; if any name is hidden, put all in the order of their keys."""
    rows = list(rows)
    return sorted(rows, key=lambda row: row.key) if any(row.hidden for row in rows) else rows


def spoken_of(grade: StudentGrade) -> AttemptResult | None:
    """Return the attempt that a student's row is about: the newest while it needs anything, else what counts."""
    newest = grade.newest
    if newest is None:
        return None
    undecided = not grade.is_decided and newest.needs_a_person
    return newest if undecided or newest.progress is not Progress.SETTLED else grade.result.counting or newest


def _bucket(grade: StudentGrade, spoken: AttemptResult | None) -> Bucket:
    if spoken is None:
        return Bucket.NONE
    if spoken.outcome is None:
        return _UNSETTLED.get(spoken.progress, Bucket.RUNNING)
    found = _BUCKETS[spoken.outcome]
    return Bucket.DECIDED if found is Bucket.TO_REVIEW and grade.is_decided else found


def _row(grade: StudentGrade, known: dict[int, Standing], asked: datetime | None) -> ClassRow:
    hidden = names_hidden(grade)
    spoken, newest = spoken_of(grade), grade.newest
    standing = known.get(newest.submission_id) if newest is not None else None
    return ClassRow(
        grade=grade,
        name=staff_name(grade.enrollment, hidden=hidden),
        hidden=hidden,
        spoken=spoken,
        bucket=_bucket(grade, spoken),
        standing=standing,
        regrade_since=asked,
        reasons=reasons_of(grade, standing, has_request=asked is not None),
    )


def _open_requests(tasks: Sequence[Task]) -> dict[tuple[int, int], datetime]:
    """Return since when the oldest open regrade request of each student waits: {(task, enrollment): asked}."""
    rows = RegradeRequest.objects.filter(grade__task__in=tasks, state=RegradeState.OPEN).order_by("-asked_at")
    return {(task, person): at for task, person, at in rows.values_list("grade__task", "grade__enrollment", "asked_at")}
