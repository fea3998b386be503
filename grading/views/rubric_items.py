"""Adding, changing, moving and deleting the items of a rubric, each with a page or a button of its own."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from coursework.markdown import rendered_markdown
from coursework.request import signed_in
from engine.errors import printable
from grading.forms_rubric import LONGEST_EXPLANATION, ItemForm
from grading.grades.access import StaffTask, rubric_editor_task_or_404
from grading.grades.rubric import ticked_twice
from grading.models import RubricGroup, RubricItem
from grading.services.grades.asking_first import GradesWouldChange
from grading.services.grades.rubric import RubricFull, add_item, change_item, delete_item, move_item
from grading.views.asking_first import confirmed, is_sent, page_context, preview_page
from grading.views.rubric import rubric_page

STEPS = {"up": -1, "down": 1}


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_item_new(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """Add an item; `?group=` says in which group the form opens."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    start = {"group": request.GET.get("group", "")[:20]}
    form = ItemForm(request.POST if request.method == "POST" else None, task=found.task, initial=start)
    if is_sent(request) and form.is_valid():
        try:
            item = add_item(task=found.task, actor=user, values=form.values, confirmed=confirmed(request))
        except RubricFull as error:
            form.add_error(None, str(error))
        except GradesWouldChange as asked:
            return preview_page(request, found, asked, heading=f"Add “{form.values['title']}”", back=_rubric(found))
        else:
            return _saved(request, found, item, f"{item.title} is added.")
    return _page(request, found, form)


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_item_edit(request: HttpRequest, *, course: str, assignment: str, task: str, item: int) -> HttpResponse:
    """Change an item; if that moves points, whose is shown before it is stored."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    row = _item_or_404(found, item)
    form = ItemForm(request.POST if request.method == "POST" else None, task=found.task, item=row)
    if is_sent(request) and form.is_valid():
        try:
            changed = change_item(item=row, actor=user, values=form.values, confirmed=confirmed(request))
        except GradesWouldChange as asked:
            return preview_page(request, found, asked, heading=f"Change “{row.title}”", back=_rubric(found))
        row.group = form.values["group"]
        said = "Saved." if changed else "Nothing was different, so nothing was changed."
        return _saved(request, found, row, said)
    return _page(request, found, form, row)


@require_POST
def rubric_item_move(request: HttpRequest, *, course: str, assignment: str, task: str, item: int) -> HttpResponse:
    """Move an item up or down in its group."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    row = _item_or_404(found, item)
    return moved_page(request, found, lambda by: move_item(item=row, actor=user, by=by), anchor=f"item-{row.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def rubric_item_delete(request: HttpRequest, *, course: str, assignment: str, task: str, item: int) -> HttpResponse:
    """Ask, then delete an item."""
    user = signed_in(request)
    found = rubric_editor_task_or_404(user=user, course=course, assignment=assignment, task=task)
    row = _item_or_404(found, item)
    if request.method == "POST":
        try:
            delete_item(item=row, actor=user, confirmed=confirmed(request))
        except GradesWouldChange as asked:
            return preview_page(request, found, asked, heading=f"Delete “{row.title}”", back=_rubric(found))
        messages.success(request, f"{row.title} is deleted.")
        return redirect(_rubric(found))
    context = page_context(found, item=row, ticks=row.marks.count())
    return render(request, "grading/setup/rubric_item_delete.html", context)


def moved_page(request: HttpRequest, found: StaffTask, move: Callable[[int], object], *, anchor: str) -> HttpResponse:
    """Move by what the pressed button says, and go back to where it stands."""
    to = request.POST.get("to", "")
    if to not in STEPS:
        messages.error(request, f"{printable(to) or 'Nothing'} is no direction in which to move: up and down are.")
        return rubric_page(request, found, status=422)
    move(STEPS[to])
    return redirect(f"{_rubric(found)}#{anchor}")


def warn_of_two(request: HttpRequest, group: RubricGroup | None) -> None:
    """Say if several items of a group hold for somebody although it is for one only."""
    count = ticked_twice(group) if group is not None and group.one_only else 0
    if count:
        who = f"{count:,} student{'' if count == 1 else 's'}"
        messages.warning(
            request,
            f"For {who} more than one item of {group} is ticked. Their grades stay as they are; whoever opens one of "
            "them again leaves one item ticked.",
        )


def _item_or_404(found: StaffTask, key: int) -> RubricItem:
    rows = RubricItem.objects.select_related("task__assignment__course", "group")
    return get_object_or_404(rows, task=found.task, pk=key)


def _rubric(found: StaffTask) -> str:
    return reverse("rubric", kwargs=found.task.url_arguments())


def _saved(request: HttpRequest, found: StaffTask, item: RubricItem, said: str) -> HttpResponse:
    messages.success(request, said)
    warn_of_two(request, item.group)
    return redirect(f"{_rubric(found)}#item-{item.pk}")


def _page(request: HttpRequest, found: StaffTask, form: ItemForm, item: RubricItem | None = None) -> HttpResponse:
    text = str(form["explanation"].value() or "")[:LONGEST_EXPLANATION]
    context = page_context(found, form=form, item=item, instructions=rendered_markdown(text))
    return render(request, "grading/setup/rubric_item.html", context, status=422 if form.errors else 200)
