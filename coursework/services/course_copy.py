"""Copying a course to the next term: what was prepared comes along, people and what they handed in stay."""

from typing import Any

from django.db import transaction
from django.db.models import Model

from coursework.models import Assignment, Course, CourseSeed, Role, Section, Task, User
from coursework.moved_times import moved_window
from coursework.services.courses import enroll, new_join_code
from coursework.services.events import record
from coursework.services.rows import slug_once
from coursework.signals import task_copied


def copy_course(
    *,
    source: Course,
    actor: User,
    title: str,
    slug: str,
    days: int,
    with_seeds: bool = False,
    with_sections: bool = False,
    with_join_code: bool = False,
) -> Course:
    """Copy assignments, tasks, rules, scoring, grading and practice, all times later by `days` at the same time of day.

    The actor becomes the copy's instructor, nobody else comes along. Course seeds only on demand: last term's students
    may have seen them. Raises SlugTaken; all is copied or nothing.
    """
    with transaction.atomic(), slug_once(slug):
        course = Course.objects.create(
            title=title,
            slug=slug,
            time_zone=source.time_zone,
            assistants_release=source.assistants_release,
            assistants_edit_rubric=source.assistants_edit_rubric,
            join_code=new_join_code() if with_join_code else None,
        )
        enroll(course=course, user=actor, role=Role.INSTRUCTOR)
        if with_sections:
            Section.objects.bulk_create(Section(course=course, name=section.name) for section in source.sections.all())
        for assignment in source.assignments.order_by("pk"):
            _copy_assignment(assignment, course, days=days, with_seeds=with_seeds)
        record(
            action="course.copied", actor=actor, course=course, subject=f"course {slug}", source=source.pk, days=days
        )
    return course


def _copy_assignment(source: Assignment, course: Course, *, days: int, with_seeds: bool) -> None:
    window = moved_window(source.window, course.time_zone, days)
    times = {"opens_at": window.opens_at, "due_at": window.due_at, "closes_at": window.closes_at}
    assignment = Assignment.objects.create(**_fields(source) | {"course": course} | times)
    for task in source.tasks.order_by("position", "pk"):
        copy = Task.objects.create(**_fields(task) | {"assignment": assignment, "board_frozen_at": None})
        if with_seeds:
            CourseSeed.objects.bulk_create(
                CourseSeed(**_fields(seed) | {"task": copy}) for seed in task.course_seeds.all()
            )
        task_copied.send(sender=Task, source=task, copy=copy)


def _fields(row: Model) -> dict[str, Any]:
    """Return all columns of a row but its key, so that a field which is added later is copied too."""
    return {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key}
