"""Access to a platform's services: a token for what is wanted, and requests that carry it only where it belongs."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import structlog
from django.db.models import Q

from grading.lti.origins import origin_of
from grading.lti.our_addresses import our_addresses
from grading.lti.tokens import times_of_validity
from grading.models import LineItem, LmsCourse, Platform
from grading.outbound.addresses import Party
from grading.outbound.fetching import MOST_BYTES, SECONDS, Answer, NotInTime, NotReached, fetch
from grading.services.lti.keys import sign

log = structlog.get_logger(__name__)
ASSERTION_SECONDS = 300  # how long what we sign for a token may be used
MARGIN_SECONDS = 60.0  # a token that ends sooner than this is not used any more
_DEFAULT_SECONDS = 600.0  # of a token whose platform doesn't say
_LONGEST_SECONDS = 24 * 3600.0
# An LMS that refuses us says so in OAuth's words. Moodle breaks off with a page where it can't fetch our keys.
_KEYS_HINT = " Most likely it could not read our keys: its server has to reach {keys}."
_WAITING_HINT = " Before it answers it reads our keys: its server has to reach {keys}."
_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class NoToken(NotReached):
    """The platform gave no token for what is wanted; `answer` is what it said, if it said anything."""

    def __init__(self, message: str, answer: Answer | None = None) -> None:
        super().__init__(message)
        self.answer = answer


class NotOfThePlatform(NotReached):
    """The address is not known to be the platform's, so that nothing of it is told to whoever is there."""


_Key = tuple[int | None, str, str, frozenset[str]]


@dataclass(slots=True)
class _Tokens:
    """Tokens in the memory of this process.

    Not in the cache, which is a table: whoever reads the database or a backup of it would have them. What it costs is
    one question per process and hour.
    """

    held: dict[_Key, tuple[str, float]] = field(default_factory=dict)
    asking: dict[_Key, threading.Lock] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: _Key, ask: Callable[[], tuple[str, float]]) -> str:
        """Return a token that is still good; of several threads that need the same one, one asks."""
        with self.lock:
            asking = self.asking.setdefault(key, threading.Lock())
        with asking:
            token, until = self.held.get(key, ("", 0.0))
            if time.monotonic() >= until:
                token, until = ask()
                self.held[key] = token, until
            return token

    def drop(self, key: _Key, token: str) -> None:
        """Forget a token that was refused, unless somebody has a new one by now."""
        with self.lock:
            if self.held.get(key, ("", 0.0))[0] == token:
                del self.held[key]

    def clear(self) -> None:
        self.held.clear()


tokens = _Tokens()


def service_token(platform: Platform, scopes: Iterable[str]) -> str:
    """Return a token for these scopes; asked for anew shortly before the last one ends. Raises NotReached, NoToken."""
    wanted = frozenset(scopes)
    return tokens.get(_key(platform, wanted), lambda: _asked(platform, wanted))


def lti_request(
    platform: Platform,
    method: str,
    url: str,
    *,
    scopes: Iterable[str],
    accept: str,
    content_type: str = "",
    body: bytes | None = None,
    most_bytes: int = MOST_BYTES,
    seconds: float = SECONDS,
) -> Answer:
    """Ask a service of a platform and return its answer, whatever its status; raises NotReached.

    A token that is refused (401) is dropped, and the request goes out once more with a new one.
    """
    wanted = frozenset(scopes)
    if not is_of_platform(platform, url):
        raise NotOfThePlatform(f"{_shown(url)} is not known to be an address of {platform.name}.")
    answer = Answer(401)
    for _try in range(2):
        token = service_token(platform, wanted)
        headers = {"Authorization": f"Bearer {token}", "Accept": accept}
        if content_type:
            headers["Content-Type"] = content_type
        answer = fetch(method, url, party=Party.LMS, headers=headers, body=body, most_bytes=most_bytes, seconds=seconds)
        if answer.status != 401:
            break
        tokens.drop(_key(platform, wanted), token)
    return answer


