"""Webhooks: where a course tells other programs what happens in it, and each time it did."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q

from coursework.models import Course
from grading.models.delivery import Delivery, DeliveryState


class WebhookEvent(models.TextChoices):
    """What a course can tell."""

    SUBMISSION_RECEIVED = "submission.received", "Something was handed in"
    SUBMISSION_VERIFIED = "submission.verified", "A hand-in was verified"
    GRADE_DECIDED = "grade.decided", "A person graded"
    GRADE_RELEASED = "grade.released", "A grade was released"
    TEST = "webhook.test", "A test message"  # asked for by a button, whatever a webhook listens to


class Webhook(models.Model):
    """An address that is told of a course's events. `secret` signs what is sent."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    secret = models.TextField(help_text="Sealed with the installation's secret.")
    earlier_secret = models.TextField(blank=True, help_text="Sealed; signs as well, until the time beside it.")
    earlier_until = models.DateTimeField(null=True, blank=True)
    events = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="Nothing has arrived since.")
    switched_off_at = models.DateTimeField(null=True, blank=True, help_text="By us, since it failed for days.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("course", "name", "pk")
        constraints = (
            CheckConstraint(condition=~Q(name=""), name="webhook_has_a_name"),
            CheckConstraint(condition=~Q(secret=""), name="webhook_has_a_secret"),
            CheckConstraint(condition=Q(active=False) | Q(switched_off_at=None), name="webhook_on_or_off"),
        )

    def __str__(self) -> str:
        return f"webhook {self.name} of course {self.course_id}"


class WebhookDelivery(Delivery):
    """One message to one webhook."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=30, choices=WebhookEvent)
    message_id = models.UUIDField(default=uuid.uuid4, unique=True, help_text="The same in every try of a message.")
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(fields=["due_at"], name="webhook_delivery_due"),
            models.Index(fields=["created_at"], name="webhook_delivery_age"),
        )
        constraints = (
            CheckConstraint(condition=Q(event__in=WebhookEvent.values), name="webhook_event_known"),
            CheckConstraint(condition=Q(state__in=DeliveryState.values), name="webhook_delivery_state_known"),
        )

    def __str__(self) -> str:
        return f"{self.event} to webhook {self.webhook_id}"
