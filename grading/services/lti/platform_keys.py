"""A platform's public keys: fetched from where it was registered with, and kept for a while.

They are read again every hour, and when a token names a key that we don't know, but never more than once a minute for
a platform, however many tokens come. While the platform doesn't answer, the keys that we have go on holding for a day.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.core.cache import cache
from django.utils import timezone

from grading.lti.key_sets import MOST_BYTES, Jwk, KeySetRefused, key_named, read_key_set
from grading.lti.refusals import Advice, LaunchRefused
from grading.models.lti import Platform
from grading.outbound import fetching
from grading.outbound.addresses import Party
from grading.outbound.fetching import Answer

log = structlog.get_logger(__name__)

FRESH = timedelta(hours=1)
KEPT = timedelta(days=1)
ASKED_AGAIN_AFTER = timedelta(minutes=1)
_TRIED_AGAIN_AFTER = timedelta(seconds=10)  # where we have no keys at all, so that launches have to wait for them
_OK = 200


class KeysNotReached(LaunchRefused):
    """The platform's keys can't be had just now."""

    advice = Advice.CLICK_AGAIN


@dataclass(frozen=True, slots=True)
class _Kept:
    keys: list[Jwk]
    fetched_at: datetime


def platform_key(platform: Platform, kid: str | None) -> RSAPublicKey | None:
    """Return the platform's key of this name; None if it has none. KeysNotReached where we have no keys to look at."""
    kept = _kept(platform)
    if kept is None:
        kept = _first(platform)
    elif kept.fetched_at + FRESH <= timezone.now():
        kept = _again(platform) or kept
    found = key_named(kept.keys, kid)
    if found is None and (newer := _again(platform)):
        found = key_named(newer.keys, kid)
    return found


def _kept(platform: Platform) -> _Kept | None:
    found = cache.get(_name(platform))
    # Keys of another address are no keys of this platform any more.
    if not isinstance(found, dict) or found.get("url") != platform.jwks_url:
        return None
    return _Kept(found["keys"], found["fetched_at"])


def _first(platform: Platform) -> _Kept:
    """Fetch where there is nothing yet: a whole class may come at once, so each may ask, but not after a failure."""
    if cache.get(_name(platform, "failed")):
        raise KeysNotReached("The platform's keys could not be fetched a moment ago.")
    fetched = _fetched(platform)
    cache.set(_name(platform, "asked"), 1, ASKED_AGAIN_AFTER.total_seconds())
    return fetched


def _again(platform: Platform) -> _Kept | None:
    """Fetch again unless that was done within the last minute; None if it was, or if it fails."""
    if not cache.add(_name(platform, "asked"), 1, ASKED_AGAIN_AFTER.total_seconds()):
        return None
    try:
        return _fetched(platform)
    except KeysNotReached as error:
        log.warning("lti_keys_not_fetched", platform=platform.pk, reason=error.reason)
        return None


def ask_for_keys(platform: Platform) -> Answer:
    """Ask the platform for its keys; raises NotReached. The answer may be a refusal."""
    accepted = {"Accept": "application/json"}
    return fetching.fetch("GET", platform.jwks_url, party=Party.LMS, headers=accepted, most_bytes=MOST_BYTES)


def _fetched(platform: Platform) -> _Kept:
    try:
        answer = ask_for_keys(platform)
        if answer.status != _OK:
            raise KeySetRefused(f"The address of the platform's keys answered {answer.status}.")
        keys = read_key_set(answer.body)
    except (fetching.NotReached, KeySetRefused) as error:
        cache.set(_name(platform, "failed"), 1, _TRIED_AGAIN_AFTER.total_seconds())
        raise KeysNotReached(f"The platform's keys could not be fetched: {error}") from None
    kept = _Kept(keys, timezone.now())
    held = {"url": platform.jwks_url, "keys": kept.keys, "fetched_at": kept.fetched_at}
    cache.set(_name(platform), held, KEPT.total_seconds())
    return kept


def _name(platform: Platform, what: str = "keys") -> str:
    return f"lti-platform-{what}-{platform.pk}"
