"""A task's course seeds: how hard they are, new ones drawn by a worker, single ones by hand."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.access import instructor_enrollment_or_404, task_or_404
from coursework.forms_setup.seeds import AddSeedForm, DrawSeedsForm
from coursework.models import SeedDrawing, Submission, Task
from coursework.models.seed_drawings import OPEN_STATES
from coursework.request import signed_in
from coursework.selectors.setup import impossible_seeds
from coursework.services.course_seeds import SeedRefused, add_course_seed, remove_course_seed
from coursework.services.seed_drawing import DrawingUnderWay, ask_for_seeds, is_lost
from grading.tasks import hint_drawing


def _task_or_404(request: HttpRequest, course: str, assignment: str, task: str) -> Task:
    enrollment = instructor_enrollment_or_404(user=signed_in(request), course=course)
    return task_or_404(enrollment=enrollment, assignment=assignment, task=task)


@require_http_methods(["GET", "HEAD", "POST"])
def task_seeds(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show the seeds, and have new ones drawn."""
    found = _task_or_404(request, course, assignment, task)
    if request.method != "POST":
        return _page(request, found)
    form = DrawSeedsForm(request.POST, hand_ins=_hand_ins(found))
    if not form.is_valid():
        return _page(request, found, draw=form, status=422)
    try:
        drawing = ask_for_seeds(task=found, count=form.cleaned_data["count"], actor=signed_in(request))
    except DrawingUnderWay as error:
        form.add_error(None, str(error))
        return _page(request, found, draw=form, status=409)
    hint_drawing(drawing.pk)
    return redirect("task_seeds", course=course, assignment=assignment, task=task)


@require_POST
def task_seed_add(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Add one seed by hand."""
    found = _task_or_404(request, course, assignment, task)
    form = AddSeedForm(request.POST)
    if form.is_valid():
        try:
            added = add_course_seed(task=found, seed=form.cleaned_data["seed"], actor=signed_in(request))
        except SeedRefused as error:
            form.add_error("seed", str(error))
        else:
            messages.success(request, f"Seed {added.seed} is added.")
            return redirect("task_seeds", course=course, assignment=assignment, task=task)
    return _page(request, found, add=form, status=422)


@require_POST
def task_seed_remove(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Remove one seed."""
    found = _task_or_404(request, course, assignment, task)
    seed = request.POST.get("seed", "")[:64]
    if remove_course_seed(task=found, seed=seed, actor=signed_in(request)):
        messages.success(request, f"Seed {seed} is removed.")
    else:
        messages.warning(request, f"Seed {seed} is not one of this task’s seeds, so nothing was changed.")
    return redirect("task_seeds", course=course, assignment=assignment, task=task)


@require_safe
def seed_drawing_fragment(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Say how far the newest drawing is; polled while it is open, then the page is asked for as a whole."""
    found = _task_or_404(request, course, assignment, task)
    context = _drawing(found)
    if context["drawing_open"]:
        return render(request, "grading/setup/_drawing.html", context | {"task": found})
    answer = HttpResponse(status=286)  # htmx: stop polling
    answer["HX-Redirect"] = reverse("task_seeds", kwargs=found.url_arguments())
    return answer


def _hand_ins(task: Task) -> int:
    return Submission.objects.filter(task=task).count()


def _drawing(task: Task) -> dict[str, Any]:
    drawing = SeedDrawing.objects.filter(task=task).first()
    is_open = drawing is not None and drawing.state in OPEN_STATES
    lost = drawing is not None and is_open and is_lost(drawing, timezone.now())
    return {"drawing": drawing, "drawing_open": is_open and not lost, "drawing_lost": lost}


def _page(
    request: HttpRequest,
    task: Task,
    *,
    draw: DrawSeedsForm | None = None,
    add: AddSeedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    hand_ins = _hand_ins(task)
    seeds = list(task.course_seeds.all())
    context = _drawing(task) | {
        "course": task.assignment.course,
        "task": task,
        "seeds": seeds,
        "epochs": [seed.reference_epochs for seed in seeds],
        "impossible": impossible_seeds(task, [seed.seed for seed in seeds]),
        "hand_ins": hand_ins,
        "draw": draw or DrawSeedsForm(hand_ins=hand_ins),
        "add": add or AddSeedForm(),
    }
    return render(request, "grading/setup/seeds.html", context, status=status)
