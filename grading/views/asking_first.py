"""The page between a form and a change that moves grades: whom it moves, and the button that goes ahead."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grading.grades.access import StaffTask
from grading.services.grades.asking_first import GradesWouldChange

CONFIRMED, EDIT = "confirmed", "edit"
_LONGEST_DIGEST = 64


def confirmed(request: HttpRequest) -> str:
    """Return what the preview's button stands for; empty before there was one."""
    return request.POST.get(CONFIRMED, "")[:_LONGEST_DIGEST]


def is_sent(request: HttpRequest) -> bool:
    """Tell a form that is to be stored from one that comes back from the preview, to be changed once more."""
    return request.method == "POST" and EDIT not in request.POST


def preview_page(
    request: HttpRequest, found: StaffTask, asked: GradesWouldChange, *, heading: str, back: str
) -> HttpResponse:
    """Show whom the change moves; all that was sent comes along to the button that goes ahead."""
    sent = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    own = ("csrfmiddlewaretoken", CONFIRMED, EDIT)
    context: dict[str, Any] = {
        "viewer": found.viewer,
        "course": found.viewer.course,
        "task": found.task,
        "heading": heading,
        "effect": asked.effect,
        "outdated": asked.outdated,
        "sent": [(name, value) for name, value in sent if name not in own],
        "has_form": any(name not in own for name, _ in sent),
        "back": back,
    }
    return render(request, "grading/setup/rubric_preview.html", context, status=409 if asked.outdated else 200)


def page_context(found: StaffTask, **more: Any) -> dict[str, Any]:
    """Give what every page about the grading of a task shows."""
    return {"viewer": found.viewer, "course": found.viewer.course, "task": found.task} | more
