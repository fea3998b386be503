"""How reviews stand in answers and requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rest_framework import serializers

from grading.api.fields import PointsField
from grading.api.json_fields import Number, PointsSent, Text, WholeNumber, Word
from grading.api.sent import Sent
from grading.api.v1.grade_shapes import GradedAttemptSerializer, GradeEntry, GradeInFullSerializer
from grading.api.v1.words import NEWER_RESULT
from grading.grades.judgement import Judgement
from grading.grades.rule import AttemptResult


@dataclass(frozen=True, slots=True)
class Review:
    """What is decided about a student's work, and the attempt that is in view."""

    entry: GradeEntry
    attempt: AttemptResult | None
    judgement: Judgement

    @property
    def items(self) -> list[int]:
        """The rubric items that hold."""
        return sorted(self.judgement.items)

    @property
    def decided_by(self) -> str | None:
        """Who decided."""
        row = self.entry.grade.row
        return row.decided_by.display_name if row is not None and row.decided_by is not None else None

    @property
    def decided_at(self) -> datetime | None:
        """When."""
        return self.entry.grade.row.decided_at if self.entry.grade.row is not None else None

    @property
    def assigned_to(self) -> str | None:
        """Who is to grade it."""
        row = self.entry.grade.row
        return row.assigned_to.display_name if row is not None and row.assigned_to is not None else None


class ReviewSerializer(serializers.Serializer[Review]):
    """What a person decided about a student's work."""

    attempt = GradedAttemptSerializer(
        allow_null=True, help_text="In view, and graded by a write with this answer's ETag. null: nothing handed in."
    )
    items = serializers.ListField(child=serializers.IntegerField(), help_text="The rubric items that hold.")
    adjustment = PointsField(
        source="judgement.adjustment", help_text="Points added, or with a minus taken off, after lateness."
    )
    adjustment_reason = serializers.CharField(
        source="judgement.adjustment_reason", help_text="Why; the student reads it."
    )
    override = PointsField(
        source="judgement.override", allow_null=True, help_text="Points in place of all else; null: none."
    )
    override_reason = serializers.CharField(source="judgement.override_reason", help_text="Why; the student reads it.")
    comment = serializers.CharField(source="judgement.comment", help_text="Markdown, for the student.")
    decided_by = serializers.CharField(allow_null=True, help_text="The name of who decided; null: nobody has.")
    decided_at = serializers.DateTimeField(allow_null=True, help_text="When; null: nobody has.")
    assigned_to = serializers.CharField(allow_null=True, help_text="Who is to grade it.")
    grade = GradeInFullSerializer(source="entry", help_text="How the grade stands with that, and all attempts.")


class ReviewWriteSerializer(Sent):
    """A person's decision. What is left out is none; by PATCH it stays as it is. Not read: what else an answer has."""

    not_read = ("attempt", "decided_by", "decided_at", "assigned_to", "grade")

    items = serializers.ListField(
        child=WholeNumber(min_value=1, max_value=2**63 - 1),
        required=False,
        max_length=500,
        help_text="The ids of the rubric items that hold: the rubric's address lists them.",
    )
    adjustment = PointsSent(
        max_digits=12, decimal_places=6, required=False, allow_null=True, help_text="One decimal; with a reason."
    )
    adjustment_reason = Text(required=False, allow_blank=True, help_text="Why, for the student.")
    override = PointsSent(
        max_digits=12, decimal_places=6, required=False, allow_null=True, help_text="One decimal; with a reason."
    )
    override_reason = Text(required=False, allow_blank=True, help_text="Why, for the student.")
    comment = Text(required=False, allow_blank=True, trim_whitespace=False, help_text="Markdown, for the student.")


class ReviewWantedSerializer(serializers.Serializer[Any]):
    """Which attempt is to be in view."""

    attempt = Number(
        required=False, min_value=1, max_value=99_999, help_text="Else the one that counts, else the newest."
    )


class NewerResultSerializer(Sent):
    """What to do about a newer result than the one that was decided on."""

    act = Word(choices=NEWER_RESULT, help_text="Stay with the decision, or take the result over.")
    verification = WholeNumber(
        min_value=1, max_value=2**63 - 1, help_text="The newer result: the `verification` of `grade.differs`."
    )


class PassOnSerializer(Sent):
    """To whom of the course's staff the grading goes."""

    to = Text(allow_null=True, max_length=150, help_text="A user name; null: to nobody in particular.")
