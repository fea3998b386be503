"""Reading grades: of one student or of whole classes, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from coursework.deadlines import Standing, Window
from coursework.models import Assignment, Enrollment, Submission, Task
from coursework.selectors.deadlines import windows_of
from grading.grades.rule import AttemptResult, Decision, Progress, Result, Rule, grade
from grading.models import (
    Grade,
    GradingPolicy,
    Outcome,
    ReleaseMode,
    ReleaseState,
    RubricItem,
    RubricMark,
    Status,
    Verification,
)
from grading.scoring import automatic_points, scoring_rule

_PROGRESS = {Status.COMPLETED: Progress.SETTLED, Status.FAILED: Progress.FAILED}


@dataclass(frozen=True, slots=True)
class StudentGrade:
    """One student's grade on one task, with all that pages and files show of it."""

    task: Task
    enrollment: Enrollment
    policy: GradingPolicy
    rule: Rule
    window: Window  # the student's own
    has_own_time: bool  # an extension gives more time than the class has
    attempts: Sequence[AttemptResult]  # oldest first
    result: Result
    row: Grade | None  # what people made of it, if anything

    @property
    def is_decided(self) -> bool:
        """True once a person has graded it."""
        return self.is_fixed and self.row is not None and not self.row.by_release

    @property
    def is_fixed(self) -> bool:
        """True once a person has graded it, or released it as it was: no newer result changes it by itself."""
        return self.row is not None and self.row.decided_at is not None

    @property
    def is_blind(self) -> bool:
        """True where the task is graded without names."""
        return self.policy.blind

    @property
    def is_released(self) -> bool:
        """Whether the student sees points and feedback: by the policy, unless a person said otherwise."""
        return is_shown(self.policy, self.row)

    @property
    def released_at(self) -> datetime | None:
        """When a person released it; None where nobody had to."""
        return self.row.released_at if self.row is not None else None

    @property
    def is_late(self) -> bool:
        """Whether the attempt that counts came after the student's own due time."""
        return self.result.counting is not None and self.result.counting.is_late

    @property
    def newest(self) -> AttemptResult | None:
        """The newest attempt."""
        return self.attempts[-1] if self.attempts else None


GradeKey = tuple[int, int]  # task, enrollment


def is_shown(policy: GradingPolicy, row: Grade | None) -> bool:
    """Whether a student sees the grade of this row: by the policy, unless a person said otherwise."""
    state = row.release_state if row is not None else ""
    if policy.release == ReleaseMode.AUTOMATIC:
        return state != ReleaseState.HIDDEN
    return state == ReleaseState.RELEASED


def policy_of(task: Task) -> GradingPolicy:
    """Return how a task is graded; the defaults, not stored, where nobody has said anything."""
    found = GradingPolicy.objects.filter(task=task).first()
    return found or GradingPolicy(task=task)


def grade_rule(task: Task, policy: GradingPolicy) -> Rule:
    """Take a task's rule from its rows."""
    return Rule(task.points, policy.counts, policy.rubric_use)  # type: ignore[arg-type]  # columns hold plain words


def grade_of(task: Task, enrollment: Enrollment, *, now: datetime | None = None) -> StudentGrade:
    """Read one student's grade on one task."""
    return grades_of([task], [enrollment], now=now)[task.pk, enrollment.pk]


def grades_of(
    tasks: Iterable[Task], enrollments: Iterable[Enrollment], *, now: datetime | None = None
) -> dict[GradeKey, StudentGrade]:
    """Read the grades of these students (fetched with `user` where names are shown) on these tasks of one course.

    The tasks come with `assignment`. Keys are (task, enrollment), in the order of the students, then of the tasks.
    """
    tasks, people = list(tasks), list(enrollments)
    now = now or timezone.now()
    policies = {policy.task_id: policy for policy in GradingPolicy.objects.filter(task__in=tasks)}
    window = _windows(tasks)
    attempts = _attempts(tasks, people, window)
    rows, rubric = _rows(tasks, people), _rubric_points(tasks)
    found: dict[GradeKey, StudentGrade] = {}
    for person in people:
        for task in tasks:
            key = task.pk, person.pk
            policy = policies.get(task.pk) or GradingPolicy(task=task)
            own, row = window(task.assignment, person), rows.get(key)
            rule = grade_rule(task, policy)
            found[key] = StudentGrade(
                task=task,
                enrollment=person,
                policy=policy,
                rule=rule,
                window=own,
                has_own_time=own != task.assignment.window,
                attempts=attempts.get(key, ()),
                result=grade(
                    rule,
                    attempts.get(key, ()),
                    decision=_decision(row, rubric.get(row.pk) if row else None, has_rubric=task.pk in rubric.tasks),
                    excused=row is not None and row.excused,
                    is_closed=own.standing(now) is Standing.CLOSED,
                ),
                row=row,
            )
    return found


