"""Reads of what grading decided. Permission is checked before, by coursework.access."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from coursework.deadlines import Standing, Window
from coursework.models import Course, Enrollment, Role, Submission, Task
from coursework.selectors.deadlines import windows_of
from grading.leaderboard import Entry, Placed, RankKey, best_per_student, placed, rank_key
from grading.models import CONFIRMED, RunKind, Status, Verification, VerificationRun


def latest_verification(submission: Submission) -> Verification | None:
    """Return the verification that speaks for a submission: the newest one, whatever its state."""
    return max(submission.verifications.all(), key=lambda row: (row.queued_at, row.pk), default=None)


def with_verifications(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Fetch the verifications along with submissions, without a query for each."""
    return submissions.select_related("task__assignment__course", "enrollment__user").prefetch_related("verifications")


def place_in_queue(verification: Verification) -> int:
    """Return the place of a queued verification: 1 is the next."""
    ahead = Verification.objects.filter(status=Status.QUEUED, queued_at__lt=verification.queued_at).count()
    same_instant = Verification.objects.filter(
        status=Status.QUEUED, queued_at=verification.queued_at, pk__lt=verification.pk
    ).count()
    return ahead + same_instant + 1


def leaderboard(task: Task, *, received_until: datetime | None = None) -> list[Placed]:
    """Rank the students of a task by their best verified submission that was on time.

    `received_until` leaves out what was handed in after that instant.
    """
    rows = _rankable(task)
    if received_until is not None:
        rows = rows.filter(submission__received_at__lte=received_until)
    return placed(_counting(rows, windows_of(task.assignment)).values())


def counting_entry(*, task: Task, enrollment: Enrollment) -> Entry | None:
    """Return the student's attempt that counts: the best verified one that was on time."""
    own = _rankable(task).filter(submission__enrollment=enrollment)
    return _counting(own, windows_of(task.assignment)).get(enrollment.pk)


def name_shown(enrollment: Enrollment) -> str:
    """Return the name under which classmates see a student: the pseudonym, or by own choice the name."""
    return enrollment.user.display_name if enrollment.show_name else enrollment.pseudonym


