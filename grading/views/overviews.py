"""The overviews above that of a task: an assignment's tasks, and a course's assignments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from coursework.access import assignment_or_404, staff_enrollment_or_404
from coursework.models import Assignment, Role
from coursework.request import signed_in
from grading.dashboard.overviews import summaries
from grading.lti_scores import in_need_of_a_person


@never_cache
@require_safe
def course_dashboard(request: HttpRequest, *, course: str) -> HttpResponse:
    """List the course's assignments with their tasks in short, or say that there is none yet."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    assignments = Assignment.objects.filter(course=viewer.course).select_related("course")
    found = summaries(viewer.course, assignments, now=timezone.now())
    context = {
        "course": viewer.course,
        "is_instructor": viewer.role == Role.INSTRUCTOR,
        "assignments": found,
        "needs": sum(one.needs for one in found),
        "not_in_lms": in_need_of_a_person(viewer.course),
    }
    any_task = any(one.tasks for one in found)
    template = "grading/dashboard_course.html" if any_task else "grading/dashboard_empty.html"
    return render(request, template, context)


@never_cache
@require_safe
def assignment_dashboard(request: HttpRequest, *, course: str, assignment: str) -> HttpResponse:
    """Show the tasks of an assignment side by side."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    found = assignment_or_404(enrollment=viewer, assignment=assignment)
    context = {
        "course": viewer.course,
        "is_instructor": viewer.role == Role.INSTRUCTOR,
        "assignment": found,
        "summary": summaries(viewer.course, [found], now=timezone.now())[0],
    }
    return render(request, "grading/dashboard_assignment.html", context)
