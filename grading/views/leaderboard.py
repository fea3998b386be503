"""The leaderboard of a task, for the people of its course; its settings, and the names behind it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coursework.access import enrollment_or_404, instructor_enrollment_or_404, staff_enrollment_or_404, task_or_404
from coursework.models import Enrollment, Role, Task
from coursework.request import signed_in
from grading.board import PLACE, Board, board_for
from grading.board_version import board_version
from grading.forms import BoardNameForm, BoardSettingsForm
from grading.services.board import SETTINGS, UNTIL_RELEASED, NamesHidden, any_hidden, reveal_names, set_board, show_as
from grading.views.polling import sign_in_again
from grading.visibility import is_over

# Column, its head, its classes; those of designs are left out where these are hidden.
COLUMNS = ((PLACE, "Place", ""), ("name", "Name", ""))
DESIGN_COLUMNS = (("inputs", "Inputs", "hide-s"), ("parameters", "Parameters", "num hide-s"))


@require_http_methods(["GET", "HEAD"])
def leaderboard_page(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Rank the class under pseudonyms. Classmates' designs stay hidden until nobody can hand in any more."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    return _page(request, enrollment, found)


@login_not_required
@require_http_methods(["GET", "HEAD"])
def board_rows(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponseBase:
    """Return the board alone, for the page to update itself; 204 while it is still what the page shows."""
    if not request.user.is_authenticated:
        return sign_in_again(request, note_at="#board-note")
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    over = is_over(found, timezone.now())
    if request.GET.get("seen") == board_version(task=found, viewer=enrollment, over=over):
        return HttpResponse(status=204)  # nothing is swapped, so focus, scroll and selection stay where they are
    context = _board_context(request.GET, enrollment, found)
    return render(request, "grading/_board_region.html", context | {"note": True})


@require_http_methods(["POST"])
def board_name(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Let a student choose under which name classmates see them."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    if enrollment.role != Role.STUDENT:
        raise Http404
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    form = BoardNameForm(request.POST, enrollment=enrollment)
    if not form.is_valid():
        return _page(request, enrollment, found, name_form=form, status=422)
    show_as(enrollment=enrollment, own_name=form.cleaned_data["shown_as"] == "name")
    messages.success(request, "Saved. It holds for all leaderboards of this course.")
    return redirect(_address("leaderboard", found))


@require_http_methods(["POST"])
def board_settings(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Let an instructor say how students see the board."""
    enrollment = instructor_enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    form = BoardSettingsForm(request.POST, task=found)
    if not form.is_valid():
        return _page(request, enrollment, found, settings_form=form, status=422)
    values = {name: form.cleaned_data[name] for name in SETTINGS}
    changed = set_board(task=found, actor=signed_in(request), frozen=form.cleaned_data["frozen"], values=values)
    messages.success(request, "Saved." if changed else "Nothing was changed.")
    return redirect(_address("leaderboard", found))


@require_http_methods(["POST"])
def board_reveal(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show course staff the names behind the pseudonyms, once; each time is remembered."""
    enrollment = staff_enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    try:
        names = reveal_names(task=found, actor=signed_in(request))
    except NamesHidden as why:
        messages.warning(request, str(why))
        return redirect(_address("leaderboard", found))
    response = _page(request, enrollment, found, names=names)
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest,
    enrollment: Enrollment,
    task: Task,
    *,
    name_form: BoardNameForm | None = None,
    settings_form: BoardSettingsForm | None = None,
    names: Mapping[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _board_context(request.GET, enrollment, task, names)
    if enrollment.role == Role.STUDENT:
        context["name_form"] = name_form or BoardNameForm(enrollment=enrollment)
    if enrollment.role == Role.INSTRUCTOR:
        context["settings_form"] = settings_form or BoardSettingsForm(task=task)
    context["names_hidden"] = UNTIL_RELEASED if enrollment.is_course_staff and any_hidden(task) else ""
    context["tasks"] = Task.objects.filter(assignment__course=enrollment.course_id).select_related("assignment__course")
    return render(request, "grading/leaderboard.html", context, status=status)


def _board_context(
    wanted: Mapping[str, str], enrollment: Enrollment, task: Task, names: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """Gather the board, and where htmx asks for the next one; a board that can't change any more asks no more."""
    over = is_over(task, timezone.now())
    seen = board_version(task=task, viewer=enrollment, over=over)  # before the rows are read: no change gets lost
    board = replace(board_for(task=task, viewer=enrollment, wanted=wanted, over=over), names=names or {})
    rows = f"{_address('board_rows', task)}?{board.sorting.query}&seen={seen}"
    return {
        "course": enrollment.course,
        "enrollment": enrollment,
        "task": task,
        "board": board,
        "heads": _heads(board, _address("leaderboard", task)),
        "median_head": _head(board, _address("leaderboard", task), ("median", "Median", "num")),
        "revealed": names is not None,
        "rows_address": rows if names is None and not board.is_final else "",
    }


def _heads(board: Board, address: str) -> list[dict[str, str]]:
    columns = COLUMNS + (DESIGN_COLUMNS if board.designs else ())
    return [_head(board, address, column) for column in columns]


def _head(board: Board, address: str, column: tuple[str, str, str]) -> dict[str, str]:
    name, label, css = column
    return {
        "name": name,
        "label": label,
        "css": css,
        "aria": board.sorting.aria(name),
        "link": f"{address}?{board.sorting.next_of(name).query}",
    }


def _address(name: str, task: Task) -> str:
    return reverse(name, kwargs=task.url_arguments())
