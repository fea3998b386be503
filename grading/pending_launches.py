"""Launches that wait for an answer of the person, such as which course this is: kept in their session for an hour."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from grading.lti.arrival import Reason
from grading.lti.messages import LaunchMessage, read_message
from grading.lti.refusals import MessageRefused
from grading.models import Platform

KEPT_SECONDS = 3600
_MOST = 4  # tabs at once
_KEY = "lti_pending"


def keep_launch(request: HttpRequest, message: LaunchMessage, reason: Reason | None = None) -> str:
    """Keep a checked launch and return the key that stands in the addresses of its pages."""
    key = secrets.token_urlsafe(12)
    pending, nonce = _pending(request), message.raw.get("nonce")
    # Kept once more, as after "Try again", it ends when it would have: what the LMS says of somebody may have changed.
    before = [entry["until"] for entry in pending.values() if nonce and entry["claims"].get("nonce") == nonce]
    entry = {
        "platform": message.platform.pk,
        "claims": dict(message.raw),
        "target": message.target_link_uri,
        "reason": reason.value if reason else "",
        "until": min(before, default=time.time() + KEPT_SECONDS),
    }
    request.session[_KEY] = dict([*pending.items(), (key, entry)][-_MOST:])
    return key


def kept_launch(request: HttpRequest, key: str) -> LaunchMessage | None:
    """Return the launch; None if there is none any more, or platform or deployment ended meanwhile."""
    entry = _pending(request).get(key)
    if entry is None:
        return None
    platform = Platform.objects.filter(pk=entry["platform"], active=True).first()
    if platform is None:
        return None
    try:
        message = replace(read_message(entry["claims"], platform), target_link_uri=entry["target"])
    except MessageRefused:  # kept by an earlier version of this program
        return None
    return message if platform.deployments.filter(deployment_id=message.deployment_id).exists() else None


def kept_reason(request: HttpRequest, key: str) -> str:
    """Return why a launch has nothing to open."""
    return str(_pending(request).get(key, {}).get("reason", ""))


def forget_launch(request: HttpRequest, key: str) -> None:
    """Forget a launch that is through."""
    request.session[_KEY] = {name: entry for name, entry in _pending(request).items() if name != key}


def _pending(request: HttpRequest) -> Mapping[str, Any]:
    found = request.session.get(_KEY)
    now = time.time()
    return {key: entry for key, entry in found.items() if entry["until"] > now} if isinstance(found, dict) else {}
