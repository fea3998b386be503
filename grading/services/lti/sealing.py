"""Secrets in the database, sealed with the installation's own: a copy of the database alone opens none of them."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_INFO = b"playground-coursework: private keys for LTI"


class SealBroken(Exception):
    """What was sealed can't be opened: the installation's secret is another one now."""


def seal(content: bytes) -> str:
    """Seal with the present SECRET_KEY."""
    return _seals(secrets_in_use()[:1]).encrypt(content).decode("ascii")


def unseal(sealed: str) -> bytes:
    """Open with the present SECRET_KEY or an earlier one of SECRET_KEY_FALLBACKS."""
    try:
        return _seals(secrets_in_use()).decrypt(sealed.encode())
    except InvalidToken:
        raise SealBroken from None


def secrets_in_use() -> tuple[str, ...]:
    """Return the installation's secrets, the present one first."""
    return (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))


def _seals(secrets: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret))) for secret in secrets])


def _derived(secret: str) -> bytes:
    """Return 32 bytes for this use only: the secret signs sessions and links as well."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(secret.encode())
