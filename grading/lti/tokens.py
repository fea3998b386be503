"""A platform's signed token (id_token), read strictly. Signatures are PyJWT's; what else has to hold is said here.

Nothing of a token chooses how it is checked: the algorithm is RS256 before any key is looked up, and the key comes from
the address that the platform was registered with, whatever a header names.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from grading.lti import claims as names
from grading.lti.refusals import Advice, TokenRefused

ALGORITHM = "RS256"
MOST_CHARACTERS = 64 * 1024
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 3600
_MOST_TEXT = 255
_MOST_AUDIENCES = 20
_MOST_LEVELS = 50  # of lists in lists; what is read here is written again into the session, in a deeper call
_SHAPE = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){2}", re.ASCII)
# Would name keys, or ask for a treatment that we don't give.
_REFUSED_HEADERS = ("jku", "jwk", "x5u", "x5c", "crit", "zip", "enc")

# From the token's kid (None: it has none) to the key; None: there is no such key.
KeyFinder = Callable[[str | None], RSAPublicKey | None]


@dataclass(frozen=True, slots=True)
class Expected:
    """Whose token it has to be, and for whom."""

    issuer: str
    client_id: str


def read_token(token: str, expected: Expected, find_key: KeyFinder) -> dict[str, Any]:
    """Return the claims of a token; TokenRefused unless all of it holds, but for what only a stored row can say."""
    kid = _kid_of(token)
    key = find_key(kid)
    if key is None:
        raise TokenRefused("No key of the platform has the token's kid.")
    claims = _signed_claims(token, key)
    _check_parties(claims, expected)
    _check_times(claims, now=time.time())
    for name in ("nonce", names.DEPLOYMENT_ID):
        if not _is_text(claims.get(name)):
            raise TokenRefused(f"The token has no {name.rpartition('/')[2]}.")
    return claims


def times_of_validity(now: float, seconds: int) -> dict[str, int]:
    """Return iat and exp of a token that we write now, and that is to hold for so many seconds.

    It is dated back by as much as we let other clocks differ: Moodle refuses a token that is a second ahead of its own.
    """
    return {"iat": int(now) - LEEWAY_SECONDS, "exp": int(now) + seconds}


def _kid_of(token: str) -> str | None:
    """Return the header's kid, once the header is one that we accept at all."""
    if len(token) > MOST_CHARACTERS:
        raise TokenRefused(f"The token is longer than {MOST_CHARACTERS} characters.")
    if not _SHAPE.fullmatch(token):
        raise TokenRefused("The token is not three parts of base64url.")
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise TokenRefused("The token's header can't be read.") from None
    if header.get("alg") != ALGORITHM:
        raise TokenRefused(f"The token is not signed by {ALGORITHM}.")
    if header.get("typ", "JWT") not in ("JWT", "jwt"):
        raise TokenRefused("The token's typ is not JWT.")
    refused = [name for name in _REFUSED_HEADERS if name in header]
    if refused:
        raise TokenRefused(f"The token's header has {', '.join(refused)}.")
    kid = header.get("kid")
    if kid is not None and not _is_text(kid):
        raise TokenRefused("The token's kid is empty or too long.")
    return kid


def _signed_claims(token: str, key: RSAPublicKey) -> dict[str, Any]:
    """Return the claims, known to be what the holder of the key signed, and nothing more than that."""
    try:
        found = jwt.PyJWS(algorithms=[ALGORITHM]).decode(token, key, algorithms=[ALGORITHM])
        claims = json.loads(found)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise TokenRefused("The token's signature does not hold.") from None
    if not isinstance(claims, dict):
        raise TokenRefused("The token's content is no object.")
    if _is_deeper(claims, _MOST_LEVELS):
        raise TokenRefused(f"The token's content has more than {_MOST_LEVELS} levels.")
    return claims


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and objects stand in each other by more levels than that."""
    layer = [value]
    for _ in range(levels + 1):
        inside = (each.values() if isinstance(each, dict) else each for each in layer if isinstance(each, dict | list))
        layer = [inner for each in inside for inner in each]
    return bool(layer)


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    """Check who wrote it and for whom (OpenID Connect Core 3.1.3.7)."""
    if claims.get("iss") != expected.issuer:
        raise TokenRefused("The token's iss is not the platform's issuer.")
    found = claims.get("aud")
    audiences = [found] if isinstance(found, str) else found
    if not isinstance(audiences, list) or not 0 < len(audiences) <= _MOST_AUDIENCES:
        raise TokenRefused("The token's aud is no text and no list of texts.")
    if not all(isinstance(each, str) for each in audiences) or expected.client_id not in audiences:
        raise TokenRefused("The token's aud is not our client_id.")
    if len(audiences) > 1 and "azp" not in claims:
        raise TokenRefused("The token has several audiences and no azp.")
    if "azp" in claims and claims["azp"] != expected.client_id:
        raise TokenRefused("The token's azp is not our client_id.")


def _check_times(claims: Mapping[str, Any], *, now: float) -> None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires <= now - LEEWAY_SECONDS:
        raise TokenRefused("The token has expired.", advice=Advice.CLICK_AGAIN)
    if issued > now + LEEWAY_SECONDS:
        raise TokenRefused("The token's iat lies ahead: the clocks of the LMS and of this server differ.")
    if issued < now - OLDEST_SECONDS:
        raise TokenRefused("The token's iat is more than an hour ago.", advice=Advice.CLICK_AGAIN)
    if "nbf" in claims and _seconds(claims, "nbf") > now + LEEWAY_SECONDS:
        raise TokenRefused("The token's nbf lies ahead.")


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e15 < value < 1e15:
        raise TokenRefused(f"The token's {name} is missing or no time.")
    return float(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MOST_TEXT
