"""Reads of line items, the columns of an LMS's gradebook: whose scores go into them, and of what."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from coursework.models import Assignment, Enrollment, Role, Task
from coursework.public_address import public_address
from grading.grades.reading import grades_of
from grading.lti.told import Points, Untold, points_of
from grading.models import Grade, LineItem, LmsMember


def working() -> QuerySet[LineItem]:
    """Line items that are sent to."""
    return LineItem.objects.filter(active=True, lms_course__deployment__platform__active=True)


def about(task: Task) -> QuerySet[LineItem]:
    """Line items into which a task's points go: its own, and its assignment's."""
    return working().filter(Q(task=None) | Q(task=task.pk), assignment=task.assignment_id)


def members_of(item: LineItem) -> QuerySet[LmsMember]:
    """Those whose scores go into a line item: students here who are in the LMS's course as well."""
    return graded_members().filter(lms_course=item.lms_course_id)


def graded_members() -> QuerySet[LmsMember]:
    """Members of the LMS's courses who are students here."""
    return LmsMember.objects.filter(active=True, enrollment__active=True, enrollment__role=Role.STUDENT)


def tasks_in(item: LineItem) -> list[Task]:
    """Return the tasks whose points go into a line item, in their order, with assignment and course."""
    tasks = Task.objects.filter(assignment=item.assignment_id)
    if item.task_id is not None:
        tasks = tasks.filter(pk=item.task_id)
    return list(tasks.select_related("assignment__course").order_by("position", "pk"))


def points_in(item: LineItem, people: Iterable[Enrollment]) -> Mapping[int, Points | Untold]:
    """Read what is to be told of these people, by their enrollments' keys; in a fixed number of queries."""
    tasks, found = tasks_in(item), list(people)
    grades = grades_of(tasks, found)
    page = page_of(item.assignment, tasks[0] if item.task_id is not None and tasks else None)
    return {one.pk: points_of([grades[task.pk, one.pk] for task in tasks], page=page) for one in found}


def page_of(assignment: Assignment, task: Task | None) -> str:
    """Return the address of the page on which a student reads more; the assignment comes with its course."""
    where: dict[str, Any] = {"course": assignment.course.slug, "assignment": assignment.slug}
    if task is not None:
        where["task"] = task.slug
    path = reverse("task", kwargs=where) + "#grade" if task is not None else reverse("assignment", kwargs=where)
    return public_address(path)


def people_excused(items: Sequence[LineItem]) -> dict[int, int]:
    """Count those for whom a line item's tasks don't count at all, by line item: LTI has no word for that."""
    assignments = {item.assignment_id for item in items}
    tasks: dict[int, set[int]] = {pk: set() for pk in assignments}
    for pk, assignment in Task.objects.filter(assignment__in=assignments).values_list("pk", "assignment"):
        tasks[assignment].add(pk)
    excused: dict[tuple[int, int], set[int]] = {}
    rows = Grade.objects.filter(task__assignment__in=assignments, excused=True, enrollment__lms_places__active=True)
    for task, person, course in rows.values_list("task", "enrollment", "enrollment__lms_places__lms_course"):
        excused.setdefault((course, task), set()).add(person)
    found = {}
    for item in items:
        own = {item.task_id} if item.task_id is not None else tasks[item.assignment_id]
        people = [excused.get((item.lms_course_id, task), set()) for task in own if task is not None]
        found[item.pk] = len(set.intersection(*people)) if people else 0
    return found
