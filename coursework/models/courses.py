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
    join_code = models.CharField(
        max_length=9,
        unique=True,
        null=True,
        blank=True,
        help_text="Whoever knows it may join as a student. Empty: nobody joins by themselves.",
    )
    assistants_release = models.BooleanField(
        default=False, help_text="Teaching assistants may release grades, and take that back."
    )
    assistants_edit_rubric = models.BooleanField(
        default=False, help_text="Teaching assistants may change rubrics and how tasks are graded."
    )
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


class Section(models.Model):
    """A part of a course's students, such as one lab group: it can be listed, graded and given more time by itself."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ("course", "name")
        constraints = (
            UniqueConstraint(fields=["course", "name"], name="section_names_once_in_course"),
            CheckConstraint(condition=~Q(name=""), name="section_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class Enrollment(models.Model):
    """A person in a course, with a role and the pseudonym that classmates see.

    Who leaves a course becomes inactive: the person sees it no more, and what was handed in stays.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="enrollments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrollments")
    role = models.CharField(max_length=12, choices=Role, default=Role.STUDENT)
    section = models.ForeignKey(Section, on_delete=models.SET_NULL, null=True, blank=True, related_name="enrollments")
    pseudonym = models.CharField(max_length=40)
    show_name = models.BooleanField(default=False, help_text="On the leaderboard under the own name, by own choice.")
    id_number = models.CharField(
        max_length=60, blank=True, help_text="The person's number at the school, by which its other systems know them."
    )
    active = models.BooleanField(default=True, help_text="Off: no longer in the course. What was handed in stays.")
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