def _windows(tasks: Sequence[Task]) -> Callable[[Assignment, Enrollment], Window]:
    """Return a function that gives anybody's window, after one query for each assignment."""
    assignments = {task.assignment_id: task.assignment for task in tasks}
    of = {pk: windows_of(assignment) for pk, assignment in assignments.items()}
    return lambda assignment, enrollment: of[assignment.pk](enrollment)


_SUBMISSION = ("pk", "task_id", "enrollment_id", "receipt_number", "attempt", "received_at")
_VERIFICATION = ("submission_id", "pk", "status", "outcome", "official_epochs")


def _attempts(
    tasks: Sequence[Task], people: Sequence[Enrollment], window: Callable[[Assignment, Enrollment], Window]
) -> dict[GradeKey, list[AttemptResult]]:
    """Read the attempts with what speaks for each: the newest completed verification, else the newest of all."""
    submissions = Submission.objects.filter(task__in=tasks)
    verifications = Verification.objects.filter(submission__task__in=tasks)
    if len(people) == 1:  # of a whole class a list of keys would be longer than what it leaves out
        submissions = submissions.filter(enrollment=people[0])
        verifications = verifications.filter(submission__enrollment=people[0])
    speaking: dict[int, tuple[int, str, str | None, float | None]] = {}
    rows = verifications.order_by("submission", "-queued_at", "-pk").values_list(*_VERIFICATION)
    for submission_id, *row in rows:
        earlier = speaking.get(submission_id)
        if earlier is None or (earlier[1] != Status.COMPLETED and row[1] == Status.COMPLETED):
            speaking[submission_id] = tuple(row)
    by_task, by_person = {task.pk: task for task in tasks}, {person.pk: person for person in people}
    rules = {task.pk: scoring_rule(task) for task in tasks}
    found: dict[GradeKey, list[AttemptResult]] = defaultdict(list)
    for pk, task_id, enrollment_id, receipt, number, received_at in submissions.order_by("attempt").values_list(
        *_SUBMISSION
    ):
        person = by_person.get(enrollment_id)
        if person is None:
            continue
        task = by_task[task_id]
        own = window(task.assignment, person)
        verification_id, status, outcome, epochs = speaking.get(pk, (None, Status.QUEUED, None, None))
        found[task_id, enrollment_id].append(
            AttemptResult(
                submission_id=pk,
                receipt_number=receipt,
                attempt=number,
                received_at=received_at,
                verification_id=verification_id,
                progress=_PROGRESS.get(Status(status), Progress.WAITING),
                outcome=Outcome(outcome) if outcome else None,
                official_epochs=epochs,
                automatic=automatic_points(rules[task_id], Outcome(outcome) if outcome else None, epochs),
                late_percent=task.assignment.late_policy.percent(own, received_at),
                is_late=received_at > own.due_at,
            )
        )
    return dict(found)


def _rows(tasks: Sequence[Task], people: Sequence[Enrollment]) -> dict[GradeKey, Grade]:
    rows = Grade.objects.filter(task__in=tasks)
    if len(people) == 1:
        rows = rows.filter(enrollment=people[0])
    return {(row.task_id, row.enrollment_id): row for row in rows}


class _Rubric(dict[int, Decimal]):
    """By grade, the sum of the rubric items that hold; `tasks` are those that have a rubric at all."""

    tasks: frozenset[int] = frozenset()


def _rubric_points(tasks: Sequence[Task]) -> _Rubric:
    found = _Rubric()
    found.tasks = frozenset(
        RubricItem.objects.filter(task__in=tasks).order_by().values_list("task", flat=True).distinct()
    )
    if found.tasks:
        marks = RubricMark.objects.filter(grade__task__in=tasks).values_list("grade", "item__points")
        for grade_id, points in marks:
            found[grade_id] = found.get(grade_id, Decimal("0.0")) + points
    return found


def _decision(row: Grade | None, rubric: Decimal | None, *, has_rubric: bool) -> Decision | None:
    if row is None or row.decided_at is None:
        return None
    return Decision(
        submission_id=row.submission_id,
        verification_id=row.verification_id,
        automatic=row.automatic,
        rubric=(rubric or Decimal("0.0")) if has_rubric and not row.by_release else None,
        by_release=row.by_release,
        adjustment=row.adjustment,
        override=row.override,
        kept_against=row.kept_against_id,
    )
