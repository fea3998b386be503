"""Reads for the pages of webhooks: how each stands, and what became of its messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.utils import timezone

from coursework.models import Course
from grading.models import DeliveryState, SignKind, Webhook, WebhookDelivery, WebhookEvent, WorkerSign
from grading.queue import SIGN_EXPECTED

PAGE = 25  # messages
_WATCHED_FOR = timedelta(minutes=1)  # a message that has just been made; the page looks again until it is tried


@dataclass(frozen=True, slots=True)
class Look:
    """A state as it is shown."""

    tone: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class WebhookLine:
    """A webhook with how it stands and what waits."""

    webhook: Webhook
    look: Look
    events: Sequence[str]
    waiting: int
    attention: int
    last_delivered: datetime | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A message and what became of it."""

    delivery: WebhookDelivery
    look: Look
    receipt: str
    may_send: bool


@dataclass(frozen=True, slots=True)
class Log:
    """Part of a webhook's messages, the newest first; `older` is what to ask for to see the next part."""

    lines: Sequence[LogLine]
    older: int | None
    watched: bool  # something has just been sent off, and the page should look again
    nobody_sends: bool


def webhook_lines(course: Course) -> list[WebhookLine]:
    """List a course's webhooks."""
    waiting, attention = (
        Q(deliveries__state=state) for state in (DeliveryState.WAITING, DeliveryState.NEEDS_ATTENTION)
    )
    rows = Webhook.objects.filter(course=course).annotate(
        waiting=Count("deliveries", filter=waiting),
        attention=Count("deliveries", filter=attention),
        last_delivered=Max("deliveries__delivered_at"),
    )
    return [
        WebhookLine(row, webhook_look(row), event_names(row), row.waiting, row.attention, row.last_delivered)
        for row in rows
    ]


def webhook_line(webhook: Webhook) -> WebhookLine:
    """Return one webhook of those."""
    return next(line for line in webhook_lines(webhook.course) if line.webhook.pk == webhook.pk)


def webhook_look(webhook: Webhook) -> Look:
    """Say how a webhook stands."""
    if webhook.switched_off_at is not None:
        return Look("bad", "stop", "Switched off by us")
    if not webhook.active:
        return Look("calm", "ban", "Off")
    if webhook.failing_since is not None:
        return Look("warn", "warn", "On, but failing")
    return Look("ok", "check-circle", "On")


def event_names(webhook: Webhook) -> list[str]:
    """List what a webhook is told, in the order of the events."""
    return [event.label for event in WebhookEvent if event.value in webhook.events]


def log_of(webhook: Webhook, *, before: int | None = None) -> Log:
    """Return the newest messages, or those made before this one."""
    rows = WebhookDelivery.objects.filter(webhook=webhook).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    just_now = timezone.now() - _WATCHED_FOR
    waiting = [row for row in shown if row.due_at is not None]
    untried = [row.due_at for row in waiting if row.due_at is not None and (row.lease or not row.attempts)]
    return Log(
        lines=[LogLine(row, delivery_look(row), _receipt(row), _may_send(webhook, row)) for row in shown],
        older=shown[-1].pk if len(found) > PAGE else None,
        watched=before is None and any(due_at > just_now for due_at in untried),
        nobody_sends=bool(waiting) and not _courier_is_there(),
    )


def delivery_look(delivery: WebhookDelivery) -> Look:
    """Say how far a message is."""
    if delivery.state == DeliveryState.DELIVERED:
        return Look("ok", "check-circle", "Arrived")
    if delivery.state == DeliveryState.NEEDS_ATTENTION:
        return Look("bad", "stop", "Did not arrive")
    if delivery.lease:
        return Look("info", "run", "Being sent")
    if delivery.status_code or delivery.answer:
        return Look("warn", "clock", "Will be tried again")
    return Look("info", "clock", "Waiting")


def _may_send(webhook: Webhook, delivery: WebhookDelivery) -> bool:
    return webhook.active and not delivery.lease and (delivery.due_at is None or delivery.attempts > 0)


def _receipt(delivery: WebhookDelivery) -> str:
    return str(delivery.payload.get("submission") or "")


def _courier_is_there() -> bool:
    lately = timezone.now() - SIGN_EXPECTED
    return WorkerSign.objects.filter(kind=SignKind.COURIER, seen_at__gte=lately).exists()
