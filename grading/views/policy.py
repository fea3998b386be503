"""How a task is graded: a form, and before anything moves, whom it moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from coursework.request import signed_in
from grading.forms_policy import PolicyForm
from grading.grades.access import rubric_editor_task_or_404
from grading.grades.reading import policy_of
from grading.services.grades.asking_first import GradesWouldChange
from grading.services.grades.policy import change_policy
from grading.views.asking_first import confirmed, is_sent, page_context, preview_page


@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Change how a task is graded."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    form = PolicyForm(request.POST if request.method == "POST" else None, policy=policy_of(found.task))
    if is_sent(request) and form.is_valid():
        try:
            changed = change_policy(task=found.task, actor=user, values=form.values, confirmed=confirmed(request))
        except GradesWouldChange as asked:
            back = reverse("policy", kwargs=found.task.url_arguments())
            return preview_page(request, found, asked, heading="Change how it is graded", back=back)
        messages.success(request, "Saved." if changed else "Nothing was different, so nothing was changed.")
        return redirect(reverse("policy", kwargs=found.task.url_arguments()))
    context = page_context(found, form=form, has_rubric=found.task.rubric_items.exists())
    return render(request, "grading/setup/policy.html", context, status=422 if form.errors else 200)
