"""The tasks of a course, in the order in which everything lists them."""

from django.db.models import QuerySet

from coursework.models import Course, Task


def in_order(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Sort tasks by what is due first, and within an assignment as its instructors put them."""
    return tasks.order_by("assignment__due_at", "assignment", "position", "pk")


def tasks_of(course: Course) -> list[Task]:
    """Return a course's tasks in their order, with their assignments."""
    return list(in_order(Task.objects.filter(assignment__course=course).select_related("assignment__course")))
