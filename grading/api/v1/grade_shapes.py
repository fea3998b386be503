"""How grades stand in answers: to staff with their parts, under the name that staff may see."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from coursework.models import Enrollment
from grading.api.fields import PointsField
from grading.grades.keys import grade_key
from grading.grades.names import names_hidden, staff_name
from grading.grades.reading import StudentGrade
from grading.grades.rule import AttemptResult, Progress, State
from grading.models import Outcome

STATES = [one.value for one in State]


@dataclass(frozen=True, slots=True)
class Who:
    """A student as staff may see them: of who is hidden nothing but the pseudonym."""

    enrollment: Enrollment
    hidden: bool

    @property
    def name(self) -> str:
        """The name, or where it is hidden the pseudonym; never both."""
        return staff_name(self.enrollment, hidden=self.hidden)

    @property
    def pk(self) -> int | None:
        """The enrollment."""
        return None if self.hidden else self.enrollment.pk

    @property
    def username(self) -> str | None:
        """The user name."""
        return None if self.hidden else self.enrollment.user.username

    @property
    def id_number(self) -> str | None:
        """The school's number of the student."""
        return None if self.hidden else self.enrollment.id_number

    @property
    def section(self) -> int | None:
        """The section's primary key."""
        return None if self.hidden else self.enrollment.section_id


class GradedStudentSerializer(serializers.Serializer[Who]):
    """Whose work it is. While it is graded blind only a pseudonym, and null for all else."""

    name = serializers.CharField(help_text="The name; while it is graded blind the pseudonym.")
    hidden = serializers.BooleanField(help_text="Graded blind, and not released: the name is a pseudonym.")
    enrollment = serializers.IntegerField(source="pk", allow_null=True)
    username = serializers.CharField(allow_null=True)
    id_number = serializers.CharField(allow_null=True)
    section = serializers.IntegerField(allow_null=True)


class GradePartsSerializer(serializers.Serializer[Any]):
    """The parts of a grade, kept apart, and what they come to. null where there is none."""

    automatic = PointsField(allow_null=True, help_text="For the reproduced run, before lateness.")
    rubric = PointsField(allow_null=True, help_text="What the ticked items of the rubric come to.")
    late = PointsField(help_text="What lateness takes off: 0 or more.")
    adjustment = PointsField(help_text="Added or taken off by a person, after lateness.")
    override = PointsField(allow_null=True, help_text="Set by a person, in place of all else.")
    total = PointsField(allow_null=True, help_text="The points that count.")


class GradedAttemptSerializer(serializers.Serializer[AttemptResult]):
    """An attempt and what its check came to."""

    receipt_number = serializers.CharField()
    attempt = serializers.IntegerField()
    received_at = serializers.DateTimeField()
    verification = serializers.IntegerField(
        source="verification_id", allow_null=True, help_text="The check that speaks for it."
    )
    progress = serializers.ChoiceField(choices=[one.value for one in Progress])
    outcome = serializers.ChoiceField(choices=Outcome.values, allow_null=True)
    official_epochs = serializers.FloatField(allow_null=True)
    automatic = PointsField(allow_null=True)
    late_percent = serializers.IntegerField()
    is_late = serializers.BooleanField()


@dataclass(frozen=True, slots=True)
class GradeEntry:
    """A grade for staff. What is not its own stands in `grade`."""

    grade: StudentGrade

    @property
    def key(self) -> str:
        """By what the work is addressed; it says nothing about whose it is."""
        return grade_key(self.grade.task.pk, self.grade.enrollment.pk)

    @property
    def student(self) -> Who:
        """Whose work it is, as staff may see it."""
        return Who(self.grade.enrollment, names_hidden(self.grade))

    @property
    def version(self) -> int:
        """The row's; 0 while there is none."""
        return self.grade.row.version if self.grade.row is not None else 0

    @property
    def excused_reason(self) -> str:
        """Why the student is excused."""
        return self.grade.row.excused_reason if self.grade.row is not None and self.grade.row.excused else ""

    @property
    def differs(self) -> AttemptResult | None:
        """A newer result than the one that was decided on."""
        return self.grade.result.differs

    @property
    def most(self) -> Decimal:
        """The most points there are."""
        return self.grade.rule.most

    @property
    def due_at(self) -> datetime:
        """The student's own due time."""
        return self.grade.window.due_at


class GradeSerializer(serializers.Serializer[GradeEntry]):
    """A student's grade on a task, as staff see it."""

    key = serializers.CharField(help_text="Names the student's work on this task; says nothing about who it is.")
    student = GradedStudentSerializer()
    assignment = serializers.SlugField(source="grade.task.assignment.slug")
    task = serializers.SlugField(source="grade.task.slug")
    version = serializers.IntegerField(help_text="One more with each change by a person.")
    state = serializers.ChoiceField(choices=STATES, source="grade.result.state")
    released = serializers.BooleanField(source="grade.is_released", help_text="The student sees it.")
    released_at = serializers.DateTimeField(
        source="grade.released_at", allow_null=True, help_text="When a person released it; null where nobody had to."
    )
    decided = serializers.BooleanField(source="grade.is_decided", help_text="A person has graded it.")
    to_review = serializers.BooleanField(source="grade.result.to_review", help_text="A person has to look.")
    late = serializers.BooleanField(source="grade.is_late", help_text="The attempt that counts came late.")
    due_at = serializers.DateTimeField(help_text="The student's own due time, extensions included.")
    excused_reason = serializers.CharField(help_text="Only staff see it.")
    most = PointsField()
    points = GradePartsSerializer(source="grade.result.points")
    counting = GradedAttemptSerializer(source="grade.result.counting", allow_null=True)
    differs = GradedAttemptSerializer(allow_null=True, help_text="A newer result than the one that was decided on.")


class GradeInFullSerializer(GradeSerializer):
    """A student's grade on a task with all attempts."""

    attempts = GradedAttemptSerializer(source="grade.attempts", many=True, help_text="The oldest first.")


def in_full(grade: StudentGrade) -> dict[str, Any]:
    """Return a grade as staff read it."""
    return dict(GradeInFullSerializer(GradeEntry(grade)).data)
