"""Reads for those who make courses: what is there, what is missing, and what a change would do."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet

from coursework.deadlines import LatePolicy, Standing, Window
from coursework.feasible import why_impossible, why_never
from coursework.models import Assignment, Course, Enrollment, Role, Submission, Task, User
from coursework.selectors.deadlines import last_instant, windows_of


def taught_courses(user: User) -> QuerySet[Course]:
    """Return the courses in which a person is an instructor, newest first."""
    enrolled = Enrollment.objects.filter(user=user, role=Role.INSTRUCTOR, active=True)
    return Course.objects.filter(pk__in=enrolled.values("course")).annotate(
        assignment_count=Count("assignments", distinct=True)
    )


def may_create_courses(user: User) -> bool:
    """Tell who makes new courses: operators, and whoever teaches one already."""
    return user.is_staff or taught_courses(user).exists()


def people_counts(course: Course) -> dict[str, int]:
    """Count a course's active people by role; roles that nobody has are 0."""
    found = Counter(Enrollment.objects.filter(course=course, active=True).values_list("role", flat=True))
    return {role.value: found[role.value] for role in Role}


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task as its makers see it: what is still missing or can't work stands in `warnings`."""

    task: Task
    hand_ins: int
    seeds: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssignmentState:
    """An assignment with its tasks, and where it stands now for those with the most time."""

    assignment: Assignment
    standing: Standing
    tasks: tuple[TaskState, ...]

    @property
    def hand_ins(self) -> int:
        """How many hand-ins there are to all its tasks."""
        return sum(state.hand_ins for state in self.tasks)


def course_state(course: Course, now: datetime) -> list[AssignmentState]:
    """Gather a course's assignments and tasks with what is missing in them."""
    tasks = Task.objects.annotate(hand_in_count=Count("submissions")).prefetch_related("course_seeds")
    assignments = course.assignments.prefetch_related(Prefetch("tasks", queryset=tasks))
    return [
        AssignmentState(
            assignment=assignment,
            standing=last_instant(assignment).standing(now),
            tasks=tuple(_task_state(task) for task in assignment.tasks.all()),
        )
        for assignment in assignments
    ]


def _task_state(task: Task) -> TaskState:
    hand_ins: int = task.hand_in_count  # type: ignore[attr-defined]  # an annotation of the query above
    return TaskState(task, hand_ins, len(task.course_seeds.all()), tuple(task_warnings(task)))


def task_warnings(task: Task) -> list[str]:
    """Say what about a task is missing or can't work."""
    impossible = why_never(task.rules)
    if impossible:
        return [f"The target can’t be reached: {impossible}"]
    seeds = [row.seed for row in task.course_seeds.all()]
    warnings = [] if seeds else ["No course seeds: nobody can be ranked."]
    closed = impossible_seeds(task, seeds)
    if closed:
        named = ", ".join(closed)
        warnings.append(f"On {_count(len(closed), 'course seed')} the target can’t be reached any more: {named}.")
    if task.practice_per_day and not task.practice_seeds:
        warnings.append("No practice seeds: students can’t try a design before handing in.")
    return warnings


def impossible_seeds(task: Task, seeds: list[str]) -> list[str]:
    """List the seeds on which no network can meet the task's criterion under its present rules."""
    rules, start = task.rules, task.rules.starting_spec
    return [seed for seed in seeds if why_impossible(rules, start.with_seed(seed))]


@dataclass(frozen=True, slots=True)
class WindowChange:
    """How many stored hand-ins a change of times or late policy would touch, all extensions considered."""

    become_late: int
    become_on_time: int
    cost_changes: int  # late before and after, and it costs them another share of their points

    @property
    def moves(self) -> bool:
        """True if any hand-in changes its standing."""
        return bool(self.become_late or self.become_on_time or self.cost_changes)

    @property
    def sentence(self) -> str:
        """What happens, in words."""
        parts = []
        if self.become_late:
            verb = "becomes" if self.become_late == 1 else "become"
            parts.append(f"{_count(self.become_late, 'hand-in')} {verb} late and no longer rank{_s(self.become_late)}")
        if self.become_on_time:
            verb = "becomes" if self.become_on_time == 1 else "become"
            parts.append(f"{_count(self.become_on_time, 'late hand-in')} {verb} on time and may rank")
        if self.cost_changes:
            verb = "loses" if self.cost_changes == 1 else "lose"
            parts.append(f"{_count(self.cost_changes, 'late hand-in')} {verb} another share of the points than now")
        return ("; ".join(parts) or "No hand-in changes its standing") + ". Extensions hold as before."


def window_change(assignment: Assignment, window: Window, policy: LatePolicy) -> WindowChange:
    """Compare, for every hand-in, its standing and what lateness costs it with those under other times and rules."""
    before = windows_of(assignment)
    changed = Assignment(pk=assignment.pk, opens_at=window.opens_at, due_at=window.due_at, closes_at=window.closes_at)
    after = windows_of(changed)
    moves: Counter[bool] = Counter()
    cost_changes = 0
    for submission in Submission.objects.filter(task__assignment=assignment).select_related("enrollment"):
        then, received_at = before(submission.enrollment), submission.received_at
        other = after(submission.enrollment)
        was, will = (each.standing(received_at) is Standing.ON_TIME for each in (then, other))
        if was != will:
            moves[will] += 1
        elif assignment.late_policy.percent(then, received_at) != policy.percent(other, received_at):
            cost_changes += 1
    return WindowChange(become_late=moves[False], become_on_time=moves[True], cost_changes=cost_changes)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _s(number: int) -> str:
    return "s" if number == 1 else ""
