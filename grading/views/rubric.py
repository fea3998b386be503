"""A task's rubric: read by the course's staff, changed by those who may."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from coursework.markdown import rendered_markdown
from coursework.request import signed_in
from grading.forms_rubric import LONGEST_EXPLANATION, CopyRubricForm
from grading.grades.access import StaffTask, grader_task_or_404, rubric_editor_task_or_404, staff_task_or_404
from grading.grades.permissions import may_edit_rubric
from grading.grades.reading import policy_of
from grading.grades.rubric import rubric_of, tasks_with_rubric
from grading.services.grades.asking_first import GradesWouldChange
from grading.services.grades.copying import NotEmpty, copy_rubric
from grading.views.asking_first import confirmed, is_sent, page_context, preview_page


@require_safe
def rubric(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Show the rubric; with buttons to those who may change it."""
    user = signed_in(request)
    found = staff_task_or_404(user=user, course=course, assignment=assignment, task=task)
    return rubric_page(request, found)


@require_POST
def rubric_copy(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Copy the rubric of another task to this one, which has none."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    form = CopyRubricForm(request.POST, tasks=tasks_with_rubric(user, found.task))
    if not is_sent(request) or not form.is_valid():
        return rubric_page(request, found, form, status=422 if form.errors else 200)
    source = form.cleaned_data["source"]
    try:
        items = copy_rubric(source=source, task=found.task, actor=user, confirmed=confirmed(request))
    except NotEmpty as error:
        messages.error(request, str(error))
        return rubric_page(request, found, status=409)
    except GradesWouldChange as asked:
        back = reverse("rubric", kwargs=found.task.url_arguments())
        return preview_page(request, found, asked, heading=f"Copy the rubric of {source.title}", back=back)
    messages.success(request, f"{items} item{'' if items == 1 else 's'} copied from {source.title}.")
    return redirect(reverse("rubric", kwargs=found.task.url_arguments()))


@require_POST
def rubric_text(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Render an explanation or a comment as it is being typed."""
    grader_task_or_404(user=signed_in(request), course=course, assignment=assignment, task=task)
    text = (request.POST.get("explanation") or request.POST.get("text") or "")[:LONGEST_EXPLANATION]
    return render(request, "grading/setup/_instructions.html", {"instructions": rendered_markdown(text)})


def rubric_page(
    request: HttpRequest, found: StaffTask, form: CopyRubricForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Show the page of the rubric."""
    read = rubric_of(found.task)
    may_edit = may_edit_rubric(found.viewer)
    sources = tasks_with_rubric(signed_in(request), found.task) if may_edit and not read.blocks else None
    context = page_context(
        found,
        rubric=read,
        blocks=[
            (block, [(line, rendered_markdown(line.explanation)) for line in block.lines]) for block in read.blocks
        ],
        first_group=next((block.pk for block in read.blocks if block.pk is not None), None),
        may_edit=may_edit,
        policy=policy_of(found.task),
        copy_form=form or (CopyRubricForm(tasks=sources) if sources is not None and sources.exists() else None),
    )
    return render(request, "grading/setup/rubric.html", context, status=status)
