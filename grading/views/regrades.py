"""Second looks as students meet them: asking, the picture they sent, and closing."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.access import enrollment_or_404, task_or_404
from coursework.models import Enrollment, Role, Task
from coursework.picture_files import picture_file
from coursework.request import signed_in
from coursework.services.screenshots import NotStored
from grading.forms_regrades import RegradeAskForm
from grading.grades.regrades import Asking
from grading.grades.shown import GradeShown, shown_grade
from grading.models import RegradeRequest
from grading.services.grades.regrades import RegradeRefused, ask_regrade, close_regrade


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def regrade_ask(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Let a student ask for a second look at one part of the own grade."""
    enrollment = enrollment_or_404(user=signed_in(request), course=course)
    if enrollment.role != Role.STUDENT:
        raise Http404
    found = task_or_404(enrollment=enrollment, assignment=assignment, task=task)
    asking = _asking(shown_grade(found, enrollment))
    if request.method != "POST":
        form = RegradeAskForm(parts=asking.open_parts, initial={"part": request.GET.get("part", "")})
        return _page(request, enrollment, found, asking, form)
    # With all parts, so that one asked about already, maybe in another tab, is refused in words of its own.
    form = RegradeAskForm(request.POST, request.FILES, parts=list(asking.parts))
    if asking.why_not:
        form.add_error(None, asking.why_not)
        return _page(request, enrollment, found, asking, form, status=409)
    if not form.is_valid():
        return _page(request, enrollment, found, asking, form, status=422)
    status = _asked(found, enrollment, form)
    if status:
        return _page(request, enrollment, found, asking, form, status=status)
    messages.success(request, "Sent. A person looks at it; the answer appears beside your grade.")
    return redirect(_grade_url(found))


def _asked(task: Task, enrollment: Enrollment, form: RegradeAskForm) -> int:
    """Store the request; the status of what stands against it, 0 if nothing does."""
    said = form.cleaned_data
    try:
        ask_regrade(task=task, enrollment=enrollment, part=said["part"], reason=said["reason"], picture=said["picture"])
    except RegradeRefused as refused:
        form.add_error(None, str(refused))
        return 409
    except NotStored as failure:
        form.add_error("picture", str(failure))
        return 503
    return 0


@require_POST
def regrade_close(request: HttpRequest, *, course: str, number: int) -> HttpResponse:
    """Close an answered request: by its student, or by staff."""
    found, viewer = _request_or_404(request, course, number)
    try:
        close_regrade(request=found, actor=viewer.user)
    except RegradeRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Closed.")
    if viewer.is_course_staff:
        return redirect("regrade", course=course, number=number)
    return redirect(_grade_url(found.grade.task))


@require_safe
def regrade_picture(request: HttpRequest, *, course: str, number: int) -> FileResponse:
    """Send the picture of a request to its student and to staff."""
    found, _viewer = _request_or_404(request, course, number)
    if not found.attachment:
        raise Http404
    return picture_file(found.attachment)


def _request_or_404(request: HttpRequest, course: str, number: int) -> tuple[RegradeRequest, Enrollment]:
    """Return a request that the person may see, and the enrollment by which: the student's own, or that of staff."""
    viewer = enrollment_or_404(user=signed_in(request), course=course)
    requests = RegradeRequest.objects.select_related("grade__task__assignment__course")
    found = requests.filter(grade__task__assignment__course=viewer.course_id, pk=number).first()
    if found is None or not (viewer.is_course_staff or found.grade.enrollment_id == viewer.pk):
        raise Http404
    return found, viewer


def _asking(shown: GradeShown) -> Asking:
    return shown.asking or Asking([], None, "Points are not released yet, so there is nothing to look at again.")


def _grade_url(task: Task) -> str:
    return reverse("task", kwargs=task.url_arguments()) + "#grade"


def _page(
    request: HttpRequest,
    enrollment: Enrollment,
    task: Task,
    asking: Asking,
    form: RegradeAskForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"course": enrollment.course, "task": task, "asking": asking, "form": form}
    return render(request, "grading/regrade_ask.html", context, status=status)
