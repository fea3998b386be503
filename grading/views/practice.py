"""Practice runs: starting one, the list of one's own, and what came out."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coursework.access import enrollment_or_404, task_or_404
from coursework.models import Enrollment, Task
from coursework.request import signed_in
from coursework.selectors.deadlines import window_for
from grading.figures import Figure, practice_loss
from grading.forms import PracticeForm
from grading.grades.names import hidden_names
from grading.models import PracticeRun, Status
from grading.practice_reads import own_runs, practice_place, practice_run_or_404, quota_of
from grading.practice_wording import practice_mark, practice_wording
from grading.services.practice import OneIsLive, PracticeRefused, start_practice
from grading.tasks import hint_at_practice
from grading.verdicts import official_epochs
from grading.views.polling import HTMX_STOP, sign_in_again

MOST_LISTED = 50


@require_http_methods(["GET", "HEAD", "POST"])
def practice_page(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show the form and the person's own runs; start one. A refused form comes back as it was filled in."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    if request.method != "POST":
        form = PracticeForm(task=found, initial={"link": request.GET.get("link", "")})
        return _page(request, form, found, enrollment)
    form = PracticeForm(request.POST, task=found)
    if not form.is_valid() or form.spec is None:
        return _page(request, form, found, enrollment, status=422)
    try:
        run = start_practice(task=found, enrollment=enrollment, spec=form.spec)
    except PracticeRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, found, enrollment, status=409 if isinstance(refusal, OneIsLive) else 422)
    hint_at_practice(run.pk)
    return redirect(reverse("practice_run", kwargs=found.url_arguments() | {"run": run.pk}))


def _page(
    request: HttpRequest, form: PracticeForm, task: Task, enrollment: Enrollment, *, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    runs = own_runs(task=task, enrollment=enrollment)[:MOST_LISTED]
    standing = window_for(assignment=task.assignment, enrollment=enrollment).standing(now)
    context = {
        "form": form,
        "task": task,
        "course": enrollment.course,
        "enrollment": enrollment,
        "runs": [(run, practice_mark(run), official_epochs(run.practice_epochs)) for run in runs],
        "quota": quota_of(task=task, enrollment=enrollment, now=now),
        "standing": standing,
        "offered": bool(task.practice_seeds and task.practice_per_day),
        "open": enrollment.is_course_staff or standing.accepted,
    }
    return render(request, "grading/practice.html", context, status=status)


@require_http_methods(["GET", "HEAD"])
def practice_run_page(request: HttpRequest, *, course: str, assignment: str, task: str, run: int) -> HttpResponse:
    """Show one practice run to its owner and to the course's staff."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    practice = practice_run_or_404(viewer=enrollment, task=found, run=run)
    context = _shared(enrollment, found, practice)
    if not practice.is_live:
        context |= _outcome(found, practice)
    return render(request, "grading/practice_run.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD"])
def practice_progress(request: HttpRequest, *, course: str, assignment: str, task: str, run: int) -> HttpResponseBase:
    """Return the part of the page that changes while a practice run is live; once it is done, reload the page."""
    if not request.user.is_authenticated:
        return sign_in_again(request, note_at="#progress")
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    practice = practice_run_or_404(viewer=enrollment, task=found, run=run)
    if not practice.is_live:
        return HttpResponse(status=HTMX_STOP, headers={"HX-Refresh": "true"})
    return render(request, "grading/_practice_progress.html", _shared(enrollment, found, practice))


def _shared(enrollment: Enrollment, task: Task, run: PracticeRun) -> dict[str, Any]:
    return {
        "course": enrollment.course,
        "task": task,
        "run": run,
        "spec": run.spec,
        "is_owner": run.enrollment_id == enrollment.pk,
        "name": hidden_names(task).name(run.enrollment) if run.enrollment_id != enrollment.pk else "",
        "runs_total": len(task.practice_seeds) + bool(run.spec.seed),
        "place": practice_place(run) if run.status == Status.QUEUED else None,
    }


def _outcome(task: Task, run: PracticeRun) -> dict[str, Any]:
    """Gather what the page shows once a run is done."""
    median = official_epochs(run.practice_epochs)
    hand_in = reverse("hand_in", kwargs=task.url_arguments())
    return {
        "wording": practice_wording(run, median=median, seconds=settings.PRACTICE_SECONDS),
        "median": median,
        "loss": _loss(task, run),
        "hand_in_link": f"{hand_in}?{urlencode({'link': run.playground_link})}",
        "again_link": f"{reverse('practice', kwargs=task.url_arguments())}?{urlencode({'link': run.playground_link})}",
    }


def _loss(task: Task, run: PracticeRun) -> Figure | None:
    return practice_loss(run, target=task.rules.loss_threshold) if run.trace else None
