"""How requests for a second look stand in answers."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grading.api.fields import PointsField
from grading.api.v1.people_shapes import GradedStudentSerializer, Who
from grading.grades.keys import grade_key
from grading.models import RegradeAbout, RegradeAnswer, RegradeRequest, RegradeState
from grading.regrade_queue import QueueLine
from grading.templatetags.regrade_words import request_part


class OwnRegradeSerializer(serializers.Serializer[RegradeRequest]):
    """A request for a second look, as its student sees it."""

    id = serializers.IntegerField(source="pk", help_text="Names the request in addresses.")
    assignment = serializers.SlugField(source="grade.task.assignment.slug", help_text="The assignment's short name.")
    task = serializers.SlugField(source="grade.task.slug", help_text="The task's short name.")
    about = serializers.ChoiceField(choices=RegradeAbout.choices, help_text="Which kind of part was asked about.")
    label = serializers.SerializerMethodField(  # type: ignore[assignment]  # a field of that name
        help_text="The part that was asked about, in words."
    )
    reason = serializers.CharField(help_text="What the student wrote.")
    picture = serializers.SerializerMethodField(help_text="Where the picture that was sent along can be read.")
    asked_at = serializers.DateTimeField(help_text="When it was asked.")
    state = serializers.ChoiceField(choices=RegradeState.choices, help_text="How far it is.")
    answer = serializers.SerializerMethodField(help_text="What came of it; null while it is open.")
    answer_text = serializers.CharField(help_text="Markdown.")
    answered_at = serializers.DateTimeField(allow_null=True, help_text="When it was answered; null while it is open.")
    closed_at = serializers.DateTimeField(allow_null=True, help_text="When it was closed; null until then.")
    points_before = PointsField(allow_null=True, help_text="The total when it was asked.")
    points_after = PointsField(allow_null=True, help_text="The total when it was answered.")

    def get_label(self, request: RegradeRequest) -> str:
        """Say which part it is about."""
        return request_part(request)

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_picture(self, request: RegradeRequest) -> str | None:
        """Give the picture's address."""
        if not request.attachment:
            return None
        course = request.grade.task.assignment.course.slug
        path = reverse("api_regrade_picture", kwargs={"course": course, "number": request.pk})
        return str(self.context["request"].build_absolute_uri(path))

    @extend_schema_field(serializers.ChoiceField(choices=RegradeAnswer.choices, allow_null=True))
    def get_answer(self, request: RegradeRequest) -> str | None:
        """What came of it; null while it is open."""
        return request.answer or None


class RegradeSerializer(OwnRegradeSerializer):
    """A request for a second look, as staff see it."""

    key = serializers.SerializerMethodField(help_text="The key of the work that it is about.")
    student = serializers.SerializerMethodField(help_text="Who asked.")
    answered_by = serializers.SerializerMethodField(help_text="The name of who answered; null while it is open.")

    def get_key(self, request: RegradeRequest) -> str:
        """By what the work is addressed."""
        return grade_key(request.grade.task_id, request.grade.enrollment_id)

    @extend_schema_field(GradedStudentSerializer)
    def get_student(self, request: RegradeRequest) -> dict[str, Any]:
        """Whose it is, as staff may see it."""
        hidden = request.pk in self.context["hidden"]
        return dict(GradedStudentSerializer(Who(request.grade.enrollment, hidden)).data)

    def get_answered_by(self, request: RegradeRequest) -> str | None:
        """Who answered."""
        return request.answered_by.display_name if request.answered_by is not None else None


def hidden_in(lines: list[QueueLine]) -> frozenset[int]:
    """Return the requests whose students have no name for staff."""
    return frozenset(line.request.pk for line in lines if line.hidden)
