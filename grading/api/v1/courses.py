"""Courses that one is in, and their people."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import CharFilter
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.models import Enrollment, Role, Section
from coursework.selectors.people import people_of
from grading.api.base import ScopedList, ScopedView
from grading.api.filters import Filters, KeyFilter, WordFilter, YesNoFilter
from grading.api.permissions import api_enrollment, api_user
from grading.api.scopes import ApiScope
from grading.models import ApiToken


class CourseSerializer(serializers.ModelSerializer[Enrollment]):
    """A course as somebody in it sees it, and their own place there."""

    slug = serializers.SlugField(source="course.slug", read_only=True, help_text="Its short name in addresses.")
    title = serializers.CharField(source="course.title", read_only=True, help_text="Its name on the pages.")
    time_zone = serializers.CharField(source="course.time_zone", read_only=True, help_text="Of its pages.")
    created_at = serializers.DateTimeField(
        source="course.created_at", read_only=True, help_text="When the course was made."
    )
    role = serializers.ChoiceField(choices=Role.choices, read_only=True, help_text="Your own.")
    enrollment = serializers.IntegerField(source="pk", read_only=True, help_text="The number of your own enrollment.")
    pseudonym = serializers.CharField(read_only=True, help_text="As which classmates see you on leaderboards.")
    show_name = serializers.BooleanField(read_only=True, help_text="Whether they see your name instead.")

    class Meta:
        model = Enrollment
        fields = ("slug", "title", "time_zone", "created_at", "role", "enrollment", "pseudonym", "show_name")


def own_places(request: Request) -> QuerySet[Enrollment]:
    """Return the enrollments of who asks, within the token's course."""
    places = Enrollment.objects.filter(user=api_user(request), active=True).select_related("course")
    token = request.auth
    if isinstance(token, ApiToken) and token.course_id is not None:
        return places.filter(course=token.course_id)
    return places


class CourseFilter(Filters):
    """Filters of the courses."""

    role = WordFilter(choices=Role.choices, help_text="Your own role in the course.")


@extend_schema_view(get=extend_schema(operation_id="list_courses"))
class Courses(ScopedList[Enrollment]):
    """List your courses, the one you joined last first."""

    scopes: ClassVar = {"GET": ApiScope.COURSES_READ}
    tag = "courses"
    serializer_class = CourseSerializer
    filterset_class = CourseFilter
    queryset = Enrollment.objects.none()

    def get_queryset(self) -> QuerySet[Enrollment]:
        return own_places(self.request)


class CourseDetail(ScopedView):
    """One of your courses."""

    scopes: ClassVar = {"GET": ApiScope.COURSES_READ}

    @extend_schema(operation_id="read_course", responses=CourseSerializer)
    def get(self, request: Request, course: str) -> Response:
        """Read one of your courses."""
        return Response(CourseSerializer(api_enrollment(request, course)).data)


class SectionSerializer(serializers.ModelSerializer[Section]):
    """A part of a course's students, such as a lab group."""

    class Meta:
        model = Section
        fields = read_only_fields = ("id", "name")
        extra_kwargs: ClassVar = {
            "id": {"help_text": "Names the section in filters."},
            "name": {"help_text": "Its name on the pages."},
        }


_BUT_BLIND = "; to others without what is graded blind and not released"


class EnrollmentSerializer(serializers.ModelSerializer[Enrollment]):
    """A person in a course. Not with the pseudonym: what staff do under pseudonyms stays apart from names."""

    username = serializers.CharField(source="user.username", read_only=True, help_text="What the person signs in by.")
    first_name = serializers.CharField(source="user.first_name", read_only=True, help_text="The person's first name.")
    last_name = serializers.CharField(source="user.last_name", read_only=True, help_text="The person's last name.")
    email = serializers.CharField(
        source="user.email", read_only=True, help_text="The person's address; it may be empty."
    )
    role = serializers.ChoiceField(choices=Role.choices, read_only=True, help_text="The person's role in the course.")
    section = SectionSerializer(read_only=True, allow_null=True, help_text="The person's section; null without one.")
    submissions = serializers.IntegerField(
        source="hand_ins", read_only=True, help_text=f"How often they handed in{_BUT_BLIND}."
    )
    last_submission_at = serializers.DateTimeField(
        source="last_hand_in",
        read_only=True,
        allow_null=True,
        help_text=f"When they last handed in{_BUT_BLIND}; null: never.",
    )

    class Meta:
        model = Enrollment
        names = ("username", "first_name", "last_name", "email", "id_number")
        fields = ("id", *names, "role", "section", "active", "created_at", "submissions", "last_submission_at")
        read_only_fields = ("id", "id_number", "active", "created_at")
        extra_kwargs: ClassVar = {
            "id": {"help_text": "The number of the person's place in the course: what `enrollment` means elsewhere."},
            "id_number": {"help_text": "Their number at the school; it may be empty."},
            "active": {"help_text": "They are still in the course."},
            "created_at": {"help_text": "When they came into the course."},
        }


class EnrollmentFilter(Filters):
    """Filters of a course's people."""

    role = WordFilter(choices=Role.choices, help_text="Only people of this role.")
    section = KeyFilter(field_name="section_id", help_text="The id of a section.")
    active = YesNoFilter(help_text="Whether they are still in the course. Without it: everybody who is or was.")
    id_number = CharFilter(help_text="Their number at the school, exactly.")


def _visible(viewer: Enrollment) -> QuerySet[Enrollment]:
    """Return whom the viewer may see: staff the whole course, everybody else only themselves."""
    people = people_of(viewer, active=None)
    return people if viewer.is_course_staff else people.filter(pk=viewer.pk)


@extend_schema_view(get=extend_schema(operation_id="list_enrollments"))
class Enrollments(ScopedList[Enrollment]):
    """List the people of a course: staff get everybody, students only themselves."""

    scopes: ClassVar = {"GET": ApiScope.ENROLLMENTS_READ}
    tag = "enrollments"
    serializer_class = EnrollmentSerializer
    filterset_class = EnrollmentFilter
    queryset = Enrollment.objects.none()
    ordering = ("pk",)

    def get_queryset(self) -> QuerySet[Enrollment]:
        return _visible(api_enrollment(self.request, self.kwargs["course"]))


class EnrollmentDetail(ScopedView):
    """One person of a course, for its staff and for that person."""

    scopes: ClassVar = {"GET": ApiScope.ENROLLMENTS_READ}
    tag = "enrollments"

    @extend_schema(operation_id="read_enrollment", responses=EnrollmentSerializer)
    def get(self, request: Request, course: str, enrollment: int) -> Response:
        """Read about a person of a course; students only about themselves."""
        found: Any = get_object_or_404(_visible(api_enrollment(request, course)), pk=enrollment)
        return Response(EnrollmentSerializer(found).data)
