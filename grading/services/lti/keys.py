"""Our own keys: what we sign with, what platforms read as our JWKS, and how the one follows the other.

Platforms keep our JWKS for a while (Moodle for each client). So a new key is published before it signs, and an old one
stays published after it has stopped.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from grading.lti import key_sets
from grading.lti.key_sets import Jwk
from grading.lti.tokens import ALGORITHM
from grading.models.lti import ToolKey
from grading.services.sealing import SealBroken, Use, seal, secrets_in_use, unseal

log = structlog.get_logger(__name__)

SIGNS_FOR = timedelta(days=90)
PUBLISHED_BEFORE = timedelta(days=2)
PUBLISHED_AFTER = timedelta(days=2)


def sign(claims: Mapping[str, Any]) -> str:
    """Return the claims as a token signed by us (RS256, with our kid)."""
    row = signing_key()
    key = _opened(row.private_key, secrets_in_use())
    return jwt.encode(dict(claims), key, algorithm=ALGORITHM, headers={"kid": row.kid})


def signing_key() -> ToolKey:
    """Return the key that signs now, made when there is none that can be opened."""
    return _usable(timezone.now()) or _make(signs_from=None)


def public_jwks() -> dict[str, list[Jwk]]:
    """Return our public keys: the one that signs, those that will, and those that did until lately."""
    now = timezone.now()
    if _usable(now) is None:
        _make(signs_from=None)
    return {"keys": [row.public_jwk for row in _published(now)]}


def rotate_key(*, at_once: bool = False) -> ToolKey:
    """Make the next key. It signs in two days; `at_once`, for a key that has leaked, it replaces all others now."""
    if at_once:
        return _make(signs_from=None, alone=True)
    return _make(signs_from=timezone.now() + PUBLISHED_BEFORE)


def keep_keys_current() -> None:
    """Make the next key when the newest has nearly signed for its time; forget those long retired."""
    now = timezone.now()
    newest = _published(now).first()
    if newest is not None and newest.signs_from + SIGNS_FOR - PUBLISHED_BEFORE <= now:
        rotate_key()
    ToolKey.objects.filter(retires_at__lt=now - SIGNS_FOR).delete()


def _published(now: datetime) -> QuerySet[ToolKey]:
    return ToolKey.objects.filter(Q(retires_at=None) | Q(retires_at__gt=now)).order_by("-signs_from", "-pk")


def _usable(now: datetime) -> ToolKey | None:
    """Return the newest key that may sign by now and can be opened."""
    return next((row for row in _published(now).filter(signs_from__lte=now) if _opens(row)), None)


def _opens(row: ToolKey) -> bool:
    try:
        _opened(row.private_key, secrets_in_use())
    except (SealBroken, ValueError):
        log.warning("lti_key_not_opened", kid=row.kid)
        return False
    return True


def _make(*, signs_from: datetime | None, alone: bool = False) -> ToolKey:
    """Store a new key and let the others retire. Without `signs_from` it signs now, and only if it is still wanted."""
    key = key_sets.generate_key()  # slow, so before the lock
    kid = key_sets.new_kid()
    with transaction.atomic():
        _lock()
        now = timezone.now()
        if signs_from is None and not alone and (made_meanwhile := _usable(now)):
            return made_meanwhile
        signs_from = signs_from or now
        retires_at = now if alone else signs_from + PUBLISHED_AFTER
        _published(now).filter(Q(retires_at=None) | Q(retires_at__gt=retires_at)).update(retires_at=retires_at)
        made = ToolKey.objects.create(
            kid=kid,
            private_key=seal(_pem(key), Use.LTI_KEYS),
            public_jwk=key_sets.public_jwk(key.public_key(), kid),
            created_at=now,
            signs_from=signs_from,
        )
    log.info("lti_key_made", kid=kid, signs_from=signs_from.isoformat(), alone=alone)
    return made


def _lock() -> None:
    """Let one process at a time make a key. The table may be empty, so the row that stands for it is locked."""
    row = ContentType.objects.get_for_model(ToolKey)
    ContentType.objects.select_for_update().get(pk=row.pk)


def _pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@lru_cache(maxsize=4)
def _opened(sealed: str, _secrets: tuple[str, ...]) -> RSAPrivateKey:
    """Return the key; opening one takes longer than signing with it."""
    key = serialization.load_pem_private_key(unseal(sealed, Use.LTI_KEYS), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key
