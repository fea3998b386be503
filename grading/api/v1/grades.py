"""Grades: for staff of a course with filters and each in full; for students their own, as far as they are released."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Role
from grading.api.base import ScopedView
from grading.api.permissions import api_enrollment, api_staff_enrollment, api_user
from grading.api.scopes import ApiScope
from grading.api.v1.acting import answer
from grading.api.v1.grade_filter import GradesWantedSerializer, page_of_grades
from grading.api.v1.grade_shapes import GradeEntry, GradeInFullSerializer, GradeSerializer, shown_in_full
from grading.api.v1.own_grades import OwnGradeInFullSerializer, OwnGradesSerializer
from grading.api.v1.places import own_place, work_place
from grading.gradebook.own import own_grades
from grading.grades.shown import shown_grade


class GradesPageSerializer(serializers.Serializer[Any]):
    """Some grades, and the addresses of those after and before."""

    next = serializers.URLField(allow_null=True, help_text="The address of the next page; null on the last one.")
    previous = serializers.URLField(allow_null=True, help_text="The address of the page before; null on the first one.")
    results = GradeSerializer(many=True, help_text="The grades of this page.")


class Grades(ScopedView):
    """The grades of a course, for its staff: by task, and within a task in an order that says nothing about names."""

    takes_parameters = True
    scopes: ClassVar = {"GET": ApiScope.GRADES_READ}
    tag = "grades"

    @extend_schema(
        operation_id="list_grades",
        parameters=[GradesWantedSerializer],
        responses=GradesPageSerializer,
    )
    def get(self, request: Request, course: str) -> Response:
        """List the grades of a course, for its staff.

        By task, and within a task in an order that says nothing about names. What is graded blind stands under
        pseudonyms until it is released.
        """
        viewer = api_staff_enrollment(request, course)
        page = page_of_grades(request, viewer)
        entries: Any = [GradeEntry(grade) for grade in page.grades]
        return Response(
            {
                "next": page.next,
                "previous": page.previous,
                "results": GradeSerializer(entries, many=True, context={"request": request}).data,
            }
        )


class OwnGrades(ScopedView):
    """A student's own grades in a course."""

    scopes: ClassVar = {"GET": ApiScope.GRADES_READ}
    tag = "grades"

    @extend_schema(operation_id="list_own_grades", responses=OwnGradesSerializer)
    def get(self, request: Request, course: str) -> Response:
        """List your own grades in a course."""
        viewer = api_enrollment(request, course)
        if viewer.role != Role.STUDENT:
            raise Http404
        viewer.user = api_user(request)
        return Response(OwnGradesSerializer(own_grades(viewer), context={"request": request}).data)


class OwnGrade(ScopedView):
    """A student's own grade on a task: its parts, what was written, and what can be asked about."""

    scopes: ClassVar = {"GET": ApiScope.GRADES_READ}
    tag = "grades"

    @extend_schema(operation_id="read_own_grade", responses=OwnGradeInFullSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Read your own grade on a task in full.

        It has its parts, what was written, and what can be asked about.
        """
        enrollment, found = own_place(request, course, assignment, task)
        return Response(OwnGradeInFullSerializer(shown_grade(found, enrollment), context={"request": request}).data)


class Grade(ScopedView):
    """One student's grade on a task with all attempts, for staff. Its ETag is what acts ask for by If-Match."""

    scopes: ClassVar = {"GET": ApiScope.GRADES_READ}
    tag = "grades"

    @extend_schema(operation_id="read_grade", responses=GradeInFullSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str, key: str) -> Response:
        """Read a student's grade on a task with all attempts, for staff."""
        return answer(work_place(request, course, assignment, task, key).grade(), shown_in_full)
