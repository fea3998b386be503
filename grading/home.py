"""What a person finds on the first page: what is due in each course, where it stands, and the latest results.

However many courses and tasks there are, it takes the same few queries.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coursework.deadlines import Standing, Window
from coursework.models import Assignment, Course, Enrollment, Submission, Task, User
from coursework.selectors.deadlines import own_windows
from coursework.selectors.tasks import in_order
from grading.leaderboard import Entry
from grading.models import Verification
from grading.selectors import counting_by_task, latest_verification, with_verifications
from grading.wording import Mark, mark

SOON = timedelta(days=1)
SO_MANY_RESULTS = 5


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as its student (or its staff) sees it from afar."""

    task: Task
    window: Window
    standing: Standing
    has_own_time: bool  # an extension gives this person more time than the class has
    is_soon: bool
    used: int
    latest: Mark | None
    counting: Entry | None

    @property
    def attempts_left(self) -> int:
        """How often the student may still hand in."""
        return max(0, self.task.attempts - self.used)

    @property
    def may_hand_in(self) -> bool:
        """True while the student's window is open and attempts are left."""
        return self.standing.accepted and self.attempts_left > 0


@dataclass(frozen=True, slots=True)
class CourseTasks:
    """A person's course: what is still due (soonest first), and what is over (latest first)."""

    enrollment: Enrollment
    due: Sequence[TaskLine] = field(default=())
    over: Sequence[TaskLine] = field(default=())

    @property
    def soonest(self) -> datetime | None:
        """The next due time of the course."""
        return self.due[0].window.due_at if self.due else None


@dataclass(frozen=True, slots=True)
class Result:
    """A settled attempt."""

    submission: Submission
    verification: Verification
    mark: Mark


def courses_of(user: User, *, now: datetime) -> tuple[list[CourseTasks], list[Result]]:
    """Return the person's courses, those with the soonest due time first, and the latest results of their own."""
    enrollments = list(Enrollment.objects.filter(user=user, active=True).select_related("course"))
    window = own_windows(enrollments)
    submissions = _submissions(enrollments)
    tasks = _tasks([enrollment.course for enrollment in enrollments])
    all_tasks = [task for of_course in tasks.values() for task in of_course]
    lines = _Lines(now, window, submissions, counting_by_task(all_tasks, enrollments, window))
    courses = [_course(enrollment, tasks[enrollment.course_id], lines) for enrollment in enrollments]
    courses.sort(key=lambda course: (course.soonest is None, course.soonest or now, course.enrollment.course.title))
    return courses, _results(submissions)


def lines_of(assignment: Assignment, enrollment: Enrollment, *, now: datetime) -> list[TaskLine]:
    """Return an assignment's tasks as one of its students (or its staff) finds them."""
    tasks = [task for task in _tasks([enrollment.course])[enrollment.course_id] if task.assignment_id == assignment.pk]
    window = own_windows([enrollment])
    lines = _Lines(now, window, _submissions([enrollment]), counting_by_task(tasks, [enrollment], window))
    return [lines.line(task, enrollment) for task in tasks]


@dataclass(frozen=True, slots=True)
class _Lines:
    """All that a task's line is made of."""

    now: datetime
    window: Callable[[Assignment, Enrollment], Window]
    submissions: dict[int, list[Submission]]
    counting: dict[int, Entry]

    def line(self, task: Task, enrollment: Enrollment) -> TaskLine:
        window = self.window(task.assignment, enrollment)
        own = self.submissions.get(task.pk, [])
        verification = latest_verification(own[0]) if own else None
        return TaskLine(
            task=task,
            window=window,
            standing=window.standing(self.now),
            has_own_time=window != task.assignment.window,
            is_soon=self.now <= window.due_at <= self.now + SOON,
            used=len(own),
            latest=mark(verification) if verification else None,
            counting=self.counting.get(task.pk),
        )


def _submissions(enrollments: Sequence[Enrollment]) -> dict[int, list[Submission]]:
    """Return the person's own submissions by task, newest attempt first."""
    by_task: dict[int, list[Submission]] = defaultdict(list)
    for submission in with_verifications(Submission.objects.filter(enrollment__in=enrollments)).order_by("-attempt"):
        by_task[submission.task_id].append(submission)
    return dict(by_task)


def _tasks(courses: Sequence[Course]) -> dict[int, list[Task]]:
    by_course: dict[int, list[Task]] = defaultdict(list)
    tasks = Task.objects.filter(assignment__course__in=courses).select_related("assignment__course")
    for task in in_order(tasks).prefetch_related("course_seeds"):
        by_course[task.assignment.course_id].append(task)
    return by_course


def _course(enrollment: Enrollment, tasks: Sequence[Task], lines: _Lines) -> CourseTasks:
    found = [lines.line(task, enrollment) for task in tasks]
    due = sorted((line for line in found if line.standing is not Standing.CLOSED), key=lambda line: line.window.due_at)
    over = [line for line in found if line.standing is Standing.CLOSED]
    over.sort(key=lambda line: line.window.due_at, reverse=True)
    return CourseTasks(enrollment, tuple(due), tuple(over))


def _results(submissions: dict[int, list[Submission]]) -> list[Result]:
    """Return what was settled last."""
    settled = [
        Result(submission, verification, mark(verification))
        for own in submissions.values()
        for submission in own
        if (verification := latest_verification(submission)) is not None and verification.finished_at is not None
    ]
    settled.sort(key=lambda result: (result.verification.finished_at, result.submission.pk), reverse=True)
    return settled[:SO_MANY_RESULTS]
