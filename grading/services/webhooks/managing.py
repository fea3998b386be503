"""Webhooks are made, changed, tried and deleted by a course's instructors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from coursework.models import Course, User
from coursework.services.events import record
from grading.models import DeliveryState, Webhook, WebhookDelivery
from grading.outbound.addresses import Party, check_url
from grading.services.deliveries import send_anew
from grading.services.webhooks.secrets import sealed
from grading.services.webhooks.telling import tell_test
from grading.webhooks.signing import new_secret

MOST = 20  # in a course
EARLIER_SECRET_STAYS = timedelta(hours=24)


class WebhookRefused(Exception):
    """It can't be done; the message says why and what can be done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants of a webhook."""

    name: str
    url: str
    events: Sequence[str]
    active: bool = True


@transaction.atomic
def make_webhook(*, course: Course, actor: User, wanted: Wanted) -> Webhook:
    """Make a webhook with a secret of its own. Raises AddressRefused for its URL, WebhookRefused for one too many."""
    check_url(wanted.url, Party.WEBHOOK)
    Course.objects.select_for_update(no_key=True).get(pk=course.pk)  # hand-ins need not wait
    if Webhook.objects.filter(course=course).count() >= MOST:
        raise WebhookRefused(f"A course has {MOST} webhooks at most. Delete one that is not used any more.")
    webhook = Webhook.objects.create(course=course, created_by=actor, secret=sealed(new_secret()), **_fields(wanted))
    _record("webhook.made", webhook, actor, events=sorted(wanted.events))
    return webhook


@transaction.atomic
def change_webhook(*, webhook: Webhook, actor: User, wanted: Wanted) -> Webhook:
    """Change a webhook; what is not sent yet goes to the new address. Raises AddressRefused."""
    check_url(wanted.url, Party.WEBHOOK)
    row = _locked(webhook)
    fields = _fields(wanted)
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, fields[name])
    if {"active", "url"} & set(changed):
        # A fresh start: what failed before says nothing about it.
        row.failing_since = None
        row.switched_off_at = None if row.active else row.switched_off_at
    row.save()
    # Not the address itself: it may hold a secret of the other side.
    _record("webhook.changed", row, actor, changed=sorted(changed))
    return row


@transaction.atomic
def delete_webhook(*, webhook: Webhook, actor: User) -> None:
    """Delete a webhook with its log."""
    _record("webhook.deleted", webhook, actor)
    webhook.delete()


@transaction.atomic
def change_secret(*, webhook: Webhook, actor: User) -> str:
    """Give a webhook a new secret and return it. The one before signs beside it for a day."""
    row = _locked(webhook)
    row.earlier_secret, row.earlier_until = row.secret, timezone.now() + EARLIER_SECRET_STAYS
    secret = new_secret()
    row.secret = sealed(secret)
    row.save(update_fields=["secret", "earlier_secret", "earlier_until"])
    _record("webhook.secret_changed", row, actor)
    return secret


def send_test(*, webhook: Webhook) -> WebhookDelivery:
    """Queue a test message, also to a webhook that is off."""
    return tell_test(webhook)


def send_again(*, delivery: WebhookDelivery) -> None:
    """Queue a message anew: at once, and with all its tries. Raises WebhookRefused for a webhook that is off."""
    _check_on(delivery.webhook)
    send_anew(WebhookDelivery.objects.filter(pk=delivery.pk))


def send_all_again(*, webhook: Webhook) -> int:
    """Queue all messages anew that need attention; returns how many. Raises as `send_again` does."""
    _check_on(webhook)
    return send_anew(WebhookDelivery.objects.filter(webhook=webhook, state=DeliveryState.NEEDS_ATTENTION))


def _locked(webhook: Webhook) -> Webhook:
    """Lock a webhook, and neither its course nor its key: acts of the course that write messages don't wait."""
    rows = Webhook.objects.select_for_update(of=("self",), no_key=True).select_related("course")
    return rows.get(pk=webhook.pk)


def _check_on(webhook: Webhook) -> None:
    if not webhook.active:
        raise WebhookRefused("This webhook is off, so nothing is sent. Switch it on first, under Edit.")


def _fields(wanted: Wanted) -> dict[str, Any]:
    return {"name": wanted.name, "url": wanted.url, "events": list(wanted.events), "active": wanted.active}


def _record(action: str, webhook: Webhook, actor: User, **details: Any) -> None:
    record(
        action=action,
        actor=actor,
        course=webhook.course,
        subject=f"webhook {webhook.pk}",
        name=webhook.name,
        **details,
    )
