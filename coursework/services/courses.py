"""Acts on courses: making and changing them, and who takes part."""

import random
from typing import Any

from django.db import transaction

from coursework.models import Course, Enrollment, Role, Section, User
from coursework.models.submissions import new_receipt_number
from coursework.pseudonyms import new_pseudonym
from coursework.services.events import record
from coursework.services.rows import apply, slug_once


def create_course(*, actor: User, title: str, slug: str, time_zone: str, **switches: bool) -> Course:
    """Make a course with the actor as its instructor; `switches` are its columns assistants_…. Raises SlugTaken."""
    with transaction.atomic(), slug_once(slug):
        course = Course.objects.create(title=title, slug=slug, time_zone=time_zone, **switches)
        enroll(course=course, user=actor, role=Role.INSTRUCTOR)
        record(action="course.created", actor=actor, course=course, subject=f"course {slug}")
    return course


def change_course(*, course: Course, actor: User, values: dict[str, Any]) -> list[str]:
    """Change a course's title, slug, time zone or switches; returns the names of what changed. Raises SlugTaken."""
    with transaction.atomic(), slug_once(values.get("slug", course.slug)):
        changed = apply(course, values)
        if changed:
            record(action="course.changed", actor=actor, course=course, subject=f"course {course.slug}", fields=changed)
    return changed


def change_join_code(*, course: Course, actor: User, open_to_all: bool) -> str | None:
    """Give the course a fresh join code, or none; the old one stops working at once."""
    before = course.join_code
    with transaction.atomic():
        course.join_code = new_join_code() if open_to_all else None
        course.save(update_fields=["join_code"])
        act = ("renewed" if before else "made") if open_to_all else "closed"
        record(action=f"join_code.{act}", actor=actor, course=course, subject=f"course {course.slug}")
    return course.join_code


def enroll(*, course: Course, user: User, role: Role = Role.STUDENT, section: Section | None = None) -> Enrollment:
    """Enroll a person once, under a fresh pseudonym; an enrollment that exists is returned as it is."""
    existing = Enrollment.objects.filter(course=course, user=user).first()
    if existing is not None:
        return existing
    taken = set(Enrollment.objects.filter(course=course).values_list("pseudonym", flat=True))
    pseudonym = new_pseudonym(taken, random.SystemRandom())
    return Enrollment.objects.create(course=course, user=user, role=role, section=section, pseudonym=pseudonym)


def new_join_code() -> str:
    """Draw a code such as K7Q4-9XRB by which students join a course: like a receipt number, it can be read aloud."""
    return new_receipt_number()
