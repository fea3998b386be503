"""The first page after sign-in, and a task's own page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from coursework.access import enrollment_or_404, task_or_404
from coursework.markdown import rendered_markdown
from coursework.models import Enrollment, Task
from coursework.request import signed_in
from coursework.selectors.deadlines import window_for
from engine.link import write_link
from grading.selectors import TaskState, task_state
from grading.wording import Mark, mark


def home(request: HttpRequest) -> HttpResponse:
    """Show the person's courses with their tasks, due times and where each stands."""
    enrollments = Enrollment.objects.filter(user=signed_in(request), active=True).select_related("course")
    courses = [(enrollment, _task_lines(enrollment)) for enrollment in enrollments]
    return render(request, "grading/home.html", {"courses": courses, "now": timezone.now()})


def _task_lines(enrollment: Enrollment) -> list[tuple[TaskState, Mark | None]]:
    tasks = (
        Task.objects.filter(assignment__course=enrollment.course_id)
        .select_related("assignment__course")
        .order_by("assignment__due_at", "position")
    )
    states = [task_state(task=task, enrollment=enrollment) for task in tasks]
    return [(state, mark(state.latest) if state.latest else None) for state in states]


def task_page(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show a task: what is asked, until when, the attempts made and which of them counts."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    state = task_state(task=found, enrollment=enrollment)
    attempts = [(submission, row, mark(row) if row else None) for submission, row in state.submissions]
    window = window_for(assignment=found.assignment, enrollment=enrollment)
    context = {
        "course": enrollment.course,
        "enrollment": enrollment,
        "task": found,
        "state": state,
        "attempts": attempts,
        "instructions": rendered_markdown(found.instructions),
        "window": window,
        "standing": window.standing(timezone.now()),
        "start_link": write_link(found.rules.starting_spec),
    }
    return render(request, "grading/task.html", context)
