"""Every change of a launch: 401, a line in the log, a word for the operators, and nobody signed in or out."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import jwt
import pytest
import structlog
import time_machine
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coursework.models import User
from grading.lti import claims as names
from grading.lti.arrival import Arrival, Destination
from grading.lti.key_sets import public_jwk
from grading.lti.refusals import LaunchRefused
from grading.models.lti import Deployment, LoginState, Platform
from grading.services.lti.launching import finish_launch
from grading.services.lti.logins import LoginRequest, begin_login, hashed
from grading.views import lti_arrivals
from tests.grading.lti.keys import rsa_key
from tests.grading.lti.platform_side import (
    GONE,
    ISSUER,
    KID,
    TARGET,
    KeysAddress,
    asked_of_platform,
    begin,
    claims_for,
    launch,
    platform_row,
    signed,
)


@pytest.fixture
def platform(keys_address: KeysAddress, monkeypatch: pytest.MonkeyPatch) -> Platform:
    ada = User.objects.create_user("ada")
    monkeypatch.setattr(lti_arrivals, "arrive", Mock(return_value=Arrival(ada, Destination.OPEN, url="/")))
    return platform_row()


@pytest.fixture
def log() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def encoded(part: Any) -> str:
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def pem(of: str) -> str:
    """Return a public key as text: what somebody would take for an HMAC's secret."""
    key = rsa_key(of).public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def hmac_with_public_key(claims: Mapping[str, Any]) -> str:
    content = f"{encoded({'alg': 'HS256', 'kid': KID})}.{encoded(claims)}"
    return f"{content}.{encoded(hmac.new(pem('platform').encode(), content.encode(), hashlib.sha256).digest())}"


def unsigned(claims: Mapping[str, Any], header: Any) -> str:
    return f"{encoded(header)}.{encoded(claims)}.{encoded(b'signature')}"


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


CLAIMS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "tool-2"},
    "no audience": {"aud": GONE},
    "an empty list of audiences": {"aud": []},
    "audiences nested": {"aud": [["tool-1"]]},
    "an audience that holds ours": {"aud": "tool-1 tool-2"},
    "two audiences and no azp": {"aud": ["tool-1", "tool-2"]},
    "two audiences and another azp": {"aud": ["tool-1", "tool-2"], "azp": "tool-2"},
    "another azp": {"azp": "tool-2"},
    "another issuer": {"iss": "https://evil.example"},
    "an issuer with a slash": {"iss": f"{ISSUER}/"},
    "no issuer": {"iss": GONE},
    "an issuer in a list": {"iss": [ISSUER]},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": GONE},
    "a nonce that is no text": {"nonce": {"a": 1}},
    "expired": {"exp": 1_700_000_000},
    "no expiry": {"exp": GONE},
    "an expiry in words": {"exp": "tomorrow"},
    "an endless expiry": {"exp": float("inf")},
    "an expiry that is true": {"exp": True},
    "written in the future": {"iat": 4_000_000_000},
    "written long ago": {"iat": 1_700_000_000},
    "not said when": {"iat": GONE},
    "valid later": {"nbf": 4_000_000_000},
    "another deployment": {names.DEPLOYMENT_ID: "2"},
    "no deployment": {names.DEPLOYMENT_ID: GONE},
    "a deployment in a list": {names.DEPLOYMENT_ID: ["1"]},
    "another message": {names.MESSAGE_TYPE: "LtiStartProctoring"},
    "a message in a list": {names.MESSAGE_TYPE: [names.RESOURCE_LINK_REQUEST]},
    "no message": {names.MESSAGE_TYPE: GONE},
    "another version": {names.LTI_VERSION: "1.1.0"},
    "no version": {names.LTI_VERSION: GONE},
    "nobody": {"sub": GONE},
    "somebody without a name": {"sub": "  "},
    "somebody with too long a name": {"sub": "x" * 256},
    "somebody whose name ends a text": {"sub": "person-7\x00"},
    "no link": {names.RESOURCE_LINK: GONE},
    "a link without a name": {names.RESOURCE_LINK: {"title": "Week 1"}},
    "a course that is a text": {names.CONTEXT: {"id": ["1"]}},
    "leads elsewhere": {names.TARGET_LINK_URI: "https://evil.example/lti/launch/"},
    "leads elsewhere by another port": {names.TARGET_LINK_URI: "http://testserver:8443/lti/launch/"},
    "leads elsewhere by a name": {names.TARGET_LINK_URI: "http://testserver@evil.example/"},
    "leads elsewhere by a backslash": {names.TARGET_LINK_URI: "http://testserver\\@evil.example/"},
    "deep linking without an address": {names.MESSAGE_TYPE: names.DEEP_LINKING_REQUEST},
}
Forge = Callable[[dict[str, Any]], str]
TOKENS: dict[str, Forge] = {
    "not signed": lambda claims: unsigned(claims, {"alg": "none", "kid": KID}),
    "not signed, in capitals": lambda claims: unsigned(claims, {"alg": "NONE", "kid": KID}),
    "not signed, nothing after the dot": lambda claims: jwt.encode(claims, "", algorithm="none"),
    "signed with the public key as a secret": hmac_with_public_key,
    "another algorithm of the same key": lambda claims: signed(claims, algorithm="RS512"),
    "algorithms as a list": lambda claims: unsigned(claims, {"alg": ["RS256"], "kid": KID}),
    "a stranger's key of the same name": lambda claims: signed(claims, key=rsa_key("stranger")),
    "a stranger's key that the token brings": lambda claims: signed(
        claims, key=rsa_key("stranger"), jwk=public_jwk(rsa_key("stranger").public_key(), KID)
    ),
    "an address of keys that the token brings": lambda claims: signed(claims, jku="https://evil.example/keys"),
    "a certificate that the token brings": lambda claims: signed(claims, x5u="https://evil.example/x"),
    "wants what we don't know": lambda claims: signed(claims, crit=["exp"]),
    "another type": lambda claims: signed(claims, typ="at+jwt"),
    "no key of that name": lambda claims: signed(claims, kid="unknown"),
    "a path as the key's name": lambda claims: signed(claims, kid="../../../../dev/null"),
    "a query as the key's name": lambda claims: signed(claims, kid="' UNION SELECT 1 --"),
    "a number as the key's name": lambda claims: unsigned(claims, {"alg": "RS256", "kid": 7}),
    "a long name of the key": lambda claims: signed(claims, kid="k" * 300),
    "a changed claim": lambda claims: _changed(signed(claims), claims | {"sub": "person-8"}),
    "a huge token": lambda claims: signed(claims | {"more": "x" * 70_000}),
    "lists in lists": lambda _claims: unsigned({}, nested(20_000)),
    "lists in lists, signed": lambda _claims: signed_bytes(nested(20_000)),
    "signed, and deeper than anything that is used": lambda claims: signed_bytes(
        json.dumps(claims)[:-1].encode() + b', "more": ' + nested(100) + b"}"
    ),
    "signed, and no object": lambda _claims: signed_bytes(b'["RS256"]'),
    "signed, and no text": lambda _claims: signed_bytes(b"\xff\xfe{}"),
    "no token": lambda _claims: "",
    "one dot": lambda _claims: "a.b",
    "letters of other alphabets": lambda _claims: "\u0430.\u0431.\u0432",
    "what can't be text": lambda _claims: "\ufffd.\x00.\udcff".encode("utf-8", "replace").decode(),
}


