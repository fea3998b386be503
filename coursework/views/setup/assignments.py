"""Making, changing and deleting assignments."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from coursework.access import assignment_or_404, instructor_enrollment_or_404
from coursework.forms_setup.assignments import LATE, TIMES, AssignmentForm
from coursework.models import Assignment, Course, Submission
from coursework.request import signed_in
from coursework.services.assignments import (
    HasGrades,
    HasHandIns,
    change_assignment,
    create_assignment,
    delete_assignment,
)
from coursework.services.rows import SlugTaken


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_new(request: HttpRequest, *, course: str) -> HttpResponse:
    """Make an assignment."""
    user = signed_in(request)
    found = instructor_enrollment_or_404(user=user, course=course).course
    form = AssignmentForm(request.POST if request.method == "POST" else None, course=found)
    if form.is_bound and form.is_valid():
        try:
            assignment = create_assignment(course=found, actor=user, values=form.values)
        except SlugTaken as error:
            form.add_error("slug", str(error))
        else:
            messages.success(request, f"{assignment.title} is there. Next: its tasks.")
            return redirect("course_setup", course=found.slug)
    return _page(request, form, found)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_edit(request: HttpRequest, *, course: str, assignment: str) -> HttpResponse:
    """Change an assignment; what that does to hand-ins is said before it is stored."""
    user = signed_in(request)
    enrollment = instructor_enrollment_or_404(user=user, course=course)
    found = assignment_or_404(enrollment=enrollment, assignment=assignment)
    form = AssignmentForm(
        request.POST if request.method == "POST" else None, course=enrollment.course, assignment=found
    )
    if form.is_bound and form.is_valid():
        try:
            changed = change_assignment(assignment=found, actor=user, values=form.values)
        except SlugTaken as error:
            found.refresh_from_db()
            form.add_error("slug", str(error))
        else:
            messages.success(request, "Saved." if changed else "Nothing was different, so nothing was changed.")
            return redirect("course_setup", course=course)
    return _page(request, form, enrollment.course, found)


@require_POST
def assignment_delete(request: HttpRequest, *, course: str, assignment: str) -> HttpResponse:
    """Delete an assignment with its tasks, as long as nothing was handed in."""
    user = signed_in(request)
    enrollment = instructor_enrollment_or_404(user=user, course=course)
    found = assignment_or_404(enrollment=enrollment, assignment=assignment)
    try:
        delete_assignment(assignment=found, actor=user)
    except (HasGrades, HasHandIns) as error:
        messages.error(request, str(error))
        form = AssignmentForm(course=enrollment.course, assignment=found)
        return _page(request, form, enrollment.course, found, status=409)
    messages.success(request, f"{found.title} is deleted.")
    return redirect("course_setup", course=course)


def _page(
    request: HttpRequest,
    form: AssignmentForm,
    course: Course,
    assignment: Assignment | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "course": course,
        "assignment": assignment,
        "hand_ins": Submission.objects.filter(task__assignment=assignment).count() if assignment else 0,
        "times": [form[name] for name in TIMES],
        "late": [form[name] for name in LATE],
    }
    return render(request, "coursework/setup/assignment.html", context, status=422 if form.errors else status)
