"""Reads of what grading decided. Permission is checked before, by coursework.access."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from coursework.deadlines import Standing, Window
from coursework.models import Assignment, Course, Enrollment, Role, Submission, Task
from coursework.selectors.deadlines import last_instant, windows_of
from grading.estimates import FEWEST
from grading.leaderboard import Entry, Placed, best_per_student, placed
from grading.models import CONFIRMED, Outcome, RunKind, Status, Verification, VerificationRun

LATELY = timedelta(days=1)
SO_MANY = 50


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


def recent_seconds(task: Task, *, now: datetime) -> list[float]:
    """Return how many seconds verifications took lately: those of the task, or where these are few those of all."""
    settled = Verification.objects.filter(
        status=Status.COMPLETED, queued_at__gte=now - LATELY, started_at__isnull=False, finished_at__isnull=False
    ).exclude(outcome=Outcome.SETTINGS_NOT_ALLOWED)  # over at once
    newest = settled.order_by("-queued_at").values_list("started_at", "finished_at")
    of_task = list(newest.filter(submission__task=task)[:SO_MANY])
    times = of_task if len(of_task) >= FEWEST else list(newest[:SO_MANY])
    return [(finished - started).total_seconds() for started, finished in times if started and finished]


def workers_lately(*, now: datetime) -> int:
    """Count the worker processes that are at work, or settled something in the last two minutes."""
    at_work = Q(status=Status.RUNNING, lease_expires_at__gt=now)
    just_done = Q(status=Status.COMPLETED, queued_at__gte=now - LATELY, finished_at__gte=now - timedelta(minutes=2))
    return Verification.objects.filter(at_work | just_done).values("worker").distinct().order_by().count()


def seeds_visible(task: Task, *, viewer: Enrollment, now: datetime) -> bool:
    """Say whether the course seeds' values may be seen: by staff, by instructor's leave, or once nobody can hand in."""
    if viewer.is_course_staff or task.seeds_shown:
        return True
    return last_instant(task.assignment).standing(now) is Standing.CLOSED


def leaderboard(task: Task) -> list[Placed]:
    """Rank the students of a task by their best verified submission that was on time."""
    return placed(_entries(_ranked_verifications(task), windows_of(task.assignment)))


def counting_entry(*, task: Task, enrollment: Enrollment) -> Entry | None:
    """Return the student's attempt that counts: the best verified one that was on time."""
    own = _ranked_verifications(task).filter(submission__enrollment=enrollment)
    return best_per_student(_entries(own, windows_of(task.assignment))).get(enrollment.pk)


def counting_by_task(
    enrollments: Iterable[Enrollment], window: Callable[[Assignment, Enrollment], Window]
) -> dict[int, Entry]:
    """Return by task what counts of one person's attempts, in all the courses of these enrollments."""
    by_task: dict[int, list[Verification]] = {}
    assignments: dict[int, Assignment] = {}
    own = _rankable(submission__enrollment__in=list(enrollments)).select_related(
        "submission__task__assignment", "submission__enrollment"
    )
    for row in own:
        task = row.submission.task
        by_task.setdefault(task.pk, []).append(row)
        assignments[task.pk] = task.assignment
    return {
        task: entry
        for task, rows in by_task.items()
        for entry in best_per_student(_entries(rows, partial(window, assignments[task]))).values()
    }


def _ranked_verifications(task: Task) -> QuerySet[Verification]:
    """Return the verifications that can rank if on time: those of students, newest of each submission first."""
    return _rankable(submission__task=task)


def _rankable(**where: Any) -> QuerySet[Verification]:
    """Return those of them that meet the conditions."""
    seeds = VerificationRun.objects.filter(kind=RunKind.COURSE_SEED).defer("trace", "weights")
    return (
        Verification.objects.filter(
            **where,
            submission__enrollment__role=Role.STUDENT,
            submission__enrollment__active=True,
        )
        .select_related("submission__enrollment")
        .prefetch_related(Prefetch("runs", queryset=seeds, to_attr="seed_runs"))
        .order_by("submission", "-queued_at", "-pk")
    )


def _entries(verifications: Iterable[Verification], window: Callable[[Enrollment], Window]) -> list[Entry]:
    """Make entries of the newest verification of each submission, where that verifies it and it was on time."""
    newest: dict[int, Verification] = {}
    for verification in verifications:
        newest.setdefault(verification.submission_id, verification)
    confirmed = [row for row in newest.values() if row.outcome in CONFIRMED]
    return [_entry(row) for row in confirmed if _on_time(row.submission, window(row.submission.enrollment))]


def _on_time(submission: Submission, window: Window) -> bool:
    return window.standing(submission.received_at) is Standing.ON_TIME


def _entry(verification: Verification) -> Entry:
    submission = verification.submission
    spec = submission.spec
    seed_runs: list[VerificationRun] = verification.seed_runs  # type: ignore[attr-defined]  # made by the prefetch
    return Entry(
        enrollment_id=submission.enrollment_id,
        receipt_number=submission.receipt_number,
        pseudonym=submission.enrollment.pseudonym,
        official_epochs=verification.official_epochs,
        parameters=spec.parameters,
        received_at=submission.received_at,
        hidden_layers=spec.hidden_layers,
        features=spec.features,
        seed_epochs=tuple(run.reached for run in seed_runs),
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
    best = best_per_student(_entries(_ranked_verifications(task), window))
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
