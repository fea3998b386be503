"""Assignments and tasks of a course as who asks sees them: with their own times, and the seeds that they may see."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from coursework.access import assignment_or_404, task_or_404
from coursework.deadlines import Window
from coursework.models import Assignment, Enrollment, Submission, Task
from coursework.models.assignments import Criterion
from coursework.selectors.deadlines import own_windows, window_for
from engine.link import write_link
from grading.api.base import ScopedList, ScopedView
from grading.api.permissions import api_enrollment
from grading.api.scopes import ApiScope
from grading.api.v1.words import STANDINGS
from grading.visibility import is_over, seeds_visible


class WindowSerializer(serializers.Serializer[Window]):
    """When hand-ins are accepted and on time."""

    opens_at = serializers.DateTimeField(read_only=True, help_text="Hand-ins are accepted from here on.")
    due_at = serializers.DateTimeField(read_only=True, help_text="Up to and including this instant: on time.")
    closes_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Late hand-ins are accepted up to here. Null: none are."
    )


class OwnWindowSerializer(WindowSerializer):
    """The same for who asks, with their extension."""

    standing = serializers.SerializerMethodField(help_text="How a hand-in would stand now.")
    is_extended = serializers.SerializerMethodField(help_text="Whether an extension gives you more time.")

    @extend_schema_field(serializers.ChoiceField(choices=STANDINGS))
    def get_standing(self, window: Window) -> str:
        return window.standing(timezone.now()).name.lower()

    def get_is_extended(self, window: Window) -> bool:
        return bool(window != self.context["class_window"])


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """Work that is due together."""

    # context["window"] gives the Window of who asks in an assignment.
    window = serializers.SerializerMethodField(help_text="Your own times, with your extension.")
    class_window = WindowSerializer(
        source="window", read_only=True, help_text="The times of everybody without an extension."
    )

    class Meta:
        model = Assignment
        fields = ("slug", "title", "window", "class_window", "late_percent_per_day", "late_most_percent")
        read_only_fields = fields
        extra_kwargs: ClassVar = {
            "slug": {"help_text": "Its short name in addresses."},
            "title": {"help_text": "Its name on the pages."},
        }

    @extend_schema_field(OwnWindowSerializer)
    def get_window(self, assignment: Assignment) -> dict[str, Any]:
        window = self.context["window"](assignment)
        return dict(OwnWindowSerializer(window, context={"class_window": assignment.window}).data)


@extend_schema_view(get=extend_schema(operation_id="list_assignments"))
class Assignments(ScopedList[Assignment]):
    """List the assignments of a course, the earliest due first."""

    scopes: ClassVar = {"GET": ApiScope.COURSES_READ}
    tag = "assignments"
    serializer_class = AssignmentSerializer
    queryset = Assignment.objects.none()
    ordering = ("due_at", "pk")

    def get_queryset(self) -> QuerySet[Assignment]:
        self.viewer = api_enrollment(self.request, self.kwargs["course"])
        return Assignment.objects.filter(course=self.viewer.course_id)

    def get_serializer_context(self) -> dict[str, Any]:
        window = own_windows([self.viewer])
        own = {"window": lambda assignment: window(assignment, self.viewer)}
        return {**super().get_serializer_context(), **own}


class AssignmentDetail(ScopedView):
    """One assignment of a course."""

    scopes: ClassVar = {"GET": ApiScope.COURSES_READ}
    tag = "assignments"

    @extend_schema(operation_id="read_assignment", responses=AssignmentSerializer)
    def get(self, request: Request, course: str, assignment: str) -> Response:
        """Read an assignment of a course."""
        viewer = api_enrollment(request, course)
        found = assignment_or_404(enrollment=viewer, assignment=assignment)

        def window(one: Assignment) -> Window:
            return window_for(assignment=one, enrollment=viewer)

        return Response(AssignmentSerializer(found, context={"window": window}).data)


@dataclass(frozen=True, slots=True)
class Sight:
    """What who asks may see of an assignment's tasks."""

    viewer: Enrollment
    is_over: Callable[[Task], bool]
    used: Callable[[Task], int]

    def seeds(self, task: Task) -> bool:
        """Say whether the course seeds are theirs to see; whether the task is over is asked only where it decides."""
        return seeds_visible(task, self.viewer, over=False) or self.is_over(task)


