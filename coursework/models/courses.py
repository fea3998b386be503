"""Courses and who takes part in them."""

import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone such as Europe/Zurich."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"Time zone {name[:60]!r} is not known: use an IANA name such as Europe/Zurich.")


class Course(models.Model):
    """One class in one term. All its times are shown in its time zone."""

    slug = models.SlugField(unique=True, max_length=60)
    title = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC", validators=[check_time_zone])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "slug")

    def __str__(self) -> str:
        return self.title


class Role(models.TextChoices):
    """What a person is in a course."""

    STUDENT = "student", "Student"
    TEACHING_ASSISTANT = "ta", "Teaching assistant"
    INSTRUCTOR = "instructor", "Instructor"


STAFF_ROLES = (Role.TEACHING_ASSISTANT, Role.INSTRUCTOR)


class Enrollment(models.Model):
    """A person in a course, with a role and the pseudonym that classmates see."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrollments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrollments")
    role = models.CharField(max_length=12, choices=Role, default=Role.STUDENT)
    pseudonym = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("course", "pseudonym")
        constraints = (
            UniqueConstraint(fields=["course", "user"], name="one_enrollment_per_person_and_course"),
            UniqueConstraint(fields=["course", "pseudonym"], name="pseudonym_unique_in_course"),
            CheckConstraint(condition=Q(role__in=Role.values), name="enrollment_role_known"),
            CheckConstraint(condition=~Q(pseudonym=""), name="enrollment_has_pseudonym"),
        )

    def __str__(self) -> str:
        return f"{self.pseudonym} in {self.course_id}"

    @property
    def is_course_staff(self) -> bool:
        """True for those who see the whole class's work: teaching assistants and instructors."""
        return self.role in STAFF_ROLES
