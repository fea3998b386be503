"""The first page after sign-in, and a task's own page."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from coursework.access import assignment_or_404, enrollment_or_404, task_or_404
from coursework.deadlines import Window
from coursework.markdown import rendered_markdown
from coursework.models import Submission
from coursework.request import signed_in
from coursework.selectors.deadlines import window_for
from engine.link import write_link
from grading.attempts import why
from grading.grades.permissions import may_release
from grading.grades.reading import policy_of
from grading.grades.shown import shown_grade
from grading.home import courses_of, lines_of
from grading.lti_scores import sent_to_lms
from grading.models import Counts, Verification
from grading.selectors import TaskState, task_state
from grading.wording import Mark, mark


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the person's courses with what is due, where each task stands, and the latest results."""
    now = timezone.now()
    courses, results = courses_of(signed_in(request), now=now)
    return render(request, "grading/home.html", {"courses": courses, "results": results, "now": now})


@require_safe
def assignment_page(request: HttpRequest, *, course: str, assignment: str) -> HttpResponse:
    """List an assignment's tasks, where a link in an LMS leads to all of them."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = assignment_or_404(enrollment=enrollment, assignment=assignment)
    context = {
        "course": enrollment.course,
        "enrollment": enrollment,
        "assignment": found,
        "lines": lines_of(found, enrollment, now=timezone.now()),
    }
    return render(request, "grading/assignment.html", context)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row of the attempt history."""

    submission: Submission
    verification: Verification | None
    mark: Mark | None
    counts: bool
    why: str


@require_safe
def task_page(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show a task: what is asked, until when, the attempts made and which of them counts."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    state = task_state(task=found, enrollment=enrollment)
    window = window_for(assignment=found.assignment, enrollment=enrollment)
    shown = None if enrollment.is_course_staff else shown_grade(found, enrollment)
    context = {
        "course": enrollment.course,
        "enrollment": enrollment,
        "task": found,
        "state": state,
        "attempts": _attempts(state, window),
        "instructions": rendered_markdown(found.instructions),
        "window": window,
        "class_window": found.assignment.window,
        "standing": window.standing(timezone.now()),
        "start_link": write_link(found.rules.starting_spec),
        "is_owner": True,
        "may_release": may_release(enrollment),
        "shown": shown,
        "sent_to_lms": sent_to_lms(enrollment, [found]).get(found.pk) if shown and shown.total is not None else None,
        "ask_url": reverse("regrade_ask", kwargs=found.url_arguments()),
        "best_counts": policy_of(found).counts == Counts.BEST,
    }
    return render(request, "grading/task.html", context)


def _attempts(state: TaskState, window: Window) -> list[Attempt]:
    counting = state.counting
    return [
        Attempt(
            submission=submission,
            verification=verification,
            mark=mark(verification) if verification else None,
            counts=counting is not None and counting.receipt_number == submission.receipt_number,
            why=why(
                receipt_number=submission.receipt_number,
                received_at=submission.received_at,
                verification=verification,
                counting=counting,
                window=window,
            ),
        )
        for submission, verification in state.submissions
    ]
