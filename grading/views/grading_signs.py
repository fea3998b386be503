"""What happens beside the grading page: signs of who has it open, and the answer to a newer result."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from grading.forms_grading import KEEP, KeepForm
from grading.services.grades.differences import keep, take
from grading.services.grades.frozen import ResultChanged
from grading.services.grades.presence import others_at, sign
from grading.services.grades.rows import GradeChanged
from grading.views.grading_parts import place_or_404, show_page
from grading.views.polling import sign_in_again

_NOTHING_NEW = 204  # htmx leaves the page as it is, so that nothing is read out twice


@login_not_required
@require_POST
def grading_presence(request: HttpRequest, *, course: str, assignment: str, task: str, key: str) -> HttpResponseBase:
    """Note that the page is open here, and say who else has it open, if that is news."""
    if not request.user.is_authenticated:
        return sign_in_again(request, note_at="#presence")
    place = place_or_404(request, course, assignment, task, key)
    sign(task=place.task, enrollment=place.student, user=place.user)
    others = others_at(task=place.task, enrollment=place.student, user=place.user)
    if request.POST.get("shown") == ",".join(str(one.user_id) for one in others):
        return HttpResponse(status=_NOTHING_NEW)
    context = {"others": others, "course": place.task.assignment.course}
    return render(request, "grading/_grading_presence.html", context)


@require_POST
def grading_keep(request: HttpRequest, *, course: str, assignment: str, task: str, key: str) -> HttpResponse:
    """Take a newer result over, or stay with what was decided."""
    place = place_or_404(request, course, assignment, task, key)
    form = KeepForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return show_page(request, place, status=422)
    act = keep if form.cleaned_data["act"] == KEEP else take
    try:
        act(
            task=place.task,
            enrollment=place.student,
            actor=place.user,
            version=form.cleaned_data["version"],
            verification_id=form.cleaned_data["verification"],
        )
    except (GradeChanged, ResultChanged) as changed:
        messages.warning(request, f"Nothing was changed. {changed}")
        return show_page(request, place, status=409)
    kept = "The decision stands; the newer result is not shown as a difference any more."
    messages.success(request, kept if act is keep else "The newer result is taken over.")
    return redirect(place.address())
