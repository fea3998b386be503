"""Webhooks for tests: made by the service, and what they were to be told."""

from typing import Any

from grading.models import Webhook, WebhookDelivery, WebhookEvent
from grading.services.webhooks.managing import Wanted, make_webhook
from grading.webhooks.payloads import body_of
from tests.world import World

ALL = tuple(event.value for event in WebhookEvent if event is not WebhookEvent.TEST)


def webhook(world: World, url: str = "https://hooks.example.org/in", events: tuple[str, ...] = ALL) -> Webhook:
    wanted = Wanted("Grade book", url, events)
    return make_webhook(course=world.course, actor=world.instructor.user, wanted=wanted)


def told(event: str | None = None) -> list[dict[str, Any]]:
    """Return the messages that wait, the oldest first."""
    rows = WebhookDelivery.objects.select_related("webhook__course").order_by("pk")
    return [body_of(row) for row in (rows.filter(event=event) if event else rows)]
