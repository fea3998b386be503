"""The leaderboard of a task, for the people of its course."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from coursework.access import enrollment_or_404, task_or_404
from coursework.deadlines import Standing
from coursework.models import Task
from coursework.request import signed_in
from coursework.selectors.deadlines import last_instant
from grading.selectors import leaderboard


def leaderboard_page(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Rank the class under pseudonyms. Classmates' designs stay hidden until nobody can hand in any more."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    rows = leaderboard(found)
    closed = last_instant(found.assignment).standing(timezone.now()) is Standing.CLOSED
    context = {
        "course": enrollment.course,
        "enrollment": enrollment,
        "task": found,
        "tasks": Task.objects.filter(assignment__course=enrollment.course_id).select_related("assignment__course"),
        "rows": rows,
        "own": next((row for row in rows if row.entry.enrollment_id == enrollment.pk), None),
        "designs_shown": closed or enrollment.is_course_staff,
    }
    return render(request, "grading/leaderboard.html", context)
