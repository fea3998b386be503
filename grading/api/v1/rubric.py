"""A task's rubric."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from grading.api.base import ScopedView
from grading.api.fields import PointsField
from grading.api.scopes import ApiScope
from grading.api.v1.places import staff_place
from grading.grades.rubric import Rubric, rubric_of


class RubricItemSerializer(serializers.Serializer[Any]):
    """One thing that gives points, or with negative ones takes them off."""

    id = serializers.IntegerField(source="pk", help_text="Names the item in reviews.")
    title = serializers.CharField(help_text="What the item says in a line.")
    explanation = serializers.CharField(help_text="Markdown, for students too.")
    points = PointsField(help_text="What ticking it gives; with a minus what it takes off.")


class RubricGroupSerializer(serializers.Serializer[Any]):
    """Items that belong together; those without a group stand in one without id and title."""

    id = serializers.IntegerField(
        source="pk", allow_null=True, help_text="Names the group; null for items without one."
    )
    title = serializers.CharField(help_text="What the items have in common; empty without a group.")
    one_only = serializers.BooleanField(help_text="At most one of the items can be ticked.")
    items = RubricItemSerializer(source="lines", many=True, help_text="In the order of the page.")


class RubricSerializer(serializers.Serializer[Rubric]):
    """A task's rubric."""

    best = PointsField(help_text="The most points that ticking can give.")
    groups = RubricGroupSerializer(source="blocks", many=True, help_text="In the order of the page.")


class TaskRubric(ScopedView):
    """A task's rubric, for staff."""

    scopes: ClassVar = {"GET": ApiScope.REVIEWS_READ}
    tag = "reviews"

    @extend_schema(operation_id="read_rubric", responses=RubricSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Read a task's rubric, for staff."""
        return Response(RubricSerializer(rubric_of(staff_place(request, course, assignment, task).task)).data)
