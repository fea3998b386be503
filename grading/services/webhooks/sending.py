"""Sending what webhooks are to be told: one request a message, tried again until it arrives or it needs attention.

A webhook that fails is asked by one message at a time, and its others wait with that one, so that a dead address costs
no other course's messages time. One that failed for days is switched off.
"""

import json
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

import engine
from coursework.services.events import record
from grading.models import DeliveryState, Webhook, WebhookDelivery, WebhookEvent
from grading.outbound.addresses import Party
from grading.outbound.fetching import SECONDS, Answer, NotReached, fetch
from grading.services import deliveries
from grading.services.deliveries import retry_after
from grading.services.sealing import SealBroken
from grading.services.webhooks.secrets import signing_secrets
from grading.webhooks.payloads import body_of
from grading.webhooks.signing import signed_headers

log = structlog.get_logger(__name__)
LEASE_SECONDS = 60.0  # far more than a request may take: the database may be slow as well
GLANCE = 4 * 1024  # bytes of an answer; people see its beginning, and only the status counts
FAILS_FOR = timedelta(days=3)  # without one message arriving, then it is switched off
KEPT_FOR = timedelta(days=30)
OFF = "Not sent: the webhook is off."
NOT_SIGNED = (
    "Not sent: its secret can’t be opened since this service got another key of its own. Make a new secret, or let "
    "whoever runs the service bring the key back."
)
_GONE = 410


def due_deliveries(now: datetime, most: int) -> list[int]:
    """List the messages to be sent now: of a webhook that fails one at a time, of all others the oldest first."""
    rows = WebhookDelivery.objects.filter(deliveries.free(now), deliveries.is_due(now))
    asked_now = WebhookDelivery.objects.filter(~deliveries.free(now), webhook=OuterRef("webhook"))
    rows = rows.exclude(Q(webhook__failing_since__isnull=False) & Exists(asked_now)).order_by("due_at", "pk")
    found: list[int] = []
    failing: set[int] = set()
    for pk, webhook, since in rows.values_list("pk", "webhook", "webhook__failing_since")[: most * 10]:
        if since is None or webhook not in failing:
            found.append(pk)
        if since is not None:
            failing.add(webhook)
    return found[:most]


def send_delivery(pk: int) -> None:
    """Send one message, unless somebody else does."""
    lease = deliveries.take(WebhookDelivery, pk, LEASE_SECONDS)
    if lease is None:
        return
    delivery = WebhookDelivery.objects.select_related("webhook__course").get(pk=pk)
    if not delivery.webhook.active and delivery.event != WebhookEvent.TEST:
        deliveries.needs_attention(WebhookDelivery, pk, lease, answer=OFF)
        return
    try:
        answer = _post(delivery)
    except NotReached as failure:
        _failed(delivery, lease, None, str(failure), None)
        return
    except SealBroken:
        log.warning("webhook_secret_not_opened", webhook=delivery.webhook_id)
        _failed(delivery, lease, None, NOT_SIGNED, None)
        return
    if 200 <= answer.status < 300:
        _arrived(delivery, lease, answer)
    else:
        _failed(delivery, lease, answer.status, _words(answer), retry_after(answer.headers))


def prune_deliveries(*, now: datetime | None = None) -> int:
    """Delete messages of long ago; returns how many. What is being sent just now is left to the next time."""
    now = now or timezone.now()
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT_FOR)
    return old.filter(deliveries.free(now)).delete()[0]


def _post(delivery: WebhookDelivery) -> Answer:
    webhook, now = delivery.webhook, timezone.now()
    body = json.dumps(body_of(delivery), separators=(",", ":")).encode()
    secrets = signing_secrets(webhook, now)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"playground-coursework-webhooks/{engine.__version__}",
        **signed_headers(secrets, message_id=str(delivery.message_id), timestamp=int(now.timestamp()), body=body),
    }
    return fetch(
        "POST",
        webhook.url,
        party=Party.WEBHOOK,
        headers=headers,
        body=body,
        seconds=SECONDS,
        most_bytes=GLANCE,
        cut=True,
    )


def _words(answer: Answer) -> str:
    """Return what the other side said, for people."""
    if 300 <= answer.status < 400:
        return "It answered with a redirect. Redirects are not followed: enter the address that it leads to."
    return " ".join(answer.text.split())


def _arrived(delivery: WebhookDelivery, lease: str, answer: Answer) -> None:
    deliveries.delivered(WebhookDelivery, delivery.pk, lease, status_code=answer.status, answer=_words(answer))
    if delivery.webhook.failing_since is not None:
        Webhook.objects.filter(pk=delivery.webhook_id).update(failing_since=None)


def _failed(delivery: WebhookDelivery, lease: str, status: int | None, words: str, after: timedelta | None) -> None:
    now = timezone.now()
    if delivery.event == WebhookEvent.TEST:  # once: whoever sent it is looking, and has broken nothing
        deliveries.needs_attention(WebhookDelivery, delivery.pk, lease, status_code=status, answer=words)
        return
    again = deliveries.try_again(
        WebhookDelivery, delivery.pk, lease, status_code=status, answer=words, after=after, now=now
    )
    webhook = Webhook.objects.select_related("course").get(pk=delivery.webhook_id)
    if not webhook.active:
        return
    if status == _GONE or (webhook.failing_since is not None and now - webhook.failing_since > FAILS_FOR):
        _switch_off(webhook, now)
    elif again is not None:
        Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=now)
        waiting = WebhookDelivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING, lease="")
        waiting.exclude(event=WebhookEvent.TEST).filter(due_at__lt=again).update(due_at=again)
    elif not WebhookDelivery.objects.filter(webhook=webhook, due_at__isnull=False).exists():
        # Nothing waits any more: how long it fails can only be told by a next message.
        Webhook.objects.filter(pk=webhook.pk).update(failing_since=None)


@transaction.atomic
def _switch_off(webhook: Webhook, now: datetime) -> None:
    """Switch a webhook off that arrives nowhere; what waits for it needs attention."""
    if not Webhook.objects.filter(pk=webhook.pk, active=True).update(active=False, switched_off_at=now):
        return
    waiting = WebhookDelivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING, lease="")
    waiting.update(state=DeliveryState.NEEDS_ATTENTION, due_at=None)
    record(
        action="webhook.switched_off",
        actor=None,
        course=webhook.course,
        subject=f"webhook {webhook.pk}",
        name=webhook.name,
    )
    log.warning("webhook_switched_off", webhook=webhook.pk)
