"""The overview of a task's class, for teaching assistants and instructors."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coursework.access import staff_enrollment_or_404, task_or_404
from coursework.models import Enrollment, Role, Task
from coursework.request import signed_in
from grading.dashboard.filter import FLAGS, OUTCOMES, STATES, ClassFilter
from grading.dashboard.page import ALL, Asked, conditions, dashboard_page, heads
from grading.grades.permissions import may_edit_rubric, may_release
from grading.services.visits import note_visit


@never_cache
@require_safe
def dashboard(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show where a task's class stands, and the students that were asked for."""
    viewer, found = of_staff(request, course, assignment, task)
    now = timezone.now()
    before = note_visit(task=found, user=viewer.user, now=now)
    asked = Asked(ClassFilter.read(request.GET), request.GET.get("page", ""), before)
    return render(request, "grading/dashboard.html", _context(viewer, found, asked))


def refused(
    request: HttpRequest, viewer: Enrollment, task: Task, query: QueryDict, *, error: str, picked: Collection[str]
) -> HttpResponse:
    """Show the same page again after an act that was refused, with what was ticked."""
    asked = Asked(ClassFilter.read(query), query.get("page", ""))
    context = _context(viewer, task, asked) | {"error": error, "picked": picked}
    return render(request, "grading/dashboard.html", context, status=422)


def of_staff(request: HttpRequest, course: str, assignment: str, task: str) -> tuple[Enrollment, Task]:
    """Return who looks and at which task; Http404 for everybody but the course's staff."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    return viewer, task_or_404(enrollment=viewer, assignment=assignment, task=task)


def _context(viewer: Enrollment, task: Task, asked: Asked) -> dict[str, Any]:
    gathered = dashboard_page(task, asked, now=timezone.now())
    people, sections, wanted = gathered["people"], gathered["sections"], asked.wanted
    return gathered | {
        "course": viewer.course,
        "viewer": viewer,
        "is_instructor": viewer.role == Role.INSTRUCTOR,
        "may_release": may_release(viewer),
        "may_edit_rubric": may_edit_rubric(viewer),
        "task": task,
        "tasks": task.assignment.tasks.all(),
        "wanted": wanted,
        "query": wanted.query(),
        "kept_page": asked.page,
        "all_query": wanted.query(page=ALL),
        "here": reverse("dashboard", kwargs=task.url_arguments()),
        "conditions": conditions(wanted, people=people, sections=sections),
        "heads": heads(wanted),
        "outcomes": [(one.value, words) for one, words in OUTCOMES.items()],
        "states": STATES.items(),
        "flags": FLAGS.items(),
        "picked": (),
    }
