"""How grades stand in answers: to staff with their parts, under the name that staff may see."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from grading.api.fields import PointsField
from grading.api.v1.people_shapes import GradedStudentSerializer, Who
from grading.api.v1.words import GRADED_PROGRESS, OUTCOMES, STATES
from grading.grades.keys import grade_key
from grading.grades.names import names_hidden
from grading.grades.reading import StudentGrade
from grading.grades.rule import AttemptResult


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

    receipt_number = serializers.CharField(help_text="Names the submission.")
    attempt = serializers.IntegerField(help_text="Which one of the student's attempts it is, from 1.")
    received_at = serializers.DateTimeField(help_text="When it was handed in.")
    verification = serializers.IntegerField(
        source="verification_id", allow_null=True, help_text="The check that speaks for it."
    )
    progress = serializers.ChoiceField(choices=GRADED_PROGRESS, help_text="How far its check is.")
    outcome = serializers.ChoiceField(
        choices=OUTCOMES, allow_null=True, help_text="What its check found; null until there is a result."
    )
    official_epochs = serializers.FloatField(
        allow_null=True, help_text="What ranks it: the median over the course seeds; null: never, or not run."
    )
    automatic = PointsField(
        allow_null=True, help_text="Points for the reproduced run, before lateness; null while there are none."
    )
    late_percent = serializers.IntegerField(help_text="How much of the points lateness takes off, in percent.")
    is_late = serializers.BooleanField(help_text="It came after the student's own due time.")


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
    student = GradedStudentSerializer(help_text="Whose grade it is.")
    assignment = serializers.SlugField(source="grade.task.assignment.slug", help_text="The assignment's short name.")
    task = serializers.SlugField(source="grade.task.slug", help_text="The task's short name.")
    version = serializers.IntegerField(help_text="One more with each change by a person.")
    state = serializers.ChoiceField(
        choices=STATES, source="grade.result.state", help_text="How it stands with the grade."
    )
    released = serializers.BooleanField(source="grade.is_released", help_text="The student sees it.")
    released_at = serializers.DateTimeField(
        source="grade.released_at", allow_null=True, help_text="When a person released it; null where nobody had to."
    )
    decided = serializers.BooleanField(source="grade.is_decided", help_text="A person has graded it.")
    to_review = serializers.BooleanField(source="grade.result.to_review", help_text="A person has to look.")
    late = serializers.BooleanField(source="grade.is_late", help_text="The attempt that counts came late.")
    due_at = serializers.DateTimeField(help_text="The student's own due time, extensions included.")
    excused_reason = serializers.CharField(help_text="Only staff see it.")
    most = PointsField(help_text="The most points that the task gives.")
    points = GradePartsSerializer(
        source="grade.result.points", help_text="The parts of the grade, and what they come to."
    )
    counting = GradedAttemptSerializer(
        source="grade.result.counting", allow_null=True, help_text="The attempt that makes the points; null: none does."
    )
    differs = GradedAttemptSerializer(allow_null=True, help_text="A newer result than the one that was decided on.")


class GradeInFullSerializer(GradeSerializer):
    """A student's grade on a task with all attempts."""

    attempts = GradedAttemptSerializer(source="grade.attempts", many=True, help_text="The oldest first.")


def in_full(grade: StudentGrade) -> dict[str, Any]:
    """Return a grade as staff read it."""
    return dict(GradeInFullSerializer(GradeEntry(grade)).data)


def shown_in_full(grade: StudentGrade) -> tuple[dict[str, Any], AttemptResult | None]:
    """Return it with the attempt that is in view there: the one that counts."""
    return in_full(grade), grade.result.counting
