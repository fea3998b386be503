"""After a launch: the person is signed in and led on, by way of a page where something has to be asked or said."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from coursework.models import Course, Enrollment, Role, User
from coursework.models.courses import STAFF_ROLES
from coursework.request import signed_in
from coursework.services.rows import SlugTaken
from grading.forms_lti import ConnectForm, LinkForm
from grading.lti.messages import LaunchMessage
from grading.lti.people import person_of
from grading.lti.roles import place_of
from grading.models import LmsCourse
from grading.pending_launches import forget_launch, kept_launch, kept_reason
from grading.services.lti.accounts import Answer, find_account
from grading.services.lti.contexts import (
    AlreadyConnected,
    NotYours,
    choose,
    connect_course,
    connect_new_course,
    find_lms_course,
    title_of,
)
from grading.views.lti_arrivals import go_on

GONE = 410


def ended(request: HttpRequest) -> HttpResponse:
    """Say that the page of a launch is over."""
    return render(request, "grading/lti_ended.html", status=GONE)


def pending_of(request: HttpRequest, key: str) -> LaunchMessage | None:
    """Return a launch of the very person who is signed in; None for anybody else's, and for what is over."""
    message = kept_launch(request, key)
    account = find_account(platform=message.platform, subject=message.subject) if message else None
    return message if account is not None and account.user_id == signed_in(request).pk else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lti_account(request: HttpRequest, *, key: str) -> HttpResponse:
    """Ask somebody who is signed in whether the person of the LMS is the same."""
    message = kept_launch(request, key)
    if message is None:
        return ended(request)
    if find_account(platform=message.platform, subject=message.subject) is not None:  # answered in another tab
        return ended(request)
    if request.method == "POST" and request.POST.get("answer") in set(Answer):
        return _through(request, message, key, answer=Answer(request.POST["answer"]))
    context = {"person": person_of(message), "platform": message.platform}
    status = 422 if request.method == "POST" else 200
    return render(request, "grading/lti_account.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lti_connect(request: HttpRequest, *, key: str) -> HttpResponse:
    """Let an instructor say which course here is the one of the LMS."""
    message = pending_of(request, key)
    if message is None or message.context is None or place_of(message.roles) is not Role.INSTRUCTOR:
        return ended(request)
    if find_lms_course(message) is not None:
        return _through(request, message, key)
    user = signed_in(request)
    form = ConnectForm(request.POST if request.method == "POST" else None, user=user, title=title_of(message))
    if form.is_bound and form.is_valid():
        try:
            lms_course = _connect(message, user, form)
        except AlreadyConnected:
            return _through(request, message, key)
        except NotYours:
            form.add_error("course", "You are no longer an instructor of this course: choose another one.")
        except SlugTaken:
            form.add_error("title", "A course of this name was made a moment ago: try once more.")
        else:
            messages.success(request, f"Connected with {lms_course.course.title}.")
            return _through(request, message, key)
    context = {"form": form, "platform": message.platform, "title": title_of(message)}
    return render(request, "grading/lti_connect.html", context, status=422 if form.errors else 200)


def _connect(message: LaunchMessage, user: User, form: ConnectForm) -> LmsCourse:
    course: Course | None = form.cleaned_data["course"]
    if course is not None:
        return connect_course(message=message, actor=user, course=course)
    names = ("title", "slug", "time_zone")
    return connect_new_course(message=message, actor=user, **{name: form.cleaned_data[name] for name in names})


def _through(request: HttpRequest, message: LaunchMessage, key: str, *, answer: Answer | None = None) -> HttpResponse:
    """Go on with the launch as if it came anew: what was missing is there."""
    response = go_on(request, message, answer=answer)
    forget_launch(request, key)  # only now: where it is kept once more, it is seen until when
    return response


def taught_in(request: HttpRequest, message: LaunchMessage | None) -> LmsCourse | None:
    """Return the connected course of a launch in which the person is staff, there and here; None otherwise."""
    if message is None or place_of(message.roles) not in STAFF_ROLES:
        return None
    lms_course = find_lms_course(message)
    if lms_course is None:
        return None
    enrolled = Enrollment.objects.filter(course=lms_course.course, user=signed_in(request), active=True)
    return lms_course if enrolled.filter(role__in=STAFF_ROLES).exists() else None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lti_choose(request: HttpRequest, *, key: str) -> HttpResponse:
    """Let course staff say what a link of the LMS opens that doesn't say it itself."""
    message = pending_of(request, key)
    lms_course = taught_in(request, message)
    if message is None or lms_course is None or message.resource_link is None:
        return ended(request)
    form = LinkForm(request.POST if request.method == "POST" else None, course=lms_course.course)
    if form.is_bound and form.is_valid():
        assignment, task = form.target
        choose(message=message, lms_course=lms_course, assignment=assignment, task=task)
        return _through(request, message, key)
    context = {
        "form": form,
        "course": lms_course.course,
        "link": message.resource_link,
        "platform": message.platform,
    }
    return render(request, "grading/lti_choose.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lti_wait(request: HttpRequest, *, key: str) -> HttpResponse:
    """Say why there is nothing to open yet; the button looks again."""
    message = kept_launch(request, key)
    if message is None:
        return ended(request)
    if request.method == "POST":
        return _through(request, message, key)
    context = {
        "reason": kept_reason(request, key),
        "platform": message.platform,
        "title": title_of(message),
        "return_url": message.return_url,
    }
    return render(request, "grading/lti_wait.html", context)
