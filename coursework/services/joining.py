"""Joining a course by its code."""

from enum import Enum

from django.db import transaction

from coursework.models import Course, Enrollment, User
from coursework.services.courses import enroll
from coursework.services.events import record
from coursework.services.people import lock_people


class Joining(Enum):
    """How an attempt to join ended."""

    JOINED = "joined"
    ALREADY_IN = "already in"
    LEFT_BEFORE = "left before"


def standing_in(*, course: Course, user: User) -> Joining | None:
    """Say why this person can't join anew; None for somebody who can."""
    enrollment = Enrollment.objects.filter(course=course, user=user).first()
    if enrollment is None:
        return None
    return Joining.ALREADY_IN if enrollment.active else Joining.LEFT_BEFORE


@transaction.atomic
def join_course(*, course: Course, user: User) -> Joining:
    """Enroll a person as a student. Who was taken out of the course does not come back by a code: staff decide that."""
    lock_people(course)  # two clicks at once, here or in an LMS: the second waits and then finds the enrollment
    standing = standing_in(course=course, user=user)
    if standing is not None:
        return standing
    enrollment = enroll(course=course, user=user)
    subject = f"enrollment {enrollment.pk}"
    record(action="course.joined", actor=user, course=course, subject=subject, about=[enrollment], by="code")
    return Joining.JOINED
