"""The exchange of files with an LMS: its own gradebook filled in, or a file of our data."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from coursework.access import staff_enrollment_or_404
from coursework.models import Enrollment
from coursework.request import signed_in
from coursework.selectors.tasks import tasks_of
from grading import lms_page
from grading.forms_lms import LmsUploadForm, OwnFileForm, read_choices
from grading.grades.permissions import may_release
from grading.lms_exchange import Exchange, exchange_of, own_file
from grading.lms_reads import task_columns
from grading.services.lms.exporting import record_export, record_own
from grading.services.lms.uploads import keep_lms_upload, kept_lms_upload

UPLOAD_AGAIN = "The preview has ended: it is kept for an hour. Upload the file again; nothing was changed."
NOTHING = "There is nothing to write, so there is no file. What is left out and why stands below."
CHANGED = "Grades or the class changed since the preview, so no file was made. This is what it would hold now."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lms(request: HttpRequest, *, course: str) -> HttpResponse:
    """Take an LMS's gradebook and lead to its preview; or offer to write a file without one."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    form = LmsUploadForm()
    if request.method == "POST":
        form = LmsUploadForm(request.POST, request.FILES)
        if form.is_valid():
            keep_lms_upload(by=viewer, upload=form.upload)
            return redirect("lms_preview", course=course)
    tasks = task_columns(tasks_of(viewer.course))
    own = _own_form(viewer, initial={"tasks": [str(task.pk) for task in tasks]})
    context = {"course": viewer.course, "viewer": viewer, "form": form, "own": own, "has_tasks": bool(tasks)}
    return render(request, "grading/lms.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lms_preview(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show what would be filled in, and take the choices that a person makes on the way."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    upload = kept_lms_upload(by=viewer)
    if upload is None:
        return _again(request, course)
    exchange = exchange_of(viewer, upload)
    if request.method != "POST":
        return _preview(request, exchange)
    read = read_choices(
        request.POST,
        upload,
        file=exchange.file,
        tasks=exchange.named,
        people=exchange.people,
        may_release=may_release(viewer),
    )
    chosen = exchange.with_choices(read.upload)
    problems = (*read.problems, *chosen.plan.matching.problems)
    if problems:
        return _preview(request, chosen, problems=problems, status=422)
    keep_lms_upload(by=viewer, upload=read.upload)
    return redirect("lms_preview", course=course)


@never_cache
@require_POST
def lms_download(request: HttpRequest, *, course: str) -> HttpResponse:
    """Give the file back filled in, just as it was shown; if grades changed meanwhile, show it anew."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    upload = kept_lms_upload(by=viewer)
    if upload is None:
        return _again(request, course)
    exchange = exchange_of(viewer, upload)
    plan = exchange.plan
    if not plan.written:
        return _preview(request, exchange, problems=(NOTHING,), status=422)
    if request.POST.get("previewed") != plan.fingerprint:
        return _preview(request, exchange, problems=(CHANGED,), status=409)
    record_export(
        course=viewer.course,
        actor=signed_in(request),
        kind=exchange.file.system.value,
        way="filled",
        tasks=exchange.chosen_tasks,
        rows=len(plan.rows),
        left_out=[why for _, _, why in plan.left],
        unreleased=exchange.upload.unreleased,
        headers={one.task.pk: one.column.header for one in plan.columns},
    )
    return _file(plan.content, lms_page.filled_name(exchange), codec=exchange.file.table.codec)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lms_write(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show how many rows a file of our data would have and who is left out, and give it."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    posted = request.method == "POST"
    form = _own_form(viewer, request.POST if posted else request.GET or None)
    if not form.is_valid():
        context = {"course": viewer.course, "viewer": viewer, "own": form}
        return render(request, "grading/lms_write.html", context, status=422 if form.is_bound else 200)
    own = own_file(viewer.course, **form.wanted)
    if not posted or request.POST.get("previewed") != own.fingerprint:
        problems = (CHANGED,) if posted else ()
        context = lms_page.own_context(own) | {"course": viewer.course, "viewer": viewer, "problems": problems}
        context["again"] = form.again
        return render(request, "grading/lms_write.html", context, status=409 if posted else 200)
    record_own(own, course=viewer.course, actor=signed_in(request))
    return _file(own.file.content, lms_page.own_name(viewer.course, own.system))


def _own_form(viewer: Enrollment, data: QueryDict | None = None, **kwargs: Any) -> OwnFileForm:
    tasks = task_columns(tasks_of(viewer.course))
    return OwnFileForm(data, course=viewer.course, tasks=tasks, may_release=may_release(viewer), **kwargs)


def _preview(
    request: HttpRequest, exchange: Exchange, *, problems: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    context = lms_page.preview_context(exchange) | {"problems": problems}
    return render(request, "grading/lms_preview.html", context, status=status)


def _again(request: HttpRequest, course: str) -> HttpResponse:
    messages.warning(request, UPLOAD_AGAIN)
    return redirect("lms", course=course)


def _file(content: bytes, name: str, *, codec: str = "utf-8") -> HttpResponse:
    """Give a file; `name` is plain ASCII."""
    charset = "utf-16" if codec.startswith("utf-16") else codec
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=f"text/csv; charset={charset}", headers=headers)
