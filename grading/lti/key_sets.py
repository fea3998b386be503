"""Keys as JSON (RFC 7517): those of a platform, read with limits, and our own, as platforms want them."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

MOST_BYTES = 64 * 1024
MOST_KEYS = 50
LEAST_BITS = 2048
MOST_BITS = 8192  # a larger one costs a noticeable time at each launch
_BITS_OF_OURS = 2048
_MOST_KID = 255
# As much of a key as its use takes. x5u and jku, which name addresses to fetch, are not among it.
_MEMBERS = ("kty", "n", "e")

Jwk = dict[str, Any]


class KeySetRefused(ValueError):
    """What a platform gives as its keys is none; the message says why."""


def read_key_set(body: bytes) -> list[Jwk]:
    """Return the keys that may sign a launch, each as {kty, n, e, kid}; others of the set are passed over."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise KeySetRefused("What the platform gives as its keys is no JSON.") from None
    listed = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise KeySetRefused("What the platform gives as its keys has no list “keys”.")
    if len(listed) > MOST_KEYS:
        raise KeySetRefused(f"The platform gives {len(listed)} keys; at most {MOST_KEYS} are looked at.")
    kept = [_kept(each) for each in listed if isinstance(each, dict) and _may_sign(each)]
    if not kept:
        raise KeySetRefused(f"The platform gives no RSA key of at least {LEAST_BITS} bits.")
    return kept


def key_named(keys: list[Jwk], kid: str | None) -> RSAPublicKey | None:
    """Return the key of a name; without a name the only one, if there is only one."""
    if kid is None:
        return public_key(keys[0]) if len(keys) == 1 else None
    return next((public_key(each) for each in keys if each.get("kid") == kid), None)


def public_key(jwk: Mapping[str, Any]) -> RSAPublicKey:
    """Return the key; KeySetRefused if it is none."""
    try:
        key = RSAAlgorithm.from_jwk({name: jwk.get(name) for name in _MEMBERS})
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, UnsupportedAlgorithm):
        raise KeySetRefused("This is no RSA key.") from None
    if not isinstance(key, RSAPublicKey) or not LEAST_BITS <= key.key_size <= MOST_BITS:
        raise KeySetRefused(f"An RSA key has to have {LEAST_BITS} to {MOST_BITS} bits.")
    return key


def generate_key() -> RSAPrivateKey:
    """Make a key of ours. This takes a moment."""
    return generate_private_key(public_exponent=65537, key_size=_BITS_OF_OURS)


def new_kid() -> str:
    """Name a new key."""
    return secrets.token_urlsafe(16)


def public_jwk(key: RSAPublicKey, kid: str) -> Jwk:
    """Return the public half as platforms read it; Moodle wants alg and use, too."""
    found = RSAAlgorithm.to_jwk(key, as_dict=True)
    return {"kty": "RSA", "n": found["n"], "e": found["e"], "alg": "RS256", "use": "sig", "kid": kid}


def _may_sign(jwk: Jwk) -> bool:
    """Whether a key is one that tokens may be signed with: RSA, for signatures by RS256 if it says, named by text."""
    kid = jwk.get("kid")
    if kid is not None and not (isinstance(kid, str) and 0 < len(kid) <= _MOST_KID):
        return False
    if jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig" or jwk.get("alg", "RS256") != "RS256":
        return False
    try:
        public_key(jwk)
    except KeySetRefused:
        return False
    return True


def _kept(jwk: Jwk) -> Jwk:
    return {name: jwk[name] for name in (*_MEMBERS, "kid") if name in jwk}
