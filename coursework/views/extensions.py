"""Pages of extensions. Teaching assistants read them; instructors grant, change and revoke."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coursework.access import instructor_enrollment_or_404, staff_enrollment_or_404
from coursework.extension_forms import ChangeExtensionForm, ExtensionTimesForm, NewExtensionForm
from coursework.models import Enrollment, Extension, Section
from coursework.request import signed_in
from coursework.selectors.extensions import effects_of, extensions_of
from coursework.services.extensions import ExtensionRefused, change_extension, grant_extension, revoke_extension


@require_http_methods(["GET", "HEAD"])
def extensions(request: HttpRequest, *, course: str) -> HttpResponse:
    """List the course's extensions."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    context = {"course": viewer.course, "viewer": viewer, "extensions": extensions_of(viewer.course)}
    return render(request, "coursework/people/extensions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def extension_new(request: HttpRequest, *, course: str) -> HttpResponse:
    """Grant an extension, after its effect was shown."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    if request.method != "POST":
        initial = {name: request.GET.get(name, "") for name in ("target", "assignment")}
        return _page(request, viewer, NewExtensionForm(course=viewer.course, initial=initial))
    form = NewExtensionForm(request.POST, course=viewer.course)
    if not form.is_valid() or form.assignment is None:
        return _page(request, viewer, form, status=422)
    if not _was_shown(request, form):
        return _page(request, viewer, form, show_effect=True)
    try:
        grant_extension(
            assignment=form.assignment,
            target=form.target,
            due_at=form.more.due_at,
            closes_at=form.more.closes_at,
            reason=form.cleaned_data["reason"],
            actor=signed_in(request),
        )
    except ExtensionRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, viewer, form, status=409)
    messages.success(request, f"Granted: more time for {_name(form.target)}.")
    return redirect("extensions", course=course)


@require_http_methods(["GET", "HEAD", "POST"])
def extension(request: HttpRequest, *, course: str, extension: int) -> HttpResponse:
    """Change an extension, after the effect of that was shown."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    found = _extension_or_404(viewer, extension)
    if request.method != "POST":
        return _page(request, viewer, ChangeExtensionForm(extension=found), found)
    form = ChangeExtensionForm(request.POST, extension=found)
    if not form.is_valid():
        return _page(request, viewer, form, found, status=422)
    if not _was_shown(request, form):
        return _page(request, viewer, form, found, show_effect=True)
    try:
        change_extension(
            extension=found,
            due_at=form.more.due_at,
            closes_at=form.more.closes_at,
            reason=form.cleaned_data["reason"],
            actor=signed_in(request),
        )
    except ExtensionRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, viewer, form, found, status=409)
    messages.success(request, f"Changed: the extension for {_name(form.target)}.")
    return redirect("extensions", course=course)


@require_http_methods(["GET", "HEAD", "POST"])
def extension_revoke(request: HttpRequest, *, course: str, extension: int) -> HttpResponse:
    """Say what revoking an extension changes, and revoke it."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    found = _extension_or_404(viewer, extension)
    target = found.enrollment or found.section
    assert target is not None  # a constraint of the table
    if request.method == "POST":
        revoke_extension(extension=found, actor=signed_in(request))
        messages.success(request, f"Revoked: the extension for {_name(target)}.")
        return redirect("extensions", course=course)
    effects = effects_of(assignment=found.assignment, target=target, more=None, replaced=found)
    context = {"course": viewer.course, "viewer": viewer, "extension": found, "effects": effects}
    return render(request, "coursework/people/extension_revoke.html", context)


def _extension_or_404(viewer: Enrollment, extension: int) -> Extension:
    found = extensions_of(viewer.course).select_related("assignment__course").filter(pk=extension).first()
    if found is None:
        raise Http404
    return found


def _was_shown(request: HttpRequest, form: ExtensionTimesForm) -> bool:
    """True if the person asks to do it, and the effect on the page was that of these very values."""
    return request.POST.get("act") == "do" and form.cleaned_data["previewed"] == form.summary


def _name(target: Enrollment | Section) -> str:
    return target.user.display_name if isinstance(target, Enrollment) else target.name


def _page(
    request: HttpRequest,
    viewer: Enrollment,
    form: ExtensionTimesForm,
    extension: Extension | None = None,
    *,
    show_effect: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"course": viewer.course, "viewer": viewer, "form": form, "extension": extension}
    if show_effect and form.assignment is not None:
        context["summary"] = form.summary
        context["effects"] = effects_of(
            assignment=form.assignment, target=form.target, more=form.more, replaced=extension
        )
    return render(request, "coursework/people/extension_form.html", context, status=status)
