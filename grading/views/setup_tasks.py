"""Making, changing and deleting tasks, with previews of instructions and points."""

import secrets
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.access import assignment_or_404, instructor_enrollment_or_404, task_or_404
from coursework.feasible import why_impossible
from coursework.forms_setup.tasks import PointsForm, TaskForm, start_of
from coursework.markdown import rendered_markdown
from coursework.models import Assignment, Task
from coursework.request import signed_in
from coursework.services.assignments import HasGrades, HasHandIns
from coursework.services.rows import SlugTaken
from coursework.services.tasks import change_task, create_task, delete_task
from coursework.task_templates import TEMPLATES, start_values
from engine.calibration import draw_seeds
from grading.points_preview import PointsPreview, points_preview
from grading.scoring import ScoringRule
from grading.services.grades.rows import drop_untouched_grades

NEW_PRACTICE_SEEDS = 3


@require_http_methods(["GET", "HEAD", "POST"])
def task_new(request: HttpRequest, *, course: str, assignment: str) -> HttpResponse:
    """Make a task, from a template if one is named."""
    user = signed_in(request)
    enrollment = instructor_enrollment_or_404(user=user, course=course)
    found = assignment_or_404(enrollment=enrollment, assignment=assignment)
    start = _start(found, request.GET.get("template", ""))
    form = TaskForm(request.POST if request.method == "POST" else None, assignment=found, start=start)
    if _is_to_be_saved(request, form):
        try:
            task = create_task(assignment=found, actor=user, values=form.values)
        except SlugTaken as error:
            form.add_error("slug", str(error))
        else:
            messages.success(request, f"{task.title} is there. Next: its course seeds.")
            return redirect(reverse("task_seeds", kwargs=task.url_arguments()))
    return _page(request, form, found)


@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Change a task; what that does to hand-ins is said before it is stored."""
    user = signed_in(request)
    enrollment = instructor_enrollment_or_404(user=user, course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    bound = request.POST if request.method == "POST" else None
    form = TaskForm(bound, assignment=found.assignment, task=found, start=start_of(found))
    if _is_to_be_saved(request, form):
        try:
            changed = change_task(task=found, actor=user, values=form.values)
        except SlugTaken as error:
            found.refresh_from_db()
            form.add_error("slug", str(error))
        else:
            messages.success(request, "Saved." if changed else "Nothing was different, so nothing was changed.")
            return redirect("course_setup", course=course)
    return _page(request, form, found.assignment, found)


@require_POST
def task_delete(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Delete a task with its rubric, as long as nothing was handed in and nobody has worked on a grade."""
    user = signed_in(request)
    enrollment = instructor_enrollment_or_404(user=user, course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    try:
        drop_untouched_grades(task=found)
        delete_task(task=found, actor=user)
    except (HasGrades, HasHandIns) as error:
        messages.error(request, str(error))
        form = TaskForm(assignment=found.assignment, task=found, start=start_of(found))
        return _page(request, form, found.assignment, found, status=409)
    messages.success(request, f"{found.title} is deleted.")
    return redirect("course_setup", course=course)


@require_safe
def points_fragment(request: HttpRequest, *, course: str) -> HttpResponse:
    """Draw the points for the numbers as they are being typed."""
    instructor_enrollment_or_404(user=signed_in(request), course=course)
    form = PointsForm(request.GET)
    return render(request, "grading/setup/_points.html", {"preview": _preview(form), "points_form": form})


@require_POST
def instructions_fragment(request: HttpRequest, *, course: str) -> HttpResponse:
    """Render the instructions as they are being typed."""
    instructor_enrollment_or_404(user=signed_in(request), course=course)
    text = request.POST.get("instructions", "")[:20_000]
    return render(request, "grading/setup/_instructions.html", {"instructions": rendered_markdown(text)})


def _is_to_be_saved(request: HttpRequest, form: TaskForm) -> bool:
    """Tell whether to store the form: it was sent, not by the button "Preview", and nothing is wrong with it."""
    return form.is_bound and "preview" not in request.POST and form.is_valid()


def _start(assignment: Assignment, template: str) -> dict[str, Any]:
    """Give the values with which a new task's form opens: the template's over the model's own."""
    fresh = Task(assignment=assignment)
    start = start_of(fresh) | {"position": assignment.tasks.count() + 1}
    if template in TEMPLATES:
        start |= start_values(TEMPLATES[template])
        taken = set(assignment.tasks.values_list("slug", flat=True))
        start["slug"] = "" if start["slug"] in taken else start["slug"]
    fresh.allowed_settings, fresh.criterion = start["allowed_settings"], start["criterion"]
    return start | {"practice_seeds": " ".join(_practice_seeds(fresh))}


def _practice_seeds(task: Task) -> list[str]:
    """Draw seeds that everybody may know, such that the target is possible on them."""
    rules = task.rules
    drawn = draw_seeds(secrets.token_hex(16), 20)
    possible = [seed for seed in drawn if not why_impossible(rules, rules.starting_spec.with_seed(seed))]
    return possible[:NEW_PRACTICE_SEEDS]


def _preview(form: PointsForm) -> PointsPreview | None:
    """Draw the rule of a form, of its first values if it was not sent; None while a number is missing."""
    names = ("points", "share_for_target", "full_points_epochs", "max_epochs")
    if form.is_bound and form.errors.keys() & set(names):
        return None
    values = form.cleaned_data if form.is_bound else {name: form.fields[name].initial for name in names}
    return points_preview(ScoringRule(**{name: values[name] for name in names}))


def _page(
    request: HttpRequest, form: TaskForm, assignment: Assignment, task: Task | None = None, *, status: int = 200
) -> HttpResponse:
    previewing = "preview" in request.POST
    if form.is_bound and form.errors and not previewing:
        status = 422
    text = form["instructions"].value() or ""
    context = {
        "form": form,
        "course": assignment.course,
        "assignment": assignment,
        "task": task,
        "rubric_items": task.rubric_items.count() if task else 0,
        "templates": TEMPLATES.values(),
        "template": request.GET.get("template", ""),
        "previewing": previewing,
        "preview": _preview(form),
        "points_form": form,
        "instructions": rendered_markdown(text[:20_000]),
    }
    return render(request, "grading/setup/task.html", context, status=status)
