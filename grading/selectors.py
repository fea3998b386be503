"""Reads of what grading decided. Permission is checked before, by coursework.access."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from coursework.deadlines import Standing, Window
from coursework.models import Assignment, Course, Enrollment, Role, Submission, Task
from coursework.selectors.deadlines import windows_of
from grading.estimates import FEWEST
from grading.leaderboard import Entry, Placed, RankKey, best_per_student, placed, rank_key
from grading.models import CONFIRMED, Outcome, RunKind, Status, Verification, VerificationRun

LATELY = timedelta(days=1)
SO_MANY = 50


def latest_verification(submission: Submission) -> Verification | None:
    """Return the verification that speaks for a submission: the newest completed one, else the newest of all.

    A rerun speaks only once it has completed. Until then, and if it fails by us, the earlier result counts on.
    """
    rows = sorted(submission.verifications.all(), key=_age, reverse=True)
    return next((row for row in rows if row.status == Status.COMPLETED), rows[0] if rows else None)


def unfinished_rerun(submission: Submission) -> Verification | None:
    """Return the newest verification if an earlier one still speaks for the submission: it runs, or failed by us."""
    newest = max(submission.verifications.all(), key=_age, default=None)
    return None if newest == latest_verification(submission) else newest


def _age(verification: Verification) -> tuple[datetime, int]:
    return verification.queued_at, verification.pk


def with_verifications(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Fetch the verifications along with submissions, without a query for each."""
    return submissions.select_related("task__assignment__course", "enrollment__user").prefetch_related("verifications")


def place_in_queue(verification: Verification) -> int:
    """Return the place of a queued hand-in: 1 is the next. Reruns have a queue of their own and make nobody wait."""
    earlier = Q(queued_at__lt=verification.queued_at) | Q(queued_at=verification.queued_at, pk__lt=verification.pk)
    return Verification.objects.filter(earlier, status=Status.QUEUED, requested_by__isnull=True).count() + 1


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


def leaderboard(task: Task, *, received_until: datetime | None = None) -> list[Placed]:
    """Rank the students of a task by their best verified submission that was on time.

    `received_until` leaves out what was handed in after that instant.
    """
    rows = _rankable(submission__task=task)
    if received_until is not None:
        rows = rows.filter(submission__received_at__lte=received_until)
    return placed(_counting(rows, windows_of(task.assignment)).values())


def counting_entry(*, task: Task, enrollment: Enrollment) -> Entry | None:
    """Return the student's attempt that counts: the best verified one that was on time."""
    own = _rankable(submission__task=task, submission__enrollment=enrollment)
    return _counting(own, windows_of(task.assignment)).get(enrollment.pk)


def name_shown(enrollment: Enrollment) -> str:
    """Return the name under which classmates see a student: the pseudonym, or by own choice the name."""
    return enrollment.user.display_name if enrollment.show_name else enrollment.pseudonym


def _rankable(**where: Any) -> QuerySet[Verification]:
    """Return the completed verifications of students that meet the conditions.

    One that still runs or failed by us does not speak yet: while a submission is run again, its place stays.
    """
    return Verification.objects.filter(
        **where,
        status=Status.COMPLETED,
        submission__enrollment__role=Role.STUDENT,
        submission__enrollment__active=True,
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    """As much of a verification as decides whether it counts. There are many, and few of them are shown."""

    verification_id: int
    submission_id: int
    task_id: int
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
    "submission__task_id",
    "submission__enrollment_id",
    "submission__enrollment__section_id",
    "outcome",
    "official_epochs",
    "parameters",
    "submission__received_at",
)


def counting_by_task(
    tasks: Iterable[Task], enrollments: Iterable[Enrollment], window: Callable[[Assignment, Enrollment], Window]
) -> dict[int, Entry]:
    """Return by task what counts of one person's attempts, in all the courses of these enrollments."""
    assignments = {task.pk: task.assignment for task in tasks}
    by_task: dict[int, list[_Candidate]] = defaultdict(list)
    for candidate in _candidates(_rankable(submission__enrollment__in=list(enrollments))):
        by_task[candidate.task_id].append(candidate)
    best = {
        task: verification_id
        for task, rows in by_task.items()
        for verification_id in _best(rows, partial(window, assignments[task]))
    }
    entries = _entries(list(best.values()))
    return {task: entries[verification_id] for task, verification_id in best.items()}


def _counting(rows: QuerySet[Verification], window: Callable[[Enrollment], Window]) -> dict[int, Entry]:
    """Return the entry of each student that counts, by enrollment: the best confirmed one that was on time."""
    entries = _entries(_best(_candidates(rows), window))
    return {entry.enrollment_id: entry for entry in entries.values()}


def counting_submissions(task: Task) -> set[int]:
    """Return the submissions to a task that count: of each student the best confirmed one that was on time."""
    candidates = {row.verification_id: row for row in _candidates(_rankable(submission__task=task))}
    best = _best(candidates.values(), windows_of(task.assignment))
    return {candidates[verification_id].submission_id for verification_id in best}


def _candidates(rows: QuerySet[Verification]) -> Iterable[_Candidate]:
    """Return the newest of the verifications of each submission: it speaks for it."""
    newest: dict[int, _Candidate] = {}
    for values in rows.order_by("submission", "-queued_at", "-pk").values_list(*_CANDIDATE):
        candidate = _Candidate(*values)
        newest.setdefault(candidate.submission_id, candidate)
    return newest.values()


def _best(candidates: Iterable[_Candidate], window: Callable[[Enrollment], Window]) -> list[int]:
    """Return the verifications that count: of each student the best confirmed one that was on time."""
    confirmed = (row for row in candidates if row.outcome in CONFIRMED)
    on_time = (row for row in confirmed if _on_time(row, window))
    return [row.verification_id for row in best_per_student(on_time).values()]


def _on_time(row: _Candidate, window: Callable[[Enrollment], Window]) -> bool:
    student = Enrollment(pk=row.enrollment_id, section_id=row.section_id)  # all that a window depends on
    return window(student).standing(row.received_at) is Standing.ON_TIME


def _entries(verification_ids: list[int]) -> dict[int, Entry]:
    """Make entries of these verifications, by their keys, in two queries."""
    seed_epochs: dict[int, list[int | None]] = {}
    runs = VerificationRun.objects.filter(kind=RunKind.COURSE_SEED, verification__in=verification_ids)
    for verification_id, reached in runs.order_by("position").values_list("verification_id", "reached"):
        seed_epochs.setdefault(verification_id, []).append(reached)
    rows = Verification.objects.filter(pk__in=verification_ids).select_related("submission__enrollment__user")
    shown = rows.only("official_epochs", *_SHOWN)
    return {row.pk: entry_of(row.submission, row.official_epochs, tuple(seed_epochs.get(row.pk, ()))) for row in shown}


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


def entry_of(submission: Submission, official_epochs: float | None, seed_epochs: tuple[int | None, ...] = ()) -> Entry:
    """Return the entry of a submission with this result."""
    spec = submission.spec
    return Entry(
        enrollment_id=submission.enrollment_id,
        receipt_number=submission.receipt_number,
        shown_name=name_shown(submission.enrollment),
        official_epochs=official_epochs,
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


def students(course: Course) -> QuerySet[Enrollment]:
    """Return a course's students by name."""
    return (
        Enrollment.objects.filter(course=course, role=Role.STUDENT, active=True)
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "user__username")
    )
