"""Pages of a course's webhooks, for its instructors."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coursework.access import instructor_enrollment_or_404
from coursework.models import Course
from coursework.request import signed_in
from grading.forms_webhooks import WebhookForm
from grading.models import Webhook, WebhookDelivery
from grading.services.webhooks.managing import (
    MOST,
    WebhookRefused,
    change_secret,
    change_webhook,
    delete_webhook,
    make_webhook,
    send_again,
    send_all_again,
    send_test,
)
from grading.services.webhooks.secrets import opened
from grading.webhook_reads import log_of, webhook_line, webhook_lines


def _course(request: HttpRequest, course: str) -> Course:
    return instructor_enrollment_or_404(user=signed_in(request), course=course).course


def _webhook_or_404(request: HttpRequest, course: str, webhook: int) -> Webhook:
    found = Webhook.objects.select_related("course").filter(course=_course(request, course), pk=webhook).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, name: str, course: Course, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"grading/webhooks/{name}.html", {"course": course, **context}, status=status)


@never_cache
@require_safe
def webhooks(request: HttpRequest, *, course: str) -> HttpResponse:
    """List the webhooks."""
    found = _course(request, course)
    return _page(request, "list", found, lines=webhook_lines(found), most=MOST)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_new(request: HttpRequest, *, course: str) -> HttpResponse:
    """Make a webhook, and show its secret this once."""
    found = _course(request, course)
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = make_webhook(course=found, actor=signed_in(request), wanted=form.wanted)
        except WebhookRefused as refused:
            form.add_error(None, str(refused))
        else:
            return _page(request, "secret", found, webhook=made, secret=opened(made.secret), new=True)
    return _page(request, "new", found, form=form, status=422 if form.errors else 200)


@never_cache
@require_safe
def webhook(request: HttpRequest, *, course: str, webhook: int) -> HttpResponse:
    """Show a webhook with the log of its messages."""
    found = _webhook_or_404(request, course, webhook)
    before = request.GET.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    return _page(
        request, "webhook", found.course, webhook=found, line=webhook_line(found), log=log_of(found, before=number)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_edit(request: HttpRequest, *, course: str, webhook: int) -> HttpResponse:
    """Change a webhook, or switch it on or off."""
    found = _webhook_or_404(request, course, webhook)
    form = WebhookForm(request.POST if request.method == "POST" else None, webhook=found)
    if form.is_bound and form.is_valid():
        change_webhook(webhook=found, actor=signed_in(request), wanted=form.wanted)
        messages.success(request, "Saved.")
        return redirect("webhook", course=course, webhook=found.pk)
    return _page(request, "edit", found.course, webhook=found, form=form, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_delete(request: HttpRequest, *, course: str, webhook: int) -> HttpResponse:
    """Say what deleting a webhook costs, and delete it."""
    found = _webhook_or_404(request, course, webhook)
    if request.method == "POST":
        delete_webhook(webhook=found, actor=signed_in(request))
        messages.success(request, f"Deleted: {found.name}. Nothing is sent there any more.")
        return redirect("webhooks", course=course)
    return _page(request, "delete", found.course, webhook=found, line=webhook_line(found))


@never_cache
@require_POST
def webhook_secret(request: HttpRequest, *, course: str, webhook: int) -> HttpResponse:
    """Give a webhook a new secret, and show it this once."""
    found = _webhook_or_404(request, course, webhook)
    secret = change_secret(webhook=found, actor=signed_in(request))
    return _page(request, "secret", found.course, webhook=found, secret=secret)


@never_cache
@require_POST
def webhook_test(request: HttpRequest, *, course: str, webhook: int) -> HttpResponse:
    """Send a test message; what comes of it stands in the log."""
    found = _webhook_or_404(request, course, webhook)
    send_test(webhook=found)
    messages.success(request, "A test message is on its way. What is answered stands in the log below.")
    return redirect("webhook", course=course, webhook=found.pk)


@never_cache
@require_POST
def webhook_resend(request: HttpRequest, *, course: str, webhook: int) -> HttpResponse:
    """Send everything again that did not arrive."""
    found = _webhook_or_404(request, course, webhook)
    try:
        count = send_all_again(webhook=found)
    except WebhookRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{count:,} message{'' if count == 1 else 's'} will be sent again.")
    return redirect("webhook", course=course, webhook=found.pk)


@never_cache
@require_POST
def webhook_redeliver(request: HttpRequest, *, course: str, webhook: int, delivery: int) -> HttpResponse:
    """Send one message again."""
    found = _webhook_or_404(request, course, webhook)
    message = WebhookDelivery.objects.select_related("webhook").filter(webhook=found, pk=delivery).first()
    if message is None:
        raise Http404
    try:
        send_again(delivery=message)
    except WebhookRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "The message is on its way again, under the same id.")
    return redirect("webhook", course=course, webhook=found.pk)
