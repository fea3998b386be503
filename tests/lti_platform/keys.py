"""Real RSA keys of the fake platform, made once per test run, and tokens signed with them, well or badly."""

import base64
import functools
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


@dataclass(frozen=True)
class Key:
    """A key pair and the name under which it stands in a JWKS."""

    kid: str
    private: rsa.RSAPrivateKey

    @property
    def jwk(self) -> dict[str, Any]:
        found: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {name: found[name] for name in ("kty", "n", "e")} | {"kid": self.kid, "alg": "RS256", "use": "sig"}

    @property
    def public_pem(self) -> bytes:
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, kind)

    @property
    def private_pem(self) -> bytes:
        kind = serialization.PrivateFormat.PKCS8
        return self.private.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())

    def sign(self, claims: Mapping[str, Any], **headers: Any) -> str:
        return jwt.encode(dict(claims), self.private, algorithm="RS256", headers={"kid": self.kid, **headers})


@functools.cache
def key(kid: str = "platform-1") -> Key:
    """Return the test run's key of this name. Names: platform-1, platform-2 (rotated), foreign, tool-1, tool-2."""
    return Key(kid, rsa.generate_private_key(public_exponent=65537, key_size=2048))


def unsigned(claims: Mapping[str, Any]) -> str:
    """Write a token with `alg: none`."""
    return f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': 'platform-1'})}.{_part(claims)}."


def signed_by_public_key(claims: Mapping[str, Any], signed_with: Key) -> str:
    """Write an HS256 token whose secret is the public key: what fools a reader that lets the token choose."""
    start = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': signed_with.kid})}.{_part(claims)}"
    mark = hmac.digest(signed_with.public_pem, start.encode(), hashlib.sha256)
    return f"{start}.{_text(mark)}"


def _part(value: Mapping[str, Any]) -> str:
    return _text(json.dumps(dict(value)).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
