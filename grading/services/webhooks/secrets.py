"""Secrets of webhooks: sealed in the database, opened to be shown this once and to sign."""

from datetime import datetime

import structlog

from grading.models import Webhook
from grading.services.sealing import SealBroken, Use, is_of_present_secret, seal, unseal

log = structlog.get_logger(__name__)
_FIELDS = ("secret", "earlier_secret")


def sealed(secret: str) -> str:
    """Return a secret as it is stored."""
    return seal(secret.encode(), Use.WEBHOOK_SECRETS)


def opened(stored: str) -> str:
    """Return a stored secret; raises SealBroken."""
    return unseal(stored, Use.WEBHOOK_SECRETS).decode()


def signing_secrets(webhook: Webhook, now: datetime) -> list[str]:
    """Return the secret, and for a day after a change the one before; raises SealBroken for the present one only."""
    found = [opened(webhook.secret)]
    if webhook.earlier_secret and webhook.earlier_until is not None and now < webhook.earlier_until:
        try:
            found.append(opened(webhook.earlier_secret))
        except SealBroken:  # the new one was made because of that
            log.warning("webhook_earlier_secret_not_opened", webhook=webhook.pk)
    return found


def seal_anew() -> int:
    """Seal with the present SECRET_KEY what an earlier one sealed, so that the earlier one can go; returns how many."""
    count = 0
    for row in Webhook.objects.only(*_FIELDS).iterator():
        for name in _FIELDS:
            count += _seal_anew(row.pk, name, getattr(row, name))
    if count:
        log.info("webhook_secrets_sealed_anew", count=count)
    return count


def _seal_anew(webhook: int, name: str, stored: str) -> int:
    """Seal one anew, unless there is a new one meanwhile. One that can't be opened waits for its SECRET_KEY."""
    if not stored or is_of_present_secret(stored, Use.WEBHOOK_SECRETS):
        return 0
    try:
        anew = sealed(opened(stored))
    except SealBroken:
        return 0
    return Webhook.objects.filter(pk=webhook, **{name: stored}).update(**{name: anew})
