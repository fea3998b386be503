"""Adding, changing, moving and deleting the groups of a rubric."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from coursework.request import signed_in
from grading.forms_rubric import GroupForm
from grading.grades.access import StaffTask, rubric_editor_task_or_404
from grading.models import RubricGroup
from grading.services.grades.rubric import RubricFull, add_group, change_group, delete_group, move_group
from grading.services.grades.titles import TitleTaken
from grading.views.asking_first import page_context
from grading.views.rubric_items import moved_page, warn_of_two


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_group_new(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Add a group."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    form = GroupForm(request.POST if request.method == "POST" else None, task=found.task)
    if form.is_bound and form.is_valid():
        try:
            group = add_group(task=found.task, actor=user, values=form.values)
        except (RubricFull, TitleTaken) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{group.title} is there. Next: its items.")
            return redirect(reverse("rubric", kwargs=found.task.url_arguments()))
    return _page(request, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_group_edit(request: HttpRequest, *, course: str, assignment: str, task: str, group: int) -> HttpResponse:
    """Change a group's title, and whether only one of its items can be ticked."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    row = _group_or_404(found, group)
    form = GroupForm(request.POST if request.method == "POST" else None, task=found.task, group=row)
    if form.is_bound and form.is_valid():
        try:
            changed = change_group(group=row, actor=user, values=form.values)
        except TitleTaken as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, "Saved." if changed else "Nothing was different, so nothing was changed.")
            warn_of_two(request, row)
            return redirect(reverse("rubric", kwargs=found.task.url_arguments()))
    return _page(request, found, form, row)


@require_POST
def rubric_group_move(request: HttpRequest, *, course: str, assignment: str, task: str, group: int) -> HttpResponse:
    """Move a group up or down."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    row = _group_or_404(found, group)
    return moved_page(request, found, lambda by: move_group(group=row, actor=user, by=by), anchor=f"group-{row.pk}")


@require_POST
def rubric_group_delete(request: HttpRequest, *, course: str, assignment: str, task: str, group: int) -> HttpResponse:
    """Delete a group; its items stay, so this moves no points."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    row = _group_or_404(found, group)
    items = delete_group(group=row, actor=user)
    stay = f" Its {items} item{' stays' if items == 1 else 's stay'}, without a group." if items else ""
    messages.success(request, f"{row.title} is deleted.{stay}")
    return redirect(reverse("rubric", kwargs=found.task.url_arguments()))


def _group_or_404(found: StaffTask, key: int) -> RubricGroup:
    return get_object_or_404(RubricGroup.objects.select_related("task__assignment__course"), task=found.task, pk=key)


def _page(request: HttpRequest, found: StaffTask, form: GroupForm, group: RubricGroup | None = None) -> HttpResponse:
    context = page_context(found, form=form, group=group, items=group.items.count() if group else 0)
    return render(request, "grading/setup/rubric_group.html", context, status=422 if form.errors else 200)
