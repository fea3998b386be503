"""Who gets to the pages that say how a task is graded. What is not allowed answers as what does not exist: 404."""

from typing import NamedTuple

from django.http import Http404

from coursework.access import staff_enrollment_or_404, task_or_404
from coursework.models import Enrollment, Task, User
from grading.grades.permissions import may_edit_rubric, may_grade


class StaffTask(NamedTuple):
    """A task, and the member of the course's staff who looks at it."""

    viewer: Enrollment
    task: Task


def staff_task_or_404(*, user: User, course: str, assignment: str, task: str) -> StaffTask:
    """Return a task for the course's staff; raise Http404 for anybody else."""
    viewer = staff_enrollment_or_404(user=user, course=course)
    return StaffTask(viewer, task_or_404(enrollment=viewer, assignment=assignment, task=task))


def rubric_editor_task_or_404(*, user: User, course: str, assignment: str, task: str) -> StaffTask:
    """Return a task for those who change its rubric and how it is graded; raise Http404 for anybody else."""
    found = staff_task_or_404(user=user, course=course, assignment=assignment, task=task)
    if not may_edit_rubric(found.viewer):
        raise Http404
    return found


def grader_task_or_404(*, user: User, course: str, assignment: str, task: str) -> StaffTask:
    """Return a task for those who grade it; raise Http404 for anybody else."""
    found = staff_task_or_404(user=user, course=course, assignment=assignment, task=task)
    if not may_grade(found.viewer):
        raise Http404
    return found
