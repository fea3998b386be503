"""Joining a course by its code."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coursework.accounts.forms import JoinForm
from coursework.accounts.join_session import TooManyWrongCodesError, find_course, forget_code, remember_code
from coursework.models import Course
from coursework.request import signed_in
from coursework.services import joining
from coursework.services.joining import Joining, standing_in

_WRONG_CODE = "No course has the code {code}. Compare it letter by letter: it has no 0, O, 1, I, L or U."
_TOO_MANY = "Too many wrong codes came from here. Wait ten minutes, then try again."


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Ask for a code and lead to its course."""
    form = JoinForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _form_page(request, form, status=422 if form.is_bound else 200)
    course = _course_or_refusal(request, form.cleaned_data["code"], wrong_status=422)
    return course if isinstance(course, HttpResponse) else redirect("join_course", code=course.join_code)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_course(request: HttpRequest, code: str) -> HttpResponse:
    """Name the course and let the visitor join it, with an account or by making one."""
    course = _course_or_refusal(request, code, wrong_status=404)
    if isinstance(course, HttpResponse):
        return course
    if not request.user.is_authenticated:
        remember_code(request, course)
        if request.method == "POST":
            return redirect_to_login(request.path)
        return render(request, "coursework/join_course.html", {"course": course})
    forget_code(request)
    if request.method == "POST":
        return _join(request, course)
    standing = standing_in(course=course, user=signed_in(request))
    return render(request, "coursework/join_course.html", {"course": course, **_words(standing)})


def _join(request: HttpRequest, course: Course) -> HttpResponse:
    outcome = joining.join_course(course=course, user=signed_in(request))
    if outcome is not Joining.JOINED:
        return render(request, "coursework/join_course.html", {"course": course, **_words(outcome)}, status=409)
    messages.success(request, f"You are in {course.title}.")
    return redirect("home")


def _words(standing: Joining | None) -> dict[str, bool]:
    return {"already_in": standing is Joining.ALREADY_IN, "left_before": standing is Joining.LEFT_BEFORE}


def _course_or_refusal(request: HttpRequest, code: str, *, wrong_status: int) -> Course | HttpResponse:
    form = JoinForm({"code": code})
    if not form.is_valid():  # longer than any code, from an address that somebody made up
        return _form_page(request, form, status=wrong_status)
    try:
        course = find_course(request, code)
    except TooManyWrongCodesError:
        form.add_error("code", _TOO_MANY)
        return _form_page(request, form, status=429)
    if course is None:
        form.add_error("code", _WRONG_CODE.format(code=code[:20]))
        return _form_page(request, form, status=wrong_status)
    return course


def _form_page(request: HttpRequest, form: JoinForm, *, status: int) -> HttpResponse:
    return render(request, "coursework/join.html", {"form": form}, status=status)
