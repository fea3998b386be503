"""Secrets in the database, sealed with the installation's own: a copy of the database alone opens none of them."""

import base64
from collections.abc import Sequence
from enum import Enum

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Use(Enum):
    """What is sealed, each with a key of its own. Who changes the words can't open what is stored."""

    LTI_KEYS = b"playground-coursework: private keys for LTI"
    WEBHOOK_SECRETS = b"playground-coursework: secrets of webhooks"


class SealBroken(Exception):
    """What was sealed can't be opened: the installation's secret is another one now."""


def seal(content: bytes, use: Use) -> str:
    """Seal with the present SECRET_KEY."""
    return _seals(secrets_in_use()[:1], use).encrypt(content).decode("ascii")


def unseal(sealed: str, use: Use) -> bytes:
    """Open with the present SECRET_KEY or an earlier one of SECRET_KEY_FALLBACKS."""
    return _opened(sealed, use, secrets_in_use())


def is_of_present_secret(sealed: str, use: Use) -> bool:
    """True if the present SECRET_KEY alone opens it."""
    try:
        _opened(sealed, use, secrets_in_use()[:1])
    except SealBroken:
        return False
    return True


def secrets_in_use() -> tuple[str, ...]:
    """Return the installation's secrets, the present one first."""
    return (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))


def _opened(sealed: str, use: Use, secrets: Sequence[str]) -> bytes:
    try:
        return _seals(secrets, use).decrypt(sealed.encode())
    except InvalidToken:
        raise SealBroken from None


def _seals(secrets: Sequence[str], use: Use) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret, use))) for secret in secrets])


def _derived(secret: str, use: Use) -> bytes:
    """Return 32 bytes for this use only: the secret signs sessions and links as well."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use.value).derive(secret.encode())
