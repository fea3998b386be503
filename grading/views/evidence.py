"""The evidence of one submission, for course staff: its pictures beside the checks, a note and a mark."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from coursework.access import submission_or_404
from coursework.models import Enrollment, Submission
from coursework.request import signed_in
from grading.evidence.page import evidence_page
from grading.evidence.queue import Neighbours, QueueFilter, neighbours, review_queue
from grading.evidence.retrained import retrained
from grading.evidence.standing import standing_of, subject_of
from grading.evidence_marks import marks_of
from grading.forms_evidence import EvidenceMarkForm
from grading.grades.keys import grading_url
from grading.grades.names import hidden_names
from grading.models.evidence import digest_of
from grading.services.evidence.marks import MarkRefused, mark_seen, write_note
from grading.wording import mark


@never_cache
@require_safe
def evidence(request: HttpRequest, *, receipt_number: str) -> HttpResponse:
    """Show a submission's evidence, and how to come to the next one in the review queue."""
    submission, viewer = _for_staff_or_404(request, receipt_number)
    return _page(request, submission, viewer)


@require_POST
def evidence_mark(request: HttpRequest, *, receipt_number: str) -> HttpResponse:
    """Keep the note, and mark what was shown as seen or not; then the same page again, or the next in the queue."""
    submission, viewer = _for_staff_or_404(request, receipt_number)
    form = EvidenceMarkForm(request.POST)
    if not form.is_valid():
        return _page(request, submission, viewer, form, status=422)
    wanted = QueueFilter.read(request.GET)
    following = _neighbours(submission, wanted).next if form.goes_on else ""
    try:
        is_kept = _keep(submission, viewer, form)
    except MarkRefused as refused:
        form.add_error("note", str(refused))
        return _page(request, submission, viewer, form, status=422)
    if not is_kept:
        messages.warning(request, "Meanwhile the checks found something else, so it is not marked as seen: look again.")
        return redirect(_address(submission.receipt_number, wanted))
    if form.goes_on and not following:
        messages.success(request, "That was the last one here.")
        return redirect(_queue_address(submission, wanted))
    return redirect(_address(following or submission.receipt_number, wanted))


def _for_staff_or_404(request: HttpRequest, receipt_number: str) -> tuple[Submission, Enrollment]:
    submission, viewer = submission_or_404(user=signed_in(request), receipt_number=receipt_number)
    if not viewer.is_course_staff:  # students see nothing of this, not even that it is there
        raise Http404
    return submission, viewer


def _keep(submission: Submission, viewer: Enrollment, form: EvidenceMarkForm) -> bool:
    """Store note and mark; False if it was to be marked as seen and something else is there than was looked at."""
    subject, task = subject_of(submission.receipt_number), submission.task
    write_note(task=task, subject=subject, note=form.cleaned_data["note"], actor=viewer.user)
    if form.seen is None:
        return True
    members = standing_of(submission).members
    if form.seen and form.cleaned_data["shown"] != digest_of(members):
        return False
    mark_seen(task=task, subject=subject, members=sorted(members), actor=viewer.user, seen=form.seen)
    return True


def _neighbours(submission: Submission, wanted: QueueFilter) -> Neighbours:
    return neighbours(review_queue(submission.task, wanted), submission)


def _address(receipt_number: str, wanted: QueueFilter) -> str:
    query = wanted.query()
    return reverse("evidence", kwargs={"receipt_number": receipt_number}) + (f"?{query}" if query else "")


def _queue_address(submission: Submission, wanted: QueueFilter) -> str:
    query = wanted.query()
    return reverse("evidence_queue", kwargs=submission.task.url_arguments()) + (f"?{query}" if query else "")


def _page(
    request: HttpRequest,
    submission: Submission,
    viewer: Enrollment,
    form: EvidenceMarkForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    wanted = QueueFilter.read(request.GET)
    found = evidence_page(submission, reader_on=reader_is_on())
    kept = marks_of(submission.task).get(subject_of(submission.receipt_number))
    shown = {"note": kept.note if kept else "", "shown": digest_of(found.standing.members)}
    hidden = hidden_names(submission.task)
    context: dict[str, Any] = {
        "course": submission.task.assignment.course,
        "task": submission.task,
        "submission": submission,
        "viewer": viewer,
        "name": hidden.name(submission.enrollment),  # the only place in which the page learns whose work it is
        "names_hidden": hidden(submission.enrollment_id),
        "page": found,
        "mark": mark(found.verification) if found.verification else None,
        "kept": kept,
        "form": form or EvidenceMarkForm(initial=shown),
        "beside": _neighbours(submission, wanted),
        "query": wanted.query(),
        "back": _queue_address(submission, wanted),
        "grading_url": f"{grading_url(submission.task, submission.enrollment_id)}?attempt={submission.attempt}",
        **retrained(found, submission),
    }
    return render(request, "grading/evidence.html", context, status=status)


def reader_is_on() -> bool:
    """Say whether this installation reads screenshots at all."""
    return settings.READ_SCREENSHOTS
