"""The first half of a launch: the platform says that somebody comes, and we send them to its sign-in (OpenID Connect).

What comes back has to bring what was made here: the state, which names our row; the nonce, inside the signed token; and
the browser's secret, which never leaves the browser but to us. A stranger who begins a launch in a browser of their own
can therefore not end it in somebody else's.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils import timezone

from grading.lti.origins import origin_of
from grading.lti.our_addresses import our_addresses
from grading.models.lti import LoginState, Platform

HOLDS_FOR = timedelta(minutes=10)
_KEPT_FOR = timedelta(hours=1)  # after it has ended, so that a second click is told apart from a forged one
_MOST = {"iss": 255, "client_id": 255, "lti_deployment_id": 255, "target_link_uri": 1000, "lti_storage_target": 64}
_MOST_HINT = 8000
_FRAME_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class LoginRefused(Exception):
    """A launch can't begin; the message says why, in words for whoever set the link up."""


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """What a platform sends to our login address (OpenID Connect third-party initiated login, with LTI's additions)."""

    issuer: str
    login_hint: str
    target_link_uri: str
    lti_message_hint: str = ""
    client_id: str = ""
    deployment_id: str = ""
    storage_target: str = ""


@dataclass(frozen=True, slots=True)
class Login:
    """A launch that has begun: where to send the browser, and the secret that the browser has to keep until then."""

    platform: Platform
    state: str
    browser_secret: str
    authorization_url: str


def read_login(fields: Mapping[str, str]) -> LoginRequest:
    """Read what a platform sends; LoginRefused says what is missing or can't be."""
    found = {name: value for name, value in fields.items() if isinstance(value, str)}
    for name in ("iss", "login_hint", "target_link_uri"):
        if not found.get(name):
            raise LoginRefused(f"The LMS did not send {name}.")
    for name, value in found.items():
        if len(value) > _MOST.get(name, _MOST_HINT) or not value.isprintable():
            raise LoginRefused(f"What the LMS sent as {name[:40]!r} is too long or has characters that can’t be there.")
    target = found.get("lti_storage_target", "")
    return LoginRequest(
        issuer=found["iss"],
        login_hint=found["login_hint"],
        target_link_uri=found["target_link_uri"],
        lti_message_hint=found.get("lti_message_hint", ""),
        client_id=found.get("client_id", ""),
        deployment_id=found.get("lti_deployment_id", ""),
        storage_target=target if _FRAME_NAME.fullmatch(target) else "",
    )


def begin_login(*, asked: LoginRequest, own_origin: str) -> Login:
    """Store what the answer has to bring, and return where to send the browser. `own_origin` is that of the request."""
    platform = _platform(asked)
    if not is_ours(asked.target_link_uri, own_origin):
        raise LoginRefused(f"The link in the LMS leads to {asked.target_link_uri[:200]}, which is not on this server.")
    state, nonce, browser_secret = (secrets.token_urlsafe(32) for _ in range(3))
    if asked.storage_target:
        state = f"{state}.{asked.storage_target}"
    now = timezone.now()
    LoginState.objects.create(
        state_hash=hashed(state),
        nonce_hash=hashed(nonce),
        browser_hash=hashed(browser_secret),
        platform=platform,
        target_link_uri=asked.target_link_uri,
        created_at=now,
        expires_at=now + HOLDS_FOR,
    )
    return Login(platform, state, browser_secret, _authorization_url(platform, asked, state=state, nonce=nonce))


def is_ours(url: str, own_origin: str = "") -> bool:
    """Whether an address is on this server."""
    origin = origin_of(url)
    parts = urlsplit(url) if origin else None
    if parts is None or parts.username is not None or parts.password is not None or "\\" in url:
        return False
    return origin in {origin_of(settings.PUBLIC_URL), origin_of(own_origin)} - {""}


def storage_target(state: str) -> str:
    """Return the frame that keeps the browser's secret for us, as the platform named it when this launch began."""
    target = state.partition(".")[2]
    return target if _FRAME_NAME.fullmatch(target) else ""


def short_name(state: str) -> str:
    """Return a name for this launch's cookie and stored value: several may run in one browser."""
    return hashed(state)[:16]


def hashed(text: str) -> str:
    """Return what is stored of a secret; all of them are random and long, so that no salt is needed."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def forget_old_logins() -> int:
    """Delete launches that ended long ago; return how many."""
    deleted, _ = LoginState.objects.filter(expires_at__lt=timezone.now() - _KEPT_FOR).delete()
    return deleted


def _platform(asked: LoginRequest) -> Platform:
    """Return the registration that the platform means; LoginRefused if there is none, or more than one."""
    registered = Platform.objects.filter(issuer=asked.issuer)
    if asked.client_id:
        registered = registered.filter(client_id=asked.client_id)
    found = list(registered.filter(active=True)[:2])
    if len(found) > 1 and asked.deployment_id:
        found = list(registered.filter(active=True, deployments__deployment_id=asked.deployment_id)[:2])
    if len(found) == 1:
        return found[0]
    named = f"{asked.issuer[:200]} (client id {asked.client_id[:200] or 'not sent'})"
    if found:
        raise LoginRefused(f"Several registrations are known for {named}: the LMS has to send its client_id.")
    if registered.exists():
        raise LoginRefused(f"The connection with {named} is switched off at present.")
    raise LoginRefused(f"This server is not connected with {named}.")


def _authorization_url(platform: Platform, asked: LoginRequest, *, state: str, nonce: str) -> str:
    fields = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": our_addresses().launch,
        "login_hint": asked.login_hint,
        "state": state,
        "nonce": nonce,
    }
    if asked.lti_message_hint:
        fields["lti_message_hint"] = asked.lti_message_hint
    joined = "&" if urlsplit(platform.authorization_url).query else "?"
    return f"{platform.authorization_url}{joined}{urlencode(fields)}"
