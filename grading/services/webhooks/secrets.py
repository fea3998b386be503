"""Secrets of webhooks: sealed in the database, opened to be shown this once and to sign."""

from datetime import datetime

import structlog

from grading.models import Webhook
from grading.services.sealing import SealBroken, Use, seal, unseal

log = structlog.get_logger(__name__)


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
