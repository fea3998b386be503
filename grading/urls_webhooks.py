"""Addresses of a course's webhooks."""

from django.urls import path

from grading.views import webhooks

WEBHOOKS = "courses/<slug:course>/webhooks/"
# No assignment may be called "webhooks" (see RESERVED of its form), so no task's address is in the way.
ONE = f"{WEBHOOKS}<int:webhook>/"

urlpatterns = [
    path(WEBHOOKS, webhooks.webhooks, name="webhooks"),
    path(f"{WEBHOOKS}new/", webhooks.webhook_new, name="webhook_new"),
    path(ONE, webhooks.webhook, name="webhook"),
    path(f"{ONE}edit/", webhooks.webhook_edit, name="webhook_edit"),
    path(f"{ONE}delete/", webhooks.webhook_delete, name="webhook_delete"),
    path(f"{ONE}secret/", webhooks.webhook_secret, name="webhook_secret"),
    path(f"{ONE}test/", webhooks.webhook_test, name="webhook_test"),
    path(f"{ONE}send-again/", webhooks.webhook_resend, name="webhook_resend"),
    path(f"{ONE}messages/<int:delivery>/send-again/", webhooks.webhook_redeliver, name="webhook_redeliver"),
]
