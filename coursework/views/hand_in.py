"""The hand-in page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from coursework.access import enrollment_or_404, task_or_404
from coursework.forms import HandInForm
from coursework.models import Enrollment, Submission, Task
from coursework.request import signed_in
from coursework.selectors.deadlines import window_for
from coursework.selectors.submissions import attempts_used
from coursework.services.submissions import HandInRefused, IdempotencyConflict, NotStored, submit


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show the hand-in form and take what is handed in; a refused form comes back as it was filled in, with 422."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    if request.method != "POST":
        return _page(request, HandInForm(task=found), found, enrollment)
    form = HandInForm(request.POST, request.FILES, task=found)
    if not form.is_valid() or form.spec is None:
        return _page(request, form, found, enrollment, status=422)
    try:
        submission = _submit(form, found, enrollment)
    except IdempotencyConflict as conflict:
        form.add_error(None, str(conflict))
        return _page(request, form, found, enrollment, status=409)
    except NotStored as failure:
        form.add_error(None, str(failure))
        return _page(request, form, found, enrollment, status=507)
    except HandInRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, found, enrollment, status=422)
    return redirect("submission", receipt_number=submission.receipt_number)


def _submit(form: HandInForm, task: Task, enrollment: Enrollment) -> Submission:
    assert form.spec is not None  # a valid form has one
    return submit(
        task=task,
        enrollment=enrollment,
        spec=form.spec,
        claimed_epochs=form.cleaned_data["claimed_epochs"],
        screenshots=form.cleaned_data["screenshots"],
        idempotency_key=form.cleaned_data["idempotency_key"],
        link=form.cleaned_data["link"] if form.cleaned_data["source"] == "link" else "",
    )


def _page(
    request: HttpRequest, form: HandInForm, task: Task, enrollment: Enrollment, *, status: int = 200
) -> HttpResponse:
    used = attempts_used(task=task, enrollment=enrollment)
    window = window_for(assignment=task.assignment, enrollment=enrollment)
    context = {
        "form": form,
        "task": task,
        "course": enrollment.course,
        "window": window,
        "standing": window.standing(timezone.now()),
        "attempt": used + 1,
        "attempts_left": max(0, task.attempts - used),
    }
    return render(request, "coursework/hand_in.html", context, status=status)
