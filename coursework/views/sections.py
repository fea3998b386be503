"""Pages of a course's sections. Teaching assistants read them; instructors change."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coursework.access import instructor_enrollment_or_404, staff_enrollment_or_404
from coursework.models import Enrollment, Section
from coursework.people_forms import SectionForm
from coursework.request import signed_in
from coursework.selectors.people import sections_of
from coursework.services.sections import SectionRefused, delete_section, make_section, rename_section


@require_http_methods(["GET", "HEAD", "POST"])
def sections(request: HttpRequest, *, course: str) -> HttpResponse:
    """List the sections with their numbers of students, and make one."""
    find = instructor_enrollment_or_404 if request.method == "POST" else staff_enrollment_or_404
    viewer = find(user=signed_in(request), course=course)
    if request.method != "POST":
        return _sections_page(request, viewer, SectionForm())
    form = SectionForm(request.POST)
    if not form.is_valid():
        return _sections_page(request, viewer, form, status=422)
    try:
        section = make_section(course=viewer.course, actor=signed_in(request), name=form.cleaned_data["name"])
    except SectionRefused as refused:
        form.add_error("name", str(refused))
        return _sections_page(request, viewer, form, status=422)
    messages.success(request, f"Made: {section.name}.")
    return redirect("sections", course=course)


def _sections_page(request: HttpRequest, viewer: Enrollment, form: SectionForm, *, status: int = 200) -> HttpResponse:
    context = {"course": viewer.course, "viewer": viewer, "form": form, "sections": sections_of(viewer.course)}
    return render(request, "coursework/people/sections.html", context, status=status)


def _section_or_404(viewer: Enrollment, section: int) -> Section:
    found = sections_of(viewer.course).select_related("course").filter(pk=section).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, *, course: str, section: int) -> HttpResponse:
    """Rename a section."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    found = _section_or_404(viewer, section)
    form = SectionForm(initial={"name": found.name})
    if request.method == "POST":
        form = SectionForm(request.POST)
        if form.is_valid() and _renamed(request, found, form):
            return redirect("sections", course=course)
    context = {"course": viewer.course, "viewer": viewer, "section": found, "form": form}
    return render(request, "coursework/people/section.html", context, status=422 if form.errors else 200)


def _renamed(request: HttpRequest, found: Section, form: SectionForm) -> bool:
    try:
        rename_section(section=found, actor=signed_in(request), name=form.cleaned_data["name"])
    except SectionRefused as refused:
        form.add_error("name", str(refused))
        return False
    messages.success(request, f"Renamed: {form.cleaned_data['name']}.")
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def section_delete(request: HttpRequest, *, course: str, section: int) -> HttpResponse:
    """Say what deleting a section costs, and delete it."""
    viewer = instructor_enrollment_or_404(user=signed_in(request), course=course)
    found = _section_or_404(viewer, section)
    if request.method == "POST":
        delete_section(section=found, actor=signed_in(request))
        messages.success(request, f"Deleted: {found.name}. Its students are in the course as before.")
        return redirect("sections", course=course)
    context = {"course": viewer.course, "viewer": viewer, "section": found}
    return render(request, "coursework/people/section_delete.html", context)
