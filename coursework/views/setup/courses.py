"""Courses one teaches: the list, a new one, its overview, its fields, its join code, its copy."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.access import instructor_enrollment_or_404
from coursework.forms_setup.courses import CourseCopyForm, CourseForm
from coursework.models import Course, User
from coursework.request import signed_in
from coursework.selectors.setup import course_state, may_create_courses, people_counts, taught_courses
from coursework.services.course_copy import copy_course
from coursework.services.courses import change_course, change_join_code, create_course
from coursework.services.rows import SlugTaken


@require_safe
def setup_home(request: HttpRequest) -> HttpResponse:
    """List the courses that one teaches."""
    user = _maker_or_404(request)
    return render(request, "coursework/setup/home.html", {"courses": taught_courses(user)})


@require_http_methods(["GET", "HEAD", "POST"])
def course_new(request: HttpRequest) -> HttpResponse:
    """Make a course; whoever makes it is its instructor."""
    user = _maker_or_404(request)
    form = CourseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            course = create_course(actor=user, **{name: form.cleaned_data[name] for name in _FIELDS})
        except SlugTaken as error:
            form.add_error("slug", str(error))
        else:
            messages.success(request, f"{course.title} is there. Next: an assignment with its times.")
            return redirect("course_setup", course=course.slug)
    return _form_page(request, "coursework/setup/course_new.html", form)


_FIELDS = ("title", "slug", "time_zone", "assistants_release", "assistants_edit_rubric")


def _maker_or_404(request: HttpRequest) -> User:
    user = signed_in(request)
    if not may_create_courses(user):
        raise Http404
    return user


@require_safe
def course_setup(request: HttpRequest, *, course: str) -> HttpResponse:
    """Show a course's assignments and tasks with what is missing in them, and how students join."""
    found = instructor_enrollment_or_404(user=signed_in(request), course=course).course
    context = {
        "course": found,
        "assignments": course_state(found, timezone.now()),
        "people": people_counts(found),
        "join_address": _join_address(request, found),
    }
    return render(request, "coursework/setup/course.html", context)


def _join_address(request: HttpRequest, course: Course) -> str:
    return request.build_absolute_uri(f"/join/{course.join_code}/") if course.join_code else ""


@require_http_methods(["GET", "HEAD", "POST"])
def course_edit(request: HttpRequest, *, course: str) -> HttpResponse:
    """Change a course's title, short name or time zone, and what its teaching assistants may do."""
    user = signed_in(request)
    found = instructor_enrollment_or_404(user=user, course=course).course
    form = CourseForm(request.POST if request.method == "POST" else None, course=found)
    if form.is_bound and form.is_valid():
        try:
            changed = change_course(
                course=found, actor=user, values={name: form.cleaned_data[name] for name in _FIELDS}
            )
        except SlugTaken as error:
            found.refresh_from_db()
            form.add_error("slug", str(error))
        else:
            messages.success(request, "Saved." if changed else "Nothing was different, so nothing was changed.")
            return redirect("course_setup", course=found.slug)
    return _form_page(request, "coursework/setup/course_edit.html", form, course=found)


@require_POST
def course_join_code(request: HttpRequest, *, course: str) -> HttpResponse:
    """Make, renew or close the join code."""
    user = signed_in(request)
    found = instructor_enrollment_or_404(user=user, course=course).course
    code = change_join_code(course=found, actor=user, open_to_all=request.POST.get("act") != "close")
    if code:
        messages.success(request, f"Students join with {code} from now on. An earlier code no longer works.")
    else:
        messages.success(request, "Joining is closed: nobody can join by themselves now.")
    return redirect("course_setup", course=found.slug)


@require_http_methods(["GET", "HEAD", "POST"])
def course_copy(request: HttpRequest, *, course: str) -> HttpResponse:
    """Copy a course to the next term."""
    user = signed_in(request)
    found = instructor_enrollment_or_404(user=user, course=course).course
    form = CourseCopyForm(request.POST if request.method == "POST" else None, source=found)
    if form.is_bound and form.is_valid():
        names = ("title", "slug", "days", "with_seeds", "with_sections", "with_join_code")
        try:
            copy = copy_course(source=found, actor=user, **{name: form.cleaned_data[name] for name in names})
        except SlugTaken as error:
            form.add_error("slug", str(error))
        else:
            messages.success(request, f"{copy.title} is there, with you as its instructor. Look at the times once.")
            return redirect("course_setup", course=copy.slug)
    return _form_page(request, "coursework/setup/course_copy.html", form, course=found)


def _form_page(
    request: HttpRequest, template: str, form: CourseForm | CourseCopyForm, course: Course | None = None
) -> HttpResponse:
    context = {"form": form} | ({"course": course} if course else {})
    return render(request, template, context, status=422 if form.errors else 200)