def _rankable(task: Task) -> QuerySet[Verification]:
    """Return the completed verifications of the course's students; one that still runs or failed by us speaks not yet.

    So while a submission is run again, its place stays.
    """
    return Verification.objects.filter(
        status=Status.COMPLETED,
        submission__task=task,
        submission__enrollment__role=Role.STUDENT,
        submission__enrollment__active=True,
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """As much of a verification as decides whether it counts. There are many, and few of them are shown."""

    verification_id: int
    submission_id: int
    enrollment_id: int
    section_id: int | None
    outcome: str
    official_epochs: float | None
    parameters: int
    received_at: datetime

    @property
    def rank_key(self) -> RankKey:
        return rank_key(self.official_epochs, self.parameters, self.received_at)


_CANDIDATE = (
    "pk",
    "submission_id",
    "submission__enrollment_id",
    "submission__enrollment__section_id",
    "outcome",
    "official_epochs",
    "parameters",
    "submission__received_at",
)


def _counting(rows: QuerySet[Verification], window: Callable[[Enrollment], Window]) -> dict[int, Entry]:
    """Return the entry of each student that counts, by enrollment: the best confirmed one that was on time.

    Of several verifications of a submission the newest speaks.
    """
    newest: dict[int, _Candidate] = {}
    for values in rows.order_by("submission", "-queued_at", "-pk").values_list(*_CANDIDATE):
        candidate = _Candidate(*values)
        newest.setdefault(candidate.submission_id, candidate)
    confirmed = (row for row in newest.values() if row.outcome in CONFIRMED)
    on_time = (row for row in confirmed if _on_time(row, window))
    best = [row.verification_id for row in best_per_student(on_time).values()]
    return {entry.enrollment_id: entry for entry in _entries(best)}


def _on_time(row: _Candidate, window: Callable[[Enrollment], Window]) -> bool:
    student = Enrollment(pk=row.enrollment_id, section_id=row.section_id)  # all that a window depends on
    return window(student).standing(row.received_at) is Standing.ON_TIME


def _entries(verification_ids: list[int]) -> list[Entry]:
    """Make entries of these verifications, in two queries."""
    seed_epochs: dict[int, list[int | None]] = {}
    runs = VerificationRun.objects.filter(kind=RunKind.COURSE_SEED, verification__in=verification_ids)
    for verification_id, reached in runs.order_by("position").values_list("verification_id", "reached"):
        seed_epochs.setdefault(verification_id, []).append(reached)
    rows = Verification.objects.filter(pk__in=verification_ids).select_related("submission__enrollment__user")
    shown = rows.only("official_epochs", *_SHOWN)
    return [_entry(row, tuple(seed_epochs.get(row.pk, ()))) for row in shown]


_SHOWN = (
    "submission__receipt_number",
    "submission__settings",
    "submission__received_at",
    "submission__enrollment__pseudonym",
    "submission__enrollment__show_name",
    "submission__enrollment__user__first_name",
    "submission__enrollment__user__last_name",
    "submission__enrollment__user__username",
)


def _entry(verification: Verification, seed_epochs: tuple[int | None, ...]) -> Entry:
    submission = verification.submission
    spec = submission.spec
    return Entry(
        enrollment_id=submission.enrollment_id,
        receipt_number=submission.receipt_number,
        shown_name=name_shown(submission.enrollment),
        official_epochs=verification.official_epochs,
        parameters=spec.parameters,
        received_at=submission.received_at,
        hidden_layers=spec.hidden_layers,
        features=spec.features,
        seed_epochs=seed_epochs,
    )


@dataclass(frozen=True, slots=True)
class TaskState:
    """Where one student stands in one task."""

    task: Task
    submissions: tuple[tuple[Submission, Verification | None], ...]  # newest first
    counting: Entry | None

    @property
    def attempts_left(self) -> int:
        """How often the student may still hand in."""
        return max(0, self.task.attempts - len(self.submissions))

    @property
    def latest(self) -> Verification | None:
        """The verification of the newest submission."""
        return self.submissions[0][1] if self.submissions else None


def task_state(*, task: Task, enrollment: Enrollment) -> TaskState:
    """Gather a student's submissions to a task, their verifications and the one that counts."""
    own = with_verifications(Submission.objects.filter(task=task, enrollment=enrollment)).order_by("-attempt")
    return TaskState(
        task=task,
        submissions=tuple((submission, latest_verification(submission)) for submission in own),
        counting=counting_entry(task=task, enrollment=enrollment),
    )


@dataclass(frozen=True, slots=True)
class StudentRow:
    """One student in the staff dashboard: the newest submission and what became of it."""

    enrollment: Enrollment
    submission: Submission | None
    verification: Verification | None
    attempts: int
    counting: Entry | None
    late: bool  # the newest submission, by the student's own window


def student_rows(task: Task) -> list[StudentRow]:
    """List all students of the task's course, each with the newest submission; a bounded number of queries."""
    submissions: dict[int, list[Submission]] = {}
    for submission in with_verifications(Submission.objects.filter(task=task)).order_by("-attempt"):
        submissions.setdefault(submission.enrollment_id, []).append(submission)
    window = windows_of(task.assignment)
    best = _counting(_rankable(task), window)
    return [
        _student_row(student, submissions.get(student.pk, []), best, window(student))
        for student in students(task.assignment.course)
    ]


def students(course: Course) -> QuerySet[Enrollment]:
    """Return a course's students by name."""
    return (
        Enrollment.objects.filter(course=course, role=Role.STUDENT, active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "user__username")
    )


def _student_row(enrollment: Enrollment, own: list[Submission], best: dict[int, Entry], window: Window) -> StudentRow:
    newest = own[0] if own else None
    return StudentRow(
        enrollment=enrollment,
        submission=newest,
        verification=latest_verification(newest) if newest else None,
        attempts=len(own),
        counting=best.get(enrollment.pk),
        late=newest is not None and window.standing(newest.received_at) is not Standing.ON_TIME,
    )
