"""Comments to students that those who grade a task use again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from coursework.markdown import rendered_markdown
from coursework.request import signed_in
from grading.forms_rubric import LONGEST_COMMENT, SavedCommentForm
from grading.grades.access import StaffTask, grader_task_or_404
from grading.models import SavedComment
from grading.services.grades.saved_comments import CommentsFull, add_comment, change_comment, delete_comment
from grading.services.grades.titles import TitleTaken
from grading.views.asking_first import page_context


@require_http_methods(["GET", "HEAD", "POST"])
def saved_comments(request: HttpRequest, *, course: str, assignment: str, task: str) -> HttpResponse:
    """List a task's saved comments, and add one."""
    user = signed_in(request)
    found = grader_task_or_404(user=user, course=course, assignment=assignment, task=task)
    form = SavedCommentForm(request.POST if request.method == "POST" else None, task=found.task)
    if form.is_bound and form.is_valid():
        try:
            comment = add_comment(task=found.task, actor=user, **form.cleaned_data)
        except (CommentsFull, TitleTaken) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{comment.title} is saved.")
            return redirect(reverse("saved_comments", kwargs=found.task.url_arguments()))
    rows = [(comment, rendered_markdown(comment.text)) for comment in found.task.saved_comments.all()]
    return _page(request, found, form, "grading/setup/saved_comments.html", comments=rows)


@require_http_methods(["GET", "HEAD", "POST"])
def saved_comments_edit(request: HttpRequest, *, course: str, assignment: str, task: str, comment: int) -> HttpResponse:
    """Change a saved comment."""
    user = signed_in(request)
    found = grader_task_or_404(user=user, course=course, assignment=assignment, task=task)
    row = _comment_or_404(found, comment)
    form = SavedCommentForm(request.POST if request.method == "POST" else None, task=found.task, comment=row)
    if form.is_bound and form.is_valid():
        try:
            changed = change_comment(comment=row, actor=user, **form.cleaned_data)
        except TitleTaken as error:
            form.add_error("title", str(error))
        else:
            messages.success(request, "Saved." if changed else "Nothing was different, so nothing was changed.")
            return redirect(reverse("saved_comments", kwargs=found.task.url_arguments()))
    return _page(request, found, form, "grading/setup/saved_comment.html", comment=row)


@require_POST
def saved_comments_delete(
    request: HttpRequest, *, course: str, assignment: str, task: str, comment: int
) -> HttpResponse:
    """Delete a saved comment; where it was used it stays."""
    user = signed_in(request)
    found = grader_task_or_404(user=user, course=course, assignment=assignment, task=task)
    row = _comment_or_404(found, comment)
    delete_comment(comment=row, actor=user)
    messages.success(request, f"{row.title} is deleted. Where it was used it stays.")
    return redirect(reverse("saved_comments", kwargs=found.task.url_arguments()))


def _comment_or_404(found: StaffTask, key: int) -> SavedComment:
    return get_object_or_404(SavedComment.objects.select_related("task__assignment__course"), task=found.task, pk=key)


def _page(
    request: HttpRequest, found: StaffTask, form: SavedCommentForm, template: str, **more: object
) -> HttpResponse:
    text = str(form["text"].value() or "")[:LONGEST_COMMENT]
    context = page_context(found, form=form, instructions=rendered_markdown(text), **more)
    return render(request, template, context, status=422 if form.errors else 200)
