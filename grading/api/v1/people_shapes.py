"""How people stand in answers: under their names, or to staff, while a task is graded blind, under a pseudonym."""

from dataclasses import dataclass

from rest_framework import serializers

from coursework.models import Enrollment
from grading.grades.keys import grade_key
from grading.grades.names import staff_name


@dataclass(frozen=True, slots=True)
class Who:
    """A person as the one who asks may see them: of who is hidden nothing but the pseudonym."""

    shown: Enrollment
    hidden: bool

    @property
    def name(self) -> str:
        """The name, or where it is hidden the pseudonym; never both."""
        return staff_name(self.shown, hidden=self.hidden)

    @property
    def enrollment(self) -> int | None:
        """The primary key."""
        return None if self.hidden else self.shown.pk

    @property
    def username(self) -> str | None:
        """The user name."""
        return None if self.hidden else self.shown.user.username

    @property
    def id_number(self) -> str | None:
        """The school's number of the student."""
        return None if self.hidden else self.shown.id_number

    @property
    def section(self) -> int | None:
        """The section's primary key."""
        return None if self.hidden else self.shown.section_id


@dataclass(frozen=True, slots=True)
class Whose(Who):
    """Whose work on a task it is."""

    task_id: int

    @property
    def key(self) -> str:
        """Names the person's work on the task, and says nothing about who it is."""
        return grade_key(self.task_id, self.shown.pk)


class WhoSerializer(serializers.Serializer[Who]):
    """A person. While it is graded blind only a pseudonym, and null for what would say who it is."""

    name = serializers.CharField(help_text="The name; while it is graded blind the pseudonym.")
    hidden = serializers.BooleanField(help_text="Graded blind, and not released: the name is a pseudonym.")
    enrollment = serializers.IntegerField(
        allow_null=True, help_text="The number of the person's place in the course; null while hidden."
    )
    username = serializers.CharField(allow_null=True, help_text="What the person signs in by; null while hidden.")


class GradedStudentSerializer(WhoSerializer):
    """Whose work it is. While it is graded blind only a pseudonym, and null for all else."""

    id_number = serializers.CharField(
        allow_null=True, help_text="The school's number of the student; null while hidden."
    )
    section = serializers.IntegerField(
        allow_null=True, help_text="The id of the student's section; null without one, and while hidden."
    )


class WhoseSerializer(WhoSerializer):
    """Whose work it is. While it is graded blind staff get a pseudonym, and null for what would name the person."""

    key = serializers.CharField(help_text="Names the person's work on this task; says nothing about who it is.")
