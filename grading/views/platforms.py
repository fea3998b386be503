"""The LMS platforms as operators keep them: registering, status, deployments."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.models import User
from coursework.public_address import public_address
from coursework.request import signed_in
from grading.forms_platforms import DeploymentForm, LinkForm, NewPlatformForm, PlatformForm
from grading.lti.our_addresses import our_addresses
from grading.lti_platforms import open_links, our_key, platform_lines, platform_status
from grading.models import Deployment, Platform, RegistrationLink
from grading.services.lti.checking import check_connection
from grading.services.lti.platforms import (
    DeploymentInUse,
    add_deployment,
    change_platform,
    make_platform,
    remove_deployment,
    switch_platform,
)
from grading.services.lti.registering import LINK_LASTS, make_registration_link, withdraw_link


def _operator_or_404(request: HttpRequest) -> User:
    user = signed_in(request)
    if not user.is_staff:
        raise Http404
    return user


def _platform_or_404(pk: int) -> Platform:
    return get_object_or_404(Platform, pk=pk)


@require_safe
def platforms(request: HttpRequest) -> HttpResponse:
    """List the platforms and the registration links that are open."""
    _operator_or_404(request)
    return _list(request, LinkForm())


def _list(request: HttpRequest, form: LinkForm, **more: Any) -> HttpResponse:
    context = {"lines": platform_lines(), "links": open_links(), "key": our_key(), "form": form, **more}
    return render(request, "grading/platforms/list.html", context, status=422 if form.errors else 200)


@require_POST
def platform_link(request: HttpRequest) -> HttpResponse:
    """Make a registration link and show it, this once."""
    operator = _operator_or_404(request)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    link, token = make_registration_link(by=operator, note=form.cleaned_data["note"])
    context = {"link": link, "address": public_address(reverse("lti_register", kwargs={"token": token}))}
    return render(request, "grading/platforms/link.html", context | {"days": LINK_LASTS.days})


@require_POST
def platform_link_withdraw(request: HttpRequest, *, link: int) -> HttpResponse:
    """End a registration link."""
    operator = _operator_or_404(request)
    withdraw_link(link=get_object_or_404(RegistrationLink, pk=link), by=operator)
    messages.success(request, "The link ended. Nobody can register by it any more.")
    return redirect("platforms")


@require_http_methods(["GET", "HEAD", "POST"])
def platform_new(request: HttpRequest) -> HttpResponse:
    """Enter an LMS by hand, beside what the LMS has to be told of us."""
    operator = _operator_or_404(request)
    form = NewPlatformForm(request.POST) if request.method == "POST" else NewPlatformForm()
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name not in ("lms", "site")}
        made = make_platform(by=operator, kind=form.kind, **fields)
        messages.success(request, f"Added: {made.name}. Check the connection once the LMS knows us.")
        return redirect("platform", platform=made.pk)
    context = {"form": form, "ours": our_addresses()}
    return render(request, "grading/platforms/new.html", context, status=422 if form.errors else 200)


@require_safe
def platform(request: HttpRequest, *, platform: int) -> HttpResponse:
    """Show how a platform works: what came, what went, what is wrong."""
    _operator_or_404(request)
    return _status(request, _platform_or_404(platform), DeploymentForm())


def _status(request: HttpRequest, found: Platform, form: DeploymentForm, **more: Any) -> HttpResponse:
    context = {"platform": found, "status": platform_status(found), "key": our_key(), "form": form, **more}
    context["ours"] = our_addresses()
    return render(request, "grading/platforms/platform.html", context, status=422 if form.errors else 200)


@require_POST
def platform_check(request: HttpRequest, *, platform: int) -> HttpResponse:
    """Try the connection out and show what was found."""
    _operator_or_404(request)
    found = _platform_or_404(platform)
    return _status(request, found, DeploymentForm(), findings=check_connection(found))


@require_http_methods(["GET", "HEAD", "POST"])
def platform_edit(request: HttpRequest, *, platform: int) -> HttpResponse:
    """Change what we know of a platform."""
    operator, found = _operator_or_404(request), _platform_or_404(platform)
    known = {name: getattr(found, name) for name in PlatformForm.base_fields}
    form = PlatformForm(request.POST if request.method == "POST" else None, initial=known, platform=found)
    if request.method == "POST" and form.is_valid():
        change_platform(platform=found, by=operator, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("platform", platform=found.pk)
    context = {"form": form, "platform": found}
    return render(request, "grading/platforms/edit.html", context, status=422 if form.errors else 200)


@require_POST
def platform_switch(request: HttpRequest, *, platform: int) -> HttpResponse:
    """Switch a platform off, or on again."""
    operator, found = _operator_or_404(request), _platform_or_404(platform)
    active = request.POST.get("active") == "yes"
    switch_platform(platform=found, by=operator, active=active)
    off = "Switched off: nobody comes in from there, and nothing is sent there."
    messages.success(request, "Switched on." if active else off)
    return redirect("platform", platform=found.pk)


@require_POST
def deployment_add(request: HttpRequest, *, platform: int) -> HttpResponse:
    """Accept launches of one more deployment."""
    operator, found = _operator_or_404(request), _platform_or_404(platform)
    form = DeploymentForm(request.POST)
    if not form.is_valid():
        return _status(request, found, form)
    made = add_deployment(platform=found, by=operator, deployment_id=form.cleaned_data["deployment_id"])
    messages.success(request, "Added: its launches are accepted." if made else "It was there already.")
    return redirect("platform", platform=found.pk)


@require_POST
def deployment_remove(request: HttpRequest, *, platform: int, deployment: int) -> HttpResponse:
    """Accept launches of a deployment no more."""
    operator = _operator_or_404(request)
    found = get_object_or_404(Deployment.objects.select_related("platform"), pk=deployment, platform=platform)
    try:
        remove_deployment(deployment=found, by=operator)
        messages.success(request, "Removed: its launches are refused.")
    except DeploymentInUse:
        messages.error(request, "Courses are connected through it, so it stays. Switch the platform off instead.")
    return redirect("platform", platform=platform)
