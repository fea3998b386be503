"""Acts on courses: who takes part."""

import random

from coursework.models import Course, Enrollment, Role, Section, User
from coursework.models.submissions import new_receipt_number
from coursework.pseudonyms import new_pseudonym


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
