"""What platforms may ask for when a launch begins, and what is said where that is not set up right."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grading.models.lti import Deployment, LoginState, Platform
from grading.services.lti.logins import forget_old_logins
from grading.views import lti_login
from tests.grading.lti.platform_side import GONE, asked_of_platform, begin, launch, platform_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform() -> Platform:
    return platform_row()


def refused(client: Client, **changed: Any) -> str:
    response = begin(client, **changed)
    assert response.status_code == 400, changed
    assert not LoginState.objects.exists()
    return response.content.decode()


def test_what_is_missing_is_named(client: Client, platform: Platform) -> None:
    for name in ("iss", "login_hint", "target_link_uri"):
        assert f"The LMS did not send {name}." in refused(client, **{name: GONE})
        assert f"The LMS did not send {name}." in refused(client, **{name: ""})
    for name in ("iss", "login_hint", "target_link_uri", "client_id", "anything"):
        assert "too long" in refused(client, **{name: "x" * 9000})
        assert "too long" in refused(client, **{name: "a\x00b"})


def test_so_many_launches_begin_behind_one_address(
    client: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lti_login, "MOST_A_MINUTE", 2)
    monkeypatch.setattr("coursework.runtime.rates.time", lambda: 600.0 + 45)
    assert [begin(client).status_code for _ in range(2)] == [302, 302]
    response = begin(client)
    assert (response.status_code, response["Retry-After"]) == (429, "15")
    assert "again in 15 seconds" in response.content.decode()
    assert "https://lms.example.edu" in response["Content-Security-Policy"], "it may be in the LMS's frame"
    assert LoginState.objects.count() == 2
    assert begin(Client(REMOTE_ADDR="10.0.0.9")).status_code == 302
    monkeypatch.setattr("coursework.runtime.rates.time", lambda: 660.0)
    assert begin(client).status_code == 302


def test_a_class_behind_one_address_comes_in_at_once() -> None:
    assert lti_login.MOST_A_MINUTE >= 300 * 3, "each with a try in the frame and one in a new window"


def test_who_is_not_registered_is_told_so(client: Client, platform: Platform) -> None:
    assert "is not connected with https://other.example (client id tool-1)" in refused(
        client, iss="https://other.example"
    )
    assert "is not connected with" in refused(client, client_id="tool-9")
    assert "<script>" not in refused(client, iss="<script>")
    Platform.objects.update(active=False)
    assert "is switched off at present" in refused(client)


def test_a_link_leads_to_this_server_only(client: Client, platform: Platform) -> None:
    for target in (
        "https://evil.example/lti/launch/",
        "//evil.example/",
        "/lti/launch/",
        "http://testserver.evil.example/",
        "http://testserver@evil.example/",
        "http://evil.example\\@testserver/",
        "http://user:word@testserver/",
        "ftp://testserver/",
        "javascript:alert(1)",
        "http://[::1",
        "http://testserver:99999/",
    ):
        assert "not on this server" in refused(client, target_link_uri=target), target


@override_settings(PUBLIC_URL="https://grading.example.edu")
def test_pages_of_ours_are_understood_at_our_public_address(client: Client, platform: Platform) -> None:
    for target in (
        "https://grading.example.edu/ml/week-1/",
        "https://grading.example.edu:443/",
        "http://testserver/ml/",
    ):
        asked = asked_of_platform(begin(client, target_link_uri=target))
        assert asked["redirect_uri"] == "https://grading.example.edu/lti/launch/"


def test_one_issuer_with_two_registrations(client: Client, platform: Platform) -> None:
    other = platform_row(client_id="tool-2")
    Deployment.objects.filter(platform=other).update(deployment_id="other")
    assert "has to send its client_id" in refused(client, client_id=GONE)
    assert asked_of_platform(begin(client, client_id="tool-2"))["client_id"] == "tool-2"
    by_deployment = begin(client, client_id=GONE, lti_deployment_id="other")
    assert asked_of_platform(by_deployment)["client_id"] == "tool-2"
    Platform.objects.filter(pk=platform.pk).update(active=False)
    assert asked_of_platform(begin(client, client_id=GONE))["client_id"] == "tool-2"


def test_an_address_that_has_a_question_keeps_it(client: Client, platform: Platform) -> None:
    Platform.objects.update(authorization_url="https://lms.example.edu/auth?tenant=7")
    response = begin(client)
    assert response["Location"].startswith("https://lms.example.edu/auth?tenant=7&scope=openid&")


def test_old_launches_are_forgotten(client: Client, platform: Platform) -> None:
    begin(client)
    assert forget_old_logins() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        assert forget_old_logins() == 1


_TEXT = st.text(max_size=60) | st.sampled_from(["https://lms.example.edu", "a.b.c", "../..", "\x00", "tool-1"])
_NAMES = ("iss", "login_hint", "target_link_uri", "client_id", "lti_deployment_id", "lti_storage_target", "state")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    login=st.dictionaries(st.sampled_from(_NAMES) | _TEXT, _TEXT, max_size=7),
    state=_TEXT,
    token=_TEXT,
    error=st.none() | _TEXT,
    dest=st.none() | st.sampled_from(["iframe", "document", "?"]),
)
def test_nonsense_is_refused_and_never_an_error_of_ours(
    client: Client,
    platform: Platform,
    login: dict[str, str],
    state: str,
    token: str,
    error: str | None,
    dest: str | None,
) -> None:
    headers = {"Sec-Fetch-Dest": dest} if dest else {}
    for method in (client.get, client.post):
        response = method("/lti/login/", {**login, **({"error": error} if error else {})}, headers=headers)
        assert response.status_code in (200, 302, 400)
    assert launch(client, state, token, headers=headers).status_code == 401
    broken = b"state=%ff%fe&id_token=\xff\xfe" + token.encode("utf-16")
    form = "application/x-www-form-urlencoded"
    assert client.post("/lti/launch/", broken, content_type=form).status_code == 401
    assert client.post("/lti/launch/", broken, content_type="multipart/form-data; boundary=x").status_code in (400, 401)
