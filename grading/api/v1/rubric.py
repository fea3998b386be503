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

    id = serializers.IntegerField(source="pk")
    title = serializers.CharField()
    explanation = serializers.CharField(help_text="Markdown, for students too.")
    points = PointsField()


class RubricGroupSerializer(serializers.Serializer[Any]):
    """Items that belong together; those without a group stand in one without id and title."""

    id = serializers.IntegerField(source="pk", allow_null=True)
    title = serializers.CharField()
    one_only = serializers.BooleanField(help_text="At most one of the items can be ticked.")
    items = RubricItemSerializer(source="lines", many=True)


class RubricSerializer(serializers.Serializer[Rubric]):
    """A task's rubric."""

    best = PointsField(help_text="The most points that ticking can give.")
    groups = RubricGroupSerializer(source="blocks", many=True)


class TaskRubric(ScopedView):
    """A task's rubric, for staff."""

    scopes: ClassVar = {"GET": ApiScope.REVIEWS_READ}
    tag = "reviews"

    @extend_schema(operation_id="get_rubric", responses=RubricSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Give a task's rubric, for staff."""
        return Response(RubricSerializer(rubric_of(staff_place(request, course, assignment, task).task)).data)