def _changed(token: str, claims: Mapping[str, Any]) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{encoded(claims)}.{signature}"


def signed_bytes(content: bytes) -> str:
    return jwt.PyJWS().encode(content, rsa_key(), algorithm="RS256", headers={"kid": KID})


def check_refused(response: Any, log: list[Any], said: str) -> None:
    assert response.status_code == 401, said
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    assert not (cookie and cookie.value) and not Session.objects.exists(), said
    refusals = [line for line in log if line["event"] == "lti_launch_refused"]
    assert len(refusals) == 1, said
    assert refusals[0]["reason"], said
    assert refusals[0]["reason"] not in response.content.decode(), "no help for attackers"
    log.clear()


@pytest.mark.django_db
def test_every_changed_claim(client: Client, platform: Platform, log: list[Any]) -> None:
    for said, changed in CLAIMS.items():
        asked = asked_of_platform(begin(client))
        response = launch(client, asked["state"], signed(claims_for(asked["nonce"], **changed)))
        check_refused(response, log, said)
        platform.refresh_from_db()
        assert platform.last_error, said
        Platform.objects.update(last_error="")


@pytest.mark.django_db
def test_every_forged_token(client: Client, platform: Platform, log: list[Any], keys_address: KeysAddress) -> None:
    for said, forge in TOKENS.items():
        asked = asked_of_platform(begin(client))
        check_refused(launch(client, asked["state"], forge(claims_for(asked["nonce"]))), log, said)
    assert keys_address.asked == 1, "an unknown kid may ask once a minute, and here we have just asked"


@pytest.mark.django_db
def test_a_token_without_a_kid_needs_a_single_key(
    client: Client, platform: Platform, log: list[Any], keys_address: KeysAddress
) -> None:
    keys_address.keys.append(public_jwk(rsa_key("tool").public_key(), "second"))
    asked = asked_of_platform(begin(client))
    check_refused(launch(client, asked["state"], signed(claims_for(asked["nonce"]), kid=None)), log, "two keys")


@pytest.mark.django_db
def test_states(client: Client, platform: Platform, log: list[Any]) -> None:
    asked = asked_of_platform(begin(client))
    good = signed(claims_for(asked["nonce"]))
    check_refused(launch(client, "", good), log, "no state")
    check_refused(launch(client, "x" * 43, good), log, "another state")
    check_refused(launch(client, "x" * 5000, good), log, "a long state")
    check_refused(launch(client, f"{asked['state']}\x00", good), log, "a state that ends early")
    check_refused(launch(Client(), asked["state"], good), log, "another browser")
    mixed = Client()
    [name] = [name for name in client.cookies if name.startswith("playground_coursework_lti_")]
    mixed.cookies[name] = "guessed"
    check_refused(launch(mixed, asked["state"], good), log, "a guessed cookie")
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        check_refused(launch(client, asked["state"], signed(claims_for(asked["nonce"]))), log, "too late")
    assert launch(client, asked["state"], good).status_code == 302, "none of that used the state up"


