"""What is sent to other machines, as rows: the row is the queue, and a lease says who is at it."""

from django.db import models


class DeliveryState(models.TextChoices):
    """How far something to be sent is."""

    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"


class Delivery(models.Model):
    """Something to be sent. `due_at` says when it is to be tried; without it nothing waits to be sent."""

    state = models.CharField(max_length=15, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Tries since it last became due anew.")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True, help_text="Who sends it: a token that fences late results.")
    delivered_at = models.DateTimeField(null=True, blank=True)
    # What the other side answered last, in its own words.
    status_code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        abstract = True
