"""After a change of SECRET_KEY: what an earlier one sealed is sealed with the present one; then the earlier can go."""

from typing import Any

import structlog
from django.db.models import Model

from grading.models import Webhook
from grading.models.lti import ToolKey
from grading.services.sealing import SealBroken, Use, is_of_present_secret, seal, unseal

log = structlog.get_logger(__name__)
SEALED: dict[Use, tuple[type[Model], tuple[str, ...]]] = {
    Use.LTI_KEYS: (ToolKey, ("private_key",)),
    Use.WEBHOOK_SECRETS: (Webhook, ("secret", "earlier_secret")),
}


def seal_anew() -> int:
    """Seal all rows with the present SECRET_KEY; returns how many were not. Run again it changes nothing."""
    count = 0
    for use, (model, names) in SEALED.items():
        rows: Any = model._default_manager
        for stored in rows.values("pk", *names).iterator():
            anew = {name: text for name in names if (text := _sealed_anew(stored[name], use))}
            # Only as it was read: who has stored a new secret meanwhile has sealed it with the present key.
            count += rows.filter(**stored).update(**anew) if anew else 0
    if count:
        log.info("sealed_anew", count=count)
    return count


def _sealed_anew(stored: str, use: Use) -> str:
    """Return what to store instead; "" for nothing. What can't be opened waits for its SECRET_KEY."""
    if not stored or is_of_present_secret(stored, use):
        return ""
    try:
        return seal(unseal(stored, use), use)
    except SealBroken:
        return ""
