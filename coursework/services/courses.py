"""Acts on courses: who takes part."""

import random

from coursework.models import Course, Enrollment, Role, User
from coursework.pseudonyms import new_pseudonym


def enroll(*, course: Course, user: User, role: Role = Role.STUDENT) -> Enrollment:
    """Enroll a person once, under a fresh pseudonym; an enrollment that exists is returned as it is."""
    existing = Enrollment.objects.filter(course=course, user=user).first()
    if existing is not None:
        return existing
    taken = set(Enrollment.objects.filter(course=course).values_list("pseudonym", flat=True))
    pseudonym = new_pseudonym(taken, random.SystemRandom())
    return Enrollment.objects.create(course=course, user=user, role=role, pseudonym=pseudonym)
