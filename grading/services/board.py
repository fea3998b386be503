"""Acts on a task's leaderboard: how students see it, under which names, and who looked behind them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from coursework.models import Course, Enrollment, Role, Task, User
from coursework.services.events import record
from grading.grades.names import hidden_names

UNTIL_RELEASED = (
    "A task of this course is graded without names, and a student’s pseudonym is the same on all of them. Names can be "
    "shown once all its grades are released."
)
SETTINGS = ("board_hidden", "board_top", "designs_shown", "seeds_shown")


class NamesHidden(Exception):
    """A task of the course is graded without names; the message says until when, in words for staff."""

    def __init__(self) -> None:
        super().__init__(UNTIL_RELEASED)


def any_hidden(task: Task) -> bool:
    """Say whether any student of the task's class is to be graded without a name still, on whatever task of the course.

    A student has the same pseudonym on all of them.
    """
    hidden = _hidden_in(task.assignment.course)
    people = Enrollment.objects.filter(course=task.assignment.course, role=Role.STUDENT, active=True)
    return any(hidden(pk) for pk in people.values_list("pk", flat=True))


def _hidden_in(course: Course) -> Callable[[int], bool]:
    """Return what says of an enrollment whether its name is hidden on any task of the course."""
    each = [hidden_names(task) for task in Task.objects.filter(assignment__course=course, grading_policy__blind=True)]
    return lambda enrollment: any(hidden(enrollment) for hidden in each)


def set_board(*, task: Task, actor: User, frozen: bool, values: Mapping[str, Any]) -> list[str]:
    """Change how students see the leaderboard; returns the names of the fields that changed.

    Freezing takes this instant; freezing what is frozen keeps the earlier one. The settings are stored and remembered
    in one transaction, and nothing is where nothing changed.
    """
    with transaction.atomic():
        stored = Task.objects.select_for_update().get(pk=task.pk)
        wanted = {name: values[name] for name in SETTINGS}
        if frozen != (stored.board_frozen_at is not None):
            wanted["board_frozen_at"] = timezone.now() if frozen else None
        changed = {name: value for name, value in wanted.items() if getattr(stored, name) != value}
        if changed:
            Task.objects.filter(pk=task.pk).update(**changed)
            _record("leaderboard.changed", task, actor, **{name: _plain(value) for name, value in changed.items()})
    return list(changed)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def reveal_names(*, task: Task, actor: User) -> dict[int, str]:
    """Return the names of the course's students by enrollment, and remember who asked.

    Raises NamesHidden while any of them is to be graded without a name; of who has left, it is left out.
    """
    course = task.assignment.course
    students = Enrollment.objects.filter(course=course, role=Role.STUDENT).select_related("user")
    if any_hidden(task):
        raise NamesHidden
    with transaction.atomic():
        hidden = _hidden_in(course)
        names = {student.pk: student.user.display_name for student in students if not hidden(student.pk)}
        _record("leaderboard.revealed", task, actor, students=len(names))
    return names


def show_as(*, enrollment: Enrollment, own_name: bool) -> None:
    """Show a student on the leaderboards of the course under the own name, or under the pseudonym."""
    Enrollment.objects.filter(pk=enrollment.pk).update(show_name=own_name)


def _record(action: str, task: Task, actor: User, **details: Any) -> None:
    subject = f"task {task.assignment.slug}/{task.slug}"
    record(
        action=action,
        actor=actor,
        course=task.assignment.course,
        subject=subject,
        about=[task],
        task=task.pk,
        **details,
    )
