"""Running submissions again: one, or a whole task, tried or for real. For operators and a course's instructors."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.access import managed_course_or_404
from coursework.models import Enrollment, Role, Submission, Task, User
from coursework.request import signed_in
from grading.forms_rerun import DRY, ReasonForm, RerunForm
from grading.grades.keys import grading_url
from grading.models import BatchState, RerunBatch, Scope, Status
from grading.reruns import compare, graded_in, scope_counts
from grading.services.rerun import (
    BatchRunning,
    RerunRefused,
    apply_batch,
    finish_batches,
    run_again,
    start_batch,
    stop_batch,
)
from grading.tasks import hint, hint_at_batch
from grading.wording import MARKS


@require_POST
def rerun(request: HttpRequest, *, receipt_number: str) -> HttpResponse:
    """Queue one submission once more and go back to where the button was."""
    actor = signed_in(request)
    submission = (
        Submission.objects.select_related("task__assignment__course").filter(receipt_number=receipt_number).first()
    )
    if submission is None:
        raise Http404
    course = managed_course_or_404(user=actor, course=submission.task.assignment.course.slug)
    form = ReasonForm(request.POST)
    if form.is_valid():
        _run_again(request, submission, actor, form.cleaned_data["reason"])
    else:
        messages.error(request, f"Not run again: {' '.join(map(str, form.errors['reason']))}")
    if request.POST.get("back") == "grading" and Enrollment.objects.filter(user=actor, course=course).exists():
        return redirect(grading_url(submission.task, submission.enrollment_id))
    if request.POST.get("back") == "submission" and Enrollment.objects.filter(user=actor, course=course).exists():
        return redirect("submission", receipt_number=receipt_number)
    return redirect("queue") if actor.is_staff else redirect("course_queue", course=course.slug)


def _run_again(request: HttpRequest, submission: Submission, actor: User, reason: str) -> None:
    try:
        verification = run_again(submission=submission, actor=actor, reason=reason)
    except RerunRefused as refusal:
        messages.warning(request, str(refusal))
        return
    hint(verification.pk, is_rerun=True)
    number = submission.receipt_number
    messages.success(request, f"{number} is run again. Until that is done, its earlier result, if any, counts.")


@require_http_methods(["GET", "HEAD", "POST"])
def rerun_task(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Offer to run a task's submissions again, with counts; start it on POST."""
    actor = signed_in(request)
    found = managed_task_or_404(actor, course, assignment, task)
    form = RerunForm(request.POST if request.method == "POST" else None, counts=scope_counts(found))
    if request.method == "POST" and form.is_valid():
        try:
            return _started(request, form, found, actor)
        except BatchRunning as refusal:
            messages.info(request, str(refusal))
            return to_batch(refusal.batch)
        except RerunRefused as refusal:
            form.add_error("scope", str(refusal))
    batches = RerunBatch.objects.filter(task=found)
    context = {
        "course": found.assignment.course,
        "task": found,
        "form": form,
        "batches": batches.select_related("requested_by")[:20],
        "running": batches.filter(state=BatchState.RUNNING).first(),
    }
    return render(request, "grading/rerun_task.html", context, status=422 if form.errors else 200)


def _started(request: HttpRequest, form: RerunForm, task: Task, actor: User) -> HttpResponseRedirect:
    chosen = form.cleaned_data
    dry_run = chosen["how"] == DRY
    batch = start_batch(task=task, actor=actor, scope=Scope(chosen["scope"]), dry_run=dry_run, reason=chosen["reason"])
    hint_at_items(batch)
    return to_batch(batch)


@require_safe
def rerun_batch(request: HttpRequest, *, course: str, assignment: str, task: str, batch: int) -> HttpResponse:
    """Show how far a batch is and what came of it; htmx gets the part that changes."""
    found = _batch_or_404(signed_in(request), course, assignment, task, batch)
    rows = compare(found)
    context = {
        "course": found.task.assignment.course,
        "task": found.task,
        "batch": found,
        "rows": [
            (row, MARKS[row.before.outcome] if row.before else None, MARKS[row.after.outcome] if row.after else None)
            for row in rows
        ],
        "done": sum(not row.pending for row in rows),
        "changed": sum(row.changed for row in rows),
        "unchanged": sum(row.after is not None and not row.changed for row in rows),
        "without": sum(row.after is None and not row.pending for row in rows),
        "applied": RerunBatch.objects.filter(applies=found).first(),
        "may_open": _may_open(signed_in(request), found.task),
    }
    if not found.is_running:
        context["graded"], context["graded_differ"] = graded_in(found)
    partial = request.headers.get("HX-Request") == "true"
    return render(request, "grading/_rerun_batch.html" if partial else "grading/rerun_batch.html", context)


@require_POST
def rerun_apply(request: HttpRequest, *, course: str, assignment: str, task: str, batch: int) -> HttpResponse:
    """Run for real what a dry run found to change."""
    actor = signed_in(request)
    found = _batch_or_404(actor, course, assignment, task, batch)
    try:
        real = apply_batch(batch=found, actor=actor)
    except RerunRefused as refusal:
        messages.warning(request, str(refusal))
        return to_batch(refusal.batch if isinstance(refusal, BatchRunning) else found)
    hint_at_items(real)
    return to_batch(real)


@require_POST
def rerun_stop(request: HttpRequest, *, course: str, assignment: str, task: str, batch: int) -> HttpResponse:
    """Stop a dry run before it is through."""
    actor = signed_in(request)
    found = _batch_or_404(actor, course, assignment, task, batch)
    if not stop_batch(batch=found, actor=actor):
        messages.info(request, "Only a dry run that still runs can be stopped. A rerun ends by itself.")
    return to_batch(found)


def managed_task_or_404(user: User, course: str, assignment: str, task: str) -> Task:
    """Return a task for those who run its work again; Http404 for anybody else."""
    managed = managed_course_or_404(user=user, course=course)
    tasks = Task.objects.select_related("assignment__course")
    return get_object_or_404(tasks, assignment__course=managed, assignment__slug=assignment, slug=task)


def _batch_or_404(user: User, course: str, assignment: str, task: str, batch: int) -> RerunBatch:
    found = managed_task_or_404(user, course, assignment, task)
    finish_batches()
    batches = RerunBatch.objects.select_related("task__assignment__course", "requested_by", "applies")
    return get_object_or_404(batches, pk=batch, task=found)


def _may_open(user: User, task: Task) -> bool:
    """Whether the person may open submissions of the task: an operator is not of the course by that alone."""
    return Enrollment.objects.filter(
        user=user, course=task.assignment.course_id, active=True, role__in=(Role.INSTRUCTOR, Role.TEACHING_ASSISTANT)
    ).exists()


def hint_at_items(batch: RerunBatch) -> None:
    """Tell workers of a batch that has just been stored."""
    items = batch.items.filter(status=Status.QUEUED).values_list("pk", flat=True)
    verifications = batch.items.filter(verification__status=Status.QUEUED).values_list("verification", flat=True)
    hint_at_batch(items=list(items), verifications=[pk for pk in verifications if pk is not None])


def to_batch(batch: RerunBatch) -> HttpResponseRedirect:
    """Lead to a batch's page."""
    return HttpResponseRedirect(reverse("rerun_batch", kwargs=batch.url_arguments()))
