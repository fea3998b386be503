"""Whose work on which task an address is about, as staff may see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from rest_framework.request import Request

from coursework.access import task_or_404
from coursework.models import Enrollment, Role, Task, User
from grading.api.permissions import api_enrollment, api_staff_enrollment, api_user
from grading.grades.keys import grade_key, with_key
from grading.grades.permissions import may_grade, may_release
from grading.grades.queue import students_of
from grading.grades.reading import StudentGrade, grade_of


@dataclass(frozen=True, slots=True)
class StaffPlace:
    """A task, and the member of the course's staff who asks."""

    viewer: Enrollment
    task: Task

    @property
    def user(self) -> User:
        """Who asks."""
        return self.viewer.user


@dataclass(frozen=True, slots=True)
class WorkPlace(StaffPlace):
    """A student's work on the task."""

    student: Enrollment

    def grade(self) -> StudentGrade:
        """Read the student's grade as it is now."""
        return grade_of(self.task, self.student)


def staff_place(request: Request, course: str, assignment: str, task: str, *, releases: bool = False) -> StaffPlace:
    """Return the task for those who grade it, with `releases` for those who release; Http404 for anybody else."""
    viewer = api_staff_enrollment(request, course)
    if not (may_release(viewer) if releases else may_grade(viewer)):
        raise Http404
    viewer.user = api_user(request)  # saves fetching it again
    return StaffPlace(viewer, task_or_404(enrollment=viewer, assignment=assignment, task=task))


def work_place(request: Request, course: str, assignment: str, task: str, key: str) -> WorkPlace:
    """Return a student's work on a task by its key; Http404 if it is nobody's in the course."""
    place = staff_place(request, course, assignment, task)
    student = with_key(place.task, students_of(place.task), key)
    if student is None:
        raise Http404
    return WorkPlace(place.viewer, place.task, student)


def own_place(request: Request, course: str, assignment: str, task: str) -> tuple[Enrollment, Task]:
    """Return a student and a task of the course; Http404 for all others, staff among them."""
    enrollment = api_enrollment(request, course)
    if enrollment.role != Role.STUDENT:
        raise Http404
    enrollment.user = api_user(request)
    return enrollment, task_or_404(enrollment=enrollment, assignment=assignment, task=task)


def chosen(task: Task, people: Sequence[Enrollment], keys: Sequence[str]) -> tuple[list[Enrollment], list[str]]:
    """Return those of these people whose keys are named, in the order of the names, and the keys of nobody."""
    by_key = {grade_key(task.pk, one.pk): one for one in people}
    wanted = list(dict.fromkeys(keys))
    return [by_key[key] for key in wanted if key in by_key], [key for key in wanted if key not in by_key]