def is_of_platform(platform: Platform, url: str) -> bool:
    """Whether a URL is on a host (and scheme, and port) of a platform, as it is registered or as it told us signed.

    The platform's own addresses are what an operator, or the platform's own configuration, gave at registration. But a
    Canvas, say, registers hosts that all schools share, while a school's services are on its own: those we know from
    its signed launches, which is where the services' addresses in LmsCourse and the first ones in LineItem come from.
    Line items that a platform lists, and further pages of its answers, have to be on a host that was known before.
    """
    origin, written = origin_of(url), _as_written(url)
    if not origin or not written:
        return False
    registered = (platform.issuer, platform.authorization_url, platform.token_url, platform.jwks_url)
    if origin in map(origin_of, registered):
        return True
    told = Q(memberships_url__istartswith=written) | Q(lineitems_url__istartswith=written)
    if LmsCourse.objects.filter(told, deployment__platform=platform).exists():
        return True
    items = LineItem.objects.filter(lms_course__deployment__platform=platform)
    return items.filter(url__istartswith=written).exists()


def _as_written(url: str) -> str:
    """Return the start of an address up to the path, as all addresses of its origin begin; "" if it names somebody."""
    scheme, _, rest = url.partition("://")
    host = rest.partition("/")[0]
    return "" if "@" in host else f"{scheme}://{host}/"


def _key(platform: Platform, scopes: frozenset[str]) -> _Key:
    """Name a token; one that was asked for by an earlier registration of the platform is another."""
    return platform.pk, platform.client_id, platform.token_url, scopes


def _asked(platform: Platform, scopes: frozenset[str]) -> tuple[str, float]:
    """Ask for a token; return it with the moment, on the monotonic clock, until which it is used."""
    asked_at = time.monotonic()
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": _JWT_BEARER,
        "client_assertion": sign(_assertion(platform)),
        "scope": " ".join(sorted(scopes)),
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    try:
        answer = fetch("POST", platform.token_url, party=Party.LMS, headers=headers, body=urlencode(form).encode())
    except NotInTime as error:
        raise NoToken(f"{error}{_WAITING_HINT.format(keys=our_addresses().keys)}") from None
    except NotReached as error:
        raise NoToken(str(error)) from None
    token, seconds = _read(platform, answer, scopes)
    log.info("lti_token_received", platform=platform.pk, seconds=seconds)
    return token, asked_at + max(seconds - MARGIN_SECONDS, seconds / 2)


def _assertion(platform: Platform) -> dict[str, Any]:
    """Say who we are, to be signed: good once, at this platform, for five minutes."""
    return {
        "iss": platform.client_id,
        "sub": platform.client_id,
        "aud": platform.token_audience or platform.token_url,
        **times_of_validity(time.time(), ASSERTION_SECONDS),
        "jti": uuid.uuid4().hex,
    }


def _read(platform: Platform, answer: Answer, scopes: frozenset[str]) -> tuple[str, float]:
    """Return token and seconds of an answer; raise NoToken where there is none, or not for all that is wanted."""
    said = _members(answer)
    token = said.get("access_token")
    if answer.status != 200 or not isinstance(token, str) or not token.isascii() or not token.isprintable():
        said_why = "error" in said or answer.status == 200 or answer.status >= 500
        raise NoToken(
            f"{platform.name} gave no access: it answered {answer.status} where we ask for a token."
            + ("" if said_why else _KEYS_HINT.format(keys=our_addresses().keys)),
            answer,
        )
    granted = said.get("scope", " ".join(scopes))  # what is not said is as it was asked for
    granted = granted if isinstance(granted, str | list) else ""
    missing = scopes.difference(granted.split() if isinstance(granted, str) else map(str, granted))
    if missing:
        short = ", ".join(sorted(scope.rpartition("/")[2] for scope in missing))
        raise NoToken(f"{platform.name} does not allow us: {short}.", answer)
    return token, _seconds(said.get("expires_in"))


def _seconds(said: Any) -> float:
    """Read how long a token is good, which some platforms write as text."""
    try:
        seconds = float(said)
    except (TypeError, ValueError, OverflowError):  # the last for a whole number of hundreds of digits
        return _DEFAULT_SECONDS
    return min(seconds, _LONGEST_SECONDS) if seconds > 0 else _DEFAULT_SECONDS


def _members(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _shown(url: str) -> str:
    return origin_of(url) or repr(url[:100])