@pytest.mark.django_db
def test_a_secret_in_a_form_of_another_site_counts_for_nothing(
    client: Client, platform: Platform, log: list[Any]
) -> None:
    """Somebody begins a launch of theirs and makes another browser end it, with all that they know of it."""
    asked = asked_of_platform(begin(client))
    [secret] = [each.value for name, each in client.cookies.items() if name.startswith("playground_coursework_lti_")]
    fields = {"state": asked["state"], "id_token": signed(claims_for(asked["nonce"])), "browser": secret}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://testserver.evil"}):
        check_refused(Client().post(reverse("lti_launch"), fields, headers=headers), log, str(headers))


@pytest.mark.django_db
def test_what_was_used_is_used_up(client: Client, platform: Platform, log: list[Any]) -> None:
    asked = asked_of_platform(begin(client))
    token = signed(claims_for(asked["nonce"]))
    cookies = dict(client.cookies)
    assert launch(client, asked["state"], token).status_code == 302
    again = Client()
    again.cookies.update(cookies)
    Session.objects.all().delete()
    log.clear()
    check_refused(launch(again, asked["state"], token), log, "the same once more")
    other = asked_of_platform(begin(client))
    check_refused(launch(client, other["state"], token), log, "its token with another state")


@pytest.mark.django_db
def test_the_state_is_used_up_by_a_bad_token_too(client: Client, platform: Platform, log: list[Any]) -> None:
    asked = asked_of_platform(begin(client))
    launch(client, asked["state"], "a.b.c")
    log.clear()
    check_refused(launch(client, asked["state"], signed(claims_for(asked["nonce"]))), log, "after a bad one")


@pytest.mark.django_db
def test_a_platform_that_was_switched_off_meanwhile(client: Client, platform: Platform, log: list[Any]) -> None:
    asked = asked_of_platform(begin(client))
    Platform.objects.update(active=False)
    check_refused(launch(client, asked["state"], signed(claims_for(asked["nonce"]))), log, "switched off")


@pytest.mark.django_db
def test_a_deployment_of_another_platform(client: Client, platform: Platform, log: list[Any]) -> None:
    other = platform_row(client_id="tool-2")
    Deployment.objects.create(platform=other, deployment_id="2")
    asked = asked_of_platform(begin(client))
    token = signed(claims_for(asked["nonce"], **{names.DEPLOYMENT_ID: "2"}))
    check_refused(launch(client, asked["state"], token), log, "of another platform")
    platform.refresh_from_db()
    assert "'2'" in platform.last_error, "so that an operator can add it"


@pytest.mark.django_db
def test_who_is_signed_in_stays_so(client: Client, platform: Platform) -> None:
    client.force_login(User.objects.create_user("grace"))
    before = dict(client.session.items())
    key = client.session.session_key
    asked = asked_of_platform(begin(client))
    assert launch(client, asked["state"], "a.b.c").status_code == 401
    assert (client.session.session_key, dict(client.session.items())) == (key, before)


@pytest.mark.django_db
def test_what_arriving_refuses_is_refused_like_the_rest(
    client: Client, platform: Platform, log: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lti_arrivals, "arrive", Mock(side_effect=LaunchRefused("No such course.")))
    asked = asked_of_platform(begin(client))
    check_refused(launch(client, asked["state"], signed(claims_for(asked["nonce"]))), log, "by arriving")
    platform.refresh_from_db()
    assert platform.last_error == "No such course."


@pytest.mark.django_db
def test_the_platforms_own_error_is_shown_to_whom_it_concerns(client: Client, platform: Platform) -> None:
    asked = asked_of_platform(begin(client))
    said = {"error": "server_error", "error_description": "Ask <b>Bob</b>", "state": asked["state"]}
    page = client.post(reverse("lti_launch"), said)
    assert page.status_code == 401
    assert "server_error: Ask &lt;b&gt;Bob&lt;/b&gt;" in page.content.decode()
    stranger = Client().post(reverse("lti_launch"), said)
    assert "Bob" not in stranger.content.decode(), "nobody puts words into our page"
    signed_out = client.post(reverse("lti_launch"), {"error": "login_required", "state": asked["state"]})
    assert "Sign in to your LMS again" in signed_out.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_twenty_at_once_one_gets_on(platform: Platform) -> None:
    asked = LoginRequest(ISSUER, "7", TARGET)
    login = begin_login(asked=asked, own_origin="http://testserver")
    nonce = asked_of_platform(_redirect(login.authorization_url))["nonce"]
    assert LoginState.objects.get().nonce_hash == hashed(nonce)
    token = signed(claims_for(nonce))

    def try_it(_number: int) -> bool:
        try:
            finish_launch(
                state=login.state,
                id_token=token,
                browser_secret=login.browser_secret,
                own_origin="http://testserver",
            )
        except LaunchRefused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(20) as threads:
        assert sum(threads.map(try_it, range(20))) == 1


def _redirect(url: str) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": url})
