"""What every page's head needs."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from coursework.models import Enrollment, Task, User


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give the navigation of the signed-in person: tasks, leaderboard, and for course staff the overview."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"nav": []}
    here = request.resolver_match.url_name if request.resolver_match else ""
    enrollment = _enrollment_in_view(request, user)
    items = [("Tasks", reverse("home"), {"home", "task", "hand_in", "submission"})]
    if enrollment is not None:
        items += _course_items(enrollment)
    items.append(("Help", reverse("help"), {"help"}))
    return {"nav": [NavigationItem(label, url, here in names) for label, url, names in items]}


def _enrollment_in_view(request: HttpRequest, user: User) -> Enrollment | None:
    """Return the enrollment in the course of this page, else the one in the person's newest course."""
    enrollments = (
        Enrollment.objects.filter(user=user, active=True).select_related("course").order_by("-course__created_at")
    )
    slug = request.resolver_match.kwargs.get("course") if request.resolver_match else None
    return (enrollments.filter(course__slug=slug).first() if slug else None) or enrollments.first()


def _course_items(enrollment: Enrollment) -> list[tuple[str, str, set[str]]]:
    course = enrollment.course
    items = []
    first = Task.objects.filter(assignment__course=course).select_related("assignment__course").first()
    if enrollment.is_course_staff:
        overview = reverse("course_dashboard", kwargs={"course": course.slug})
        items.append(("Overview", overview, {"course_dashboard", "dashboard"}))
    if first is not None:
        board = reverse("leaderboard", kwargs=first.url_arguments())
        items.append(("Leaderboard", board, {"leaderboard"}))
    return items
