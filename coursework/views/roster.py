"""The roster by CSV: upload, preview, application; and its download."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coursework.access import instructor_enrollment_or_404, staff_enrollment_or_404
from coursework.models import Enrollment
from coursework.people_forms import RosterForm
from coursework.request import signed_in
from coursework.roster import MOST_ROWS, Plan, Roster, read_roster, write_roster
from coursework.roster.columns import HEADERS_SHOWN
from coursework.selectors.people import members, plan_for
from coursework.services.roster import RosterChanged, apply_roster
from coursework.services.roster_uploads import RosterUpload, differences, drop_upload, keep_upload, kept_upload

UPLOAD_AGAIN = "The preview has ended: it is kept for an hour. Upload the file again; nothing was changed."


@require_http_methods(["GET", "HEAD", "POST"])
def roster_upload(request: HttpRequest, *, course: str) -> HttpResponse:
    """Take a file and lead to the preview of what it would change."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    form = RosterForm()
    if request.method == "POST":
        form = RosterForm(request.POST, request.FILES)
        if form.is_valid():
            upload = RosterUpload(form.content, form.cleaned_data["deactivate_missing"])
            keep_upload(by=viewer, upload=upload)
            return redirect("roster_preview", course=course)
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "form": form,
        "most_rows": f"{MOST_ROWS:,}",
        "headers": HEADERS_SHOWN,
    }
    return render(request, "coursework/people/roster_upload.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def roster_preview(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show what the uploaded roster would change, and do just that. If the course changed meanwhile, show it anew."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    upload = kept_upload(by=viewer)
    if upload is None:
        messages.warning(request, UPLOAD_AGAIN)
        return redirect("roster_upload", course=course)
    roster = read_roster(upload.content)
    if request.method != "POST":
        return _preview(request, viewer, upload, roster)
    try:
        plan = apply_roster(
            course=viewer.course,
            actor=signed_in(request),
            roster=roster,
            fingerprint=request.POST.get("previewed", ""),
            deactivate_missing=upload.deactivate_missing,
        )
    except RosterChanged:
        return _preview(request, viewer, upload, roster, status=409)
    drop_upload(by=viewer)
    messages.success(request, _done(plan))
    return redirect("people", course=course)


def _preview(
    request: HttpRequest, viewer: Enrollment, upload: RosterUpload, roster: Roster, *, status: int = 200
) -> HttpResponse:
    plan = plan_for(course=viewer.course, roster=roster, deactivate_missing=upload.deactivate_missing)
    keep_upload(by=viewer, upload=RosterUpload(upload.content, upload.deactivate_missing, plan.lines))
    appeared, gone = differences(upload.lines, plan) if status == 409 else ([], [])
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "roster": roster,
        "plan": plan,
        "deactivate_missing": upload.deactivate_missing,
        "changed_meanwhile": status == 409,
        "appeared": appeared,
        "gone": gone,
    }
    return render(request, "coursework/people/roster_preview.html", context, status=status)


def _done(plan: Plan) -> str:
    parts = [
        (len(plan.additions), "added"),
        (len(plan.changes), "changed"),
        (len(plan.unchanged), "unchanged"),
        (len(plan.leaving), "deactivated"),
        (plan.wrong_rows, "left out"),
    ]
    return f"Roster applied: {', '.join(f'{count:,} {word}' for count, word in parts if count)}."


@never_cache
@require_http_methods(["GET", "HEAD"])
def roster_download(request: HttpRequest, *, course: str) -> HttpResponse:
    """Give the roster as a file that can be uploaded again."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    name = f"roster-{viewer.course.slug}-{timezone.now():%Y-%m-%d}.csv"
    return HttpResponse(
        write_roster(members(viewer.course)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
