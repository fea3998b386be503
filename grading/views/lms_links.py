"""A course's connection with courses of an LMS: what is connected, its section, its roster, and the way out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.access import instructor_enrollment_or_404, staff_enrollment_or_404
from coursework.models import Enrollment, Role
from coursework.request import signed_in
from grading.forms_lti import LinkForm, LmsCourseForm
from grading.lms_links import connections_of, lms_course_of, unknown_there
from grading.models import LmsCourse, LmsLink
from grading.services.lti.contexts import change_link, change_lms_course, disconnect_course
from grading.services.lti.roster import RosterChanged, apply_roster, drop_kept, keep_roster, kept_roster
from grading.services.lti.roster_plan import RosterPlan, plan_roster
from grading.services.lti.roster_reading import RosterFailed, fetch_roster, roster_was_read

MOST_NAMED = 20  # of those who are not known there
READ_AGAIN = "The preview has ended: it is kept for an hour. Read the roster again; nothing was changed."


@never_cache
@require_safe
def lms_links(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show the courses of the LMS that are connected, and where their links, people and scores stand."""
    viewer = staff_enrollment_or_404(user=signed_in(request), course=course)
    return _page(request, viewer)


def _page(request: HttpRequest, viewer: Enrollment, *, form: LmsCourseForm | None = None) -> HttpResponse:
    connections = connections_of(viewer.course, shown=form)
    unknown = unknown_there(viewer.course) if connections else []
    context = {
        "course": viewer.course,
        "viewer": viewer,
        "may_change": viewer.role == Role.INSTRUCTOR,
        "connections": connections,
        "unknown": unknown[:MOST_NAMED],
        "more_unknown": len(unknown[MOST_NAMED:]),
    }
    return render(request, "grading/lms_links.html", context, status=422 if form is not None else 200)


@require_POST
def lms_course_change(request: HttpRequest, *, course: str, lms_course: int) -> HttpResponse:
    """Set the section of a connected course's students, and whether its roster is read every night."""
    viewer, found = _instructors(request, course, lms_course)
    form = LmsCourseForm(request.POST, lms_course=found)
    if not form.is_valid():
        return _page(request, viewer, form=form)
    change_lms_course(
        lms_course=found,
        section=form.cleaned_data.get("section"),
        roster_scheduled=form.cleaned_data["roster_scheduled"],
    )
    messages.success(request, "Saved.")
    return redirect("lms_links", course=course)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lms_course_disconnect(request: HttpRequest, *, course: str, lms_course: int) -> HttpResponse:
    """Say what disconnecting does, and do it."""
    viewer, found = _instructors(request, course, lms_course)
    if request.method == "POST":
        disconnect_course(lms_course=found, actor=signed_in(request))
        messages.success(request, f"{found} is disconnected.")
        return redirect("lms_links", course=course)
    context = {"course": viewer.course, "viewer": viewer, "lms_course": found}
    return render(request, "grading/lms_disconnect.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lms_link(request: HttpRequest, *, course: str, link: int) -> HttpResponse:
    """Change what a link of the LMS opens."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    found = LmsLink.objects.select_related("lms_course").filter(pk=link, lms_course__course=viewer.course).first()
    if found is None:
        raise Http404
    form = LinkForm(request.POST if request.method == "POST" else None, course=viewer.course, link=found)
    if form.is_bound and form.is_valid():
        assignment, task = form.target
        change_link(link=found, assignment=assignment, task=task)
        messages.success(request, "Saved.")
        return redirect("lms_links", course=course)
    context = {"course": viewer.course, "viewer": viewer, "link": found, "form": form}
    return render(request, "grading/lms_link.html", context, status=422 if form.errors else 200)


@require_POST
def lms_roster_read(request: HttpRequest, *, course: str, lms_course: int) -> HttpResponse:
    """Ask the LMS for its roster and lead to the preview of what it would change."""
    viewer, found = _instructors(request, course, lms_course)
    try:
        members = fetch_roster(lms_course=found)
    except RosterFailed as error:
        roster_was_read(lms_course=found, problem=str(error))
        messages.error(request, f"The roster could not be read. {error}")
        return redirect("lms_links", course=course)
    roster_was_read(lms_course=found)
    keep_roster(lms_course=found, by=viewer, members=members)
    return redirect("lms_roster", course=course, lms_course=found.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lms_roster(request: HttpRequest, *, course: str, lms_course: int) -> HttpResponse:
    """Show what the roster would change, and do just that. If the course changed meanwhile, show it anew."""
    viewer, found = _instructors(request, course, lms_course)
    members = kept_roster(lms_course=found, by=viewer)
    if members is None:
        messages.warning(request, READ_AGAIN)
        return redirect("lms_links", course=course)
    context: dict[str, Any] = {"course": viewer.course, "viewer": viewer, "lms_course": found}
    if request.method == "POST":
        try:
            plan = apply_roster(
                lms_course=found,
                members=members,
                actor=signed_in(request),
                with_drops="drop" in request.POST,
                fingerprint=request.POST.get("previewed", ""),
            )
        except RosterChanged:
            context["changed_meanwhile"] = True
        else:
            drop_kept(lms_course=found, by=viewer)
            messages.success(request, _done(plan, with_drops="drop" in request.POST))
            return redirect("lms_links", course=course)
    context["plan"] = plan_roster(lms_course=found, members=members)
    status = 409 if "changed_meanwhile" in context else 200
    return render(request, "grading/lms_roster.html", context, status=status)


def _done(plan: RosterPlan, *, with_drops: bool) -> str:
    left = len(plan.dropped) if with_drops else 0
    parts = [
        (len(plan.new), "added"),
        (len(plan.changed), "changed"),
        (len(plan.back), "back again"),
        (left, "taken out"),
    ]
    return f"Roster applied: {', '.join(f'{count:,} {word}' for count, word in parts if count) or 'nothing changed'}."


def _instructors(request: HttpRequest, course: str, lms_course: int) -> tuple[Enrollment, LmsCourse]:
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    found = lms_course_of(viewer.course, lms_course)
    if found is None:
        raise Http404
    return viewer, found
