"""How a student's own grades stand in answers: points and feedback only of what is released."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grading.api.fields import PointsField
from grading.api.v1.grade_shapes import GradePartsSerializer
from grading.api.v1.regrade_shapes import OwnRegradeSerializer
from grading.api.v1.words import NOT_RELEASED, OWN_STATES
from grading.gradebook.own import OwnGrades, OwnTask
from grading.grades.regrades import Asking, Part
from grading.grades.shown import GradeShown, Line


class OwnGradeSerializer(serializers.Serializer[OwnTask]):
    """A student's own grade on a task."""

    assignment = serializers.SlugField(source="grade.task.assignment.slug", help_text="The assignment's short name.")
    task = serializers.SlugField(source="grade.task.slug", help_text="The task's short name.")
    title = serializers.CharField(source="grade.task.title", help_text="The task's title.")
    due_at = serializers.DateTimeField(source="grade.window.due_at", help_text="Your own due time.")
    released = serializers.BooleanField(source="grade.is_released", help_text="Points and feedback can be seen.")
    state = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField(help_text="Why there are no points; empty where there are.")
    points = serializers.SerializerMethodField(help_text="null until they are released.")
    most = PointsField(source="grade.rule.most", help_text="The most points that the task gives.")
    receipt_number = serializers.SerializerMethodField(help_text="The attempt to read more at; null without one.")

    @extend_schema_field(
        serializers.ChoiceField(choices=OWN_STATES, help_text="How it stands with the grade, as far as you may know.")
    )
    def get_state(self, one: OwnTask) -> str:
        """What the student may know of the state."""
        return one.state.value if one.state is not None else NOT_RELEASED

    def get_words(self, one: OwnTask) -> str:
        """Why there are no points."""
        return "" if one.shows_points else one.words

    def get_points(self, one: OwnTask) -> float | None:
        """The points, where they are seen."""
        total = one.grade.result.total
        return float(total) if one.shows_points and total is not None else None

    def get_receipt_number(self, one: OwnTask) -> str | None:
        """The attempt that counts, or the newest."""
        return one.receipt_number or None


class OwnGradesSerializer(serializers.Serializer[OwnGrades]):
    """A student's own grades in a course. The total is of what is released only."""

    total = PointsField(allow_null=True, help_text="The points of what is released, together; null before anything is.")
    most = PointsField(help_text="The most points of what is released.")
    percent = serializers.FloatField(allow_null=True, help_text="The total in percent of `most`; null without a total.")
    tasks = OwnGradeSerializer(many=True, help_text="One for each task of the course.")


class GradeLineSerializer(serializers.Serializer[Line]):
    """One part of a grade, as the page writes it."""

    label = serializers.CharField(help_text="What the part is.")  # type: ignore[assignment]  # a field of that name
    points = serializers.CharField(help_text="As it is written: +2.0, −2.5.")
    text = serializers.CharField(help_text="Why, in a few words; it may be empty.")
    explanation_html = serializers.CharField(
        source="explanation", help_text="Why, at length; HTML that is safe to show, or empty."
    )


class RegradePartSerializer(serializers.Serializer[Part]):
    """A part of a grade that can be asked about."""

    key = serializers.CharField(help_text="Names the part when asking.")
    label = serializers.CharField(help_text="The part in words.")  # type: ignore[assignment]  # a field of that name


class AskingSerializer(serializers.Serializer[Asking]):
    """What can be asked about a grade, and until when; if nothing can: why."""

    until = serializers.DateTimeField(
        allow_null=True, help_text="Until when you can ask; null: not at all, or not known yet."
    )
    why_not = serializers.CharField(help_text="Why nothing can be asked (any more); empty where something can.")
    parts = RegradePartSerializer(source="open_parts", many=True, help_text="What you can ask about: each part once.")


class OwnGradeInFullSerializer(serializers.Serializer[GradeShown]):
    """A student's own grade with all that was written; before it is released nothing but that."""

    assignment = serializers.SlugField(source="grade.task.assignment.slug", help_text="The assignment's short name.")
    task = serializers.SlugField(source="grade.task.slug", help_text="The task's short name.")
    released = serializers.BooleanField(source="is_visible", help_text="Points and feedback can be seen.")
    points = GradePartsSerializer(allow_null=True, help_text="null until they are released.")
    most = PointsField(help_text="The most points that the task gives.")
    sentence = serializers.CharField(help_text="Why there are no points; empty where there are.")
    counting = serializers.CharField(help_text="Which attempt makes the points, and why.")
    lines = GradeLineSerializer(many=True, help_text="What the points are made of, as the page lists it.")
    comment = serializers.SerializerMethodField(help_text="Markdown.")
    requests = OwnRegradeSerializer(many=True, help_text="What was asked so far, the oldest first.")
    asking = AskingSerializer(allow_null=True, help_text="null before the grade is released.")

    def get_comment(self, shown: GradeShown) -> str:
        """What a person wrote to the student."""
        return shown.grade.row.comment if shown.is_visible and shown.grade.row is not None else ""
