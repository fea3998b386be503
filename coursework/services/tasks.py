"""Acts on tasks: making, changing and deleting them."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from coursework.models import Assignment, Submission, Task, User
from coursework.services.assignments import HasHandIns, unless_graded
from coursework.services.events import record
from coursework.services.rows import apply, slug_once

# What a verification depends on. A change of these makes the measured difficulty of the seeds untrue.
RULES = ("criterion", "target", "max_epochs", "allowed_settings")


def create_task(*, assignment: Assignment, actor: User, values: dict[str, Any]) -> Task:
    """Make a task from its fields, last in its assignment; raises SlugTaken."""
    with transaction.atomic(), slug_once(values["slug"]):
        last = assignment.tasks.aggregate(last=Max("position"))["last"] or 0
        task = Task.objects.create(assignment=assignment, **({"position": last + 1} | values))
        record(action="task.created", actor=actor, course=assignment.course, subject=_subject(task), about=[task])
    return task


def change_task(*, task: Task, actor: User, values: dict[str, Any]) -> list[str]:
    """Change a task's fields; returns the names of what changed. Raises SlugTaken.

    Verifications that are settled keep their result; what is verified from now on follows the new rules. The seeds'
    difficulty was measured under the old rules, so it is forgotten when these change.
    """
    with transaction.atomic(), slug_once(values.get("slug", task.slug)):
        changed = apply(task, values)
        if set(changed) & set(RULES):
            task.course_seeds.update(reference_epochs=None)
        if changed:
            record(
                action="task.changed",
                actor=actor,
                course=task.assignment.course,
                subject=_subject(task),
                about=[task],
                fields=changed,
            )
    return changed


def delete_task(*, task: Task, actor: User) -> None:
    """Delete a task; raises HasHandIns if anything was handed in to it, or HasGrades."""
    with transaction.atomic(), unless_graded(task.title):
        Task.objects.select_for_update().get(pk=task.pk)
        count = Submission.objects.filter(task=task).count()
        if count:
            raise HasHandIns(count, task.title)
        course = task.assignment.course
        record(action="task.deleted", actor=actor, course=course, subject=_subject(task), about=[task])
        task.delete()


def _subject(task: Task) -> str:
    return f"task {task.assignment.slug}/{task.slug}"
