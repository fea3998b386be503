"""What every page's head needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from coursework.models import Enrollment, Role, Task, User

# Which entry a page belongs to, by the names of addresses.
TASK_PAGES = {"home", "task", "hand_in", "hand_in_picture_reading", "submission", "practice", "practice_run"} | {
    *("my_grades", "regrade_ask", "assignment"),
}
OVERVIEW_PAGES = {"course_dashboard", "dashboard", "course_queue", "rerun_task", "rerun_batch", "integrity"} | {
    *("evidence", "evidence_mark", "evidence_queue", "assignment_dashboard", "dashboard_act", "rerun_selection"),
    *("history", "history_download", "lms", "lms_preview", "lms_download", "lms_write", "reports", "report_download"),
    *("release", "regrades", "regrade"),
    *("lms_links", "lms_link", "lms_course_change", "lms_course_disconnect", "lms_roster", "lms_roster_read"),
}
GRADING_PAGES = {"grading", "grading_start", "grading_keep"}
PEOPLE_PAGES = {"people", "person", "person_new", "person_password", "sections", "section", "section_delete"} | {
    *("roster_upload", "roster_preview", "extensions", "extension", "extension_new", "extension_revoke")
}
SETUP_PAGES = {"setup_home", "course_new", "course_setup", "course_edit", "course_copy"} | {
    *("assignment_new", "assignment_edit", "task_new", "task_edit", "task_seeds"),
    *("rubric", "rubric_copy", "rubric_item_new", "rubric_item_edit", "rubric_item_delete", "rubric_group_new"),
    *("rubric_item_move", "rubric_group_move", "rubric_group_edit", "policy", "saved_comments", "saved_comments_edit"),
    *("webhooks", "webhook_new", "webhook", "webhook_edit", "webhook_delete", "webhook_secret"),
}
GRADEBOOK_PAGES = {"gradebook", "gradebook_student", "excuse"}
OPERATION_PAGES = {"queue", "platforms", "platform", "platform_new", "platform_edit", "platform_link"} | {
    *("platform_check", "deployment_add"),
}
BOARD_PAGES = {"leaderboard", "board_name", "board_settings", "board_reveal"}


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
    items = [("Tasks", reverse("home"), TASK_PAGES)]
    if enrollment is not None:
        items += _course_items(request, enrollment)
    if user.is_staff:
        items.append(("Operations", reverse("queue"), OPERATION_PAGES))
    items.append(("Help", reverse("help"), {"help"}))
    return {"nav": [NavigationItem(label, url, here in names) for label, url, names in items]}


def _enrollment_in_view(request: HttpRequest, user: User) -> Enrollment | None:
    """Return the enrollment in the course of this page, else the one in the person's newest course."""
    enrollments = (
        Enrollment.objects.filter(user=user, active=True).select_related("course").order_by("-course__created_at")
    )
    slug = request.resolver_match.kwargs.get("course") if request.resolver_match else None
    return (enrollments.filter(course__slug=slug).first() if slug else None) or enrollments.first()


def _course_items(request: HttpRequest, enrollment: Enrollment) -> list[tuple[str, str, set[str]]]:
    course = {"course": enrollment.course.slug}
    items: list[tuple[str, str, set[str]]] = []
    found = Task.objects.filter(assignment__course=enrollment.course).select_related("assignment__course")
    tasks = list(found.only("slug", "assignment__slug", "assignment__course__slug"))
    if enrollment.is_course_staff:
        items.append(("Overview", reverse("course_dashboard", kwargs=course), OVERVIEW_PAGES))
        if tasks:
            about = _in_view(request, tasks).url_arguments()
            items.append(("Review", reverse("grading_start", kwargs=about), GRADING_PAGES))
        items.append(("Gradebook", reverse("gradebook", kwargs=course), GRADEBOOK_PAGES))
        items.append(("People", reverse("people", kwargs=course), PEOPLE_PAGES))
    if enrollment.role == Role.INSTRUCTOR:
        items.append(("Set up", reverse("course_setup", kwargs=course), SETUP_PAGES))
    if tasks:
        items.append(("Leaderboard", reverse("leaderboard", kwargs=tasks[0].url_arguments()), BOARD_PAGES))
    return items


def _in_view(request: HttpRequest, tasks: Sequence[Task]) -> Task:
    """Return the task that this page is about, else the course's first."""
    where = request.resolver_match.kwargs if request.resolver_match else {}
    here = {name: where.get(name) for name in ("course", "assignment", "task")}
    return next((task for task in tasks if task.url_arguments() == here), tasks[0])