class TaskSerializer(serializers.ModelSerializer[Task]):
    """What is to be solved, and by which rules."""

    # context["sight"] is the Sight of who asks.
    assignment = serializers.SlugField(
        source="assignment.slug", read_only=True, help_text="The assignment's short name."
    )
    instructions = serializers.CharField(read_only=True, help_text="Markdown.")
    criterion = serializers.ChoiceField(
        choices=Criterion.choices,
        read_only=True,
        help_text="Which loss has to show the target; `both`: both at the same epoch.",
    )
    attempts = serializers.IntegerField(read_only=True, help_text="How often each student may hand in.")
    attempts_used = serializers.SerializerMethodField(help_text="How often you have.")
    allowed_settings = serializers.SerializerMethodField(
        help_text="Setting to the values that it may have; a setting that is not named may be anything."
    )
    starting_link = serializers.SerializerMethodField(help_text="The Playground with the task's settings.")
    course_seed_count = serializers.SerializerMethodField(help_text="On so many seeds a design is ranked.")
    course_seeds = serializers.SerializerMethodField(help_text="Null while they are not yours to see.")
    share_for_target = serializers.SerializerMethodField(
        help_text="For staff, else null: the share of the points for reaching the target as claimed."
    )
    full_points_epochs = serializers.SerializerMethodField(
        help_text="For staff, else null: so many official epochs, or fewer, give all points."
    )
    practice_seeds = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Practice runs train on these; they are no course seeds.",
    )

    class Meta:
        model = Task
        rules = ("criterion", "target", "max_epochs", "allowed_settings", "starting_link")
        seeds = ("course_seed_count", "course_seeds", "practice_seeds", "practice_per_day")
        grade = ("points", "share_for_target", "full_points_epochs")
        attempts = ("attempts", "attempts_used")
        fields = ("slug", "title", "assignment", "position", "instructions", *rules, *attempts, *grade, *seeds)
        read_only_fields = ("slug", "title", "position", "target", "max_epochs", "points", "practice_per_day")
        extra_kwargs: ClassVar = {
            "slug": {"help_text": "Its short name in addresses."},
            "title": {"help_text": "Its name on the pages."},
            "position": {"help_text": "Its place among the tasks of the assignment."},
            "max_epochs": {"help_text": "The last epoch at which the target may be reached."},
        }

    @property
    def _sight(self) -> Sight:
        sight: Sight = self.context["sight"]
        return sight

    def get_attempts_used(self, task: Task) -> int:
        return self._sight.used(task)

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "array", "items": {}}})
    def get_allowed_settings(self, task: Task) -> dict[str, Any]:
        return dict(task.allowed_settings)

    def get_starting_link(self, task: Task) -> str:
        return write_link(task.rules.starting_spec)

    def get_course_seed_count(self, task: Task) -> int:
        return len(task.rules.course_seeds)

    def get_course_seeds(self, task: Task) -> list[str] | None:
        return list(task.rules.course_seeds) if self._sight.seeds(task) else None

    @extend_schema_field(serializers.DecimalField(max_digits=3, decimal_places=2, allow_null=True))
    def get_share_for_target(self, task: Task) -> str | None:
        return str(task.share_for_target) if self._sight.viewer.is_course_staff else None

    def get_full_points_epochs(self, task: Task) -> int | None:
        return task.full_points_epochs if self._sight.viewer.is_course_staff else None


def _sight(viewer: Enrollment, assignment: Assignment) -> Sight:
    """Gather what holds for all tasks of an assignment, in a query each."""
    handed_in = Submission.objects.filter(task__assignment=assignment, enrollment=viewer).values_list("task", flat=True)
    used = list(handed_in)
    over: list[bool] = []

    def assignment_is_over(task: Task) -> bool:
        if not over:
            over.append(is_over(task, timezone.now()))
        return over[0]

    return Sight(viewer, assignment_is_over, lambda task: used.count(task.pk))


@extend_schema_view(get=extend_schema(operation_id="list_tasks"))
class Tasks(ScopedList[Task]):
    """List the tasks of an assignment, in the order of its page."""

    scopes: ClassVar = {"GET": ApiScope.COURSES_READ}
    tag = "tasks"
    serializer_class = TaskSerializer
    queryset = Task.objects.none()
    ordering = ("position", "pk")

    def get_queryset(self) -> QuerySet[Task]:
        viewer = api_enrollment(self.request, self.kwargs["course"])
        assignment = assignment_or_404(enrollment=viewer, assignment=self.kwargs["assignment"])
        self.sight = _sight(viewer, assignment)
        return assignment.tasks.select_related("assignment").prefetch_related("course_seeds")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "sight": self.sight}


class TaskDetail(ScopedView):
    """One task of an assignment."""

    scopes: ClassVar = {"GET": ApiScope.COURSES_READ}
    tag = "tasks"

    @extend_schema(operation_id="read_task", responses=TaskSerializer)
    def get(self, request: Request, course: str, assignment: str, task: str) -> Response:
        """Read a task: what is to be solved, and by which rules."""
        viewer = api_enrollment(request, course)
        found = task_or_404(enrollment=viewer, assignment=assignment, task=task)
        return Response(TaskSerializer(found, context={"sight": _sight(viewer, found.assignment)}).data)
