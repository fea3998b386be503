"""Dynamic registration: one link, one registration, and nothing used up by what fails."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coursework.models import Event
from grading.models import Deployment, Platform, PlatformKind, RegistrationLink
from grading.services.lti.registering import make_registration_link
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.registration import REGISTRATION_TOKEN
from tests.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def token() -> str:
    return make_registration_link(by=make_user("operator", is_staff=True), note="Moodle")[1]


def opened(lms: FakePlatform, token: str, **more: Any) -> Any:
    asked = {"openid_configuration": lms.configuration_url, "registration_token": REGISTRATION_TOKEN}
    client = Client(enforce_csrf_checks=True, headers={"Referer": f"{lms.base}/"})
    return client.get(f"/lti/register/{token}/", asked | more)


def pressed(page: Any, token: str) -> Any:
    seen = unescape(re.search(r'name="seen" value="([^"]+)"', page.content.decode()).group(1))  # type: ignore[union-attr]
    return Client(enforce_csrf_checks=True).post(f"/lti/register/{token}/", {"seen": seen})


def test_the_page_asks_first_and_the_button_registers(lms: FakePlatform, token: str) -> None:
    page = opened(lms, token)
    assert page.status_code == 200
    assert lms.requests == []  # looking at it asks the LMS nothing
    assert f"frame-ancestors {lms.base}" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    done = pressed(page, token)
    assert done.status_code == 200
    assert "Activate" in done.content.decode()
    platform = Platform.objects.get()
    assert (platform.kind, platform.issuer, platform.client_id) == (PlatformKind.MOODLE, lms.base, lms.client_id)
    assert (platform.token_url, platform.jwks_url) == (lms.token_url, lms.jwks_url)
    assert Deployment.objects.get().deployment_id == lms.deployment_id
    assert lms.registrations[0]["client_name"] == "Playground Coursework"
    assert lms.tool is not None
    assert (lms.tool.login_url, lms.tool.scopes) == ("http://127.0.0.1:8000/lti/login/", lms.tool.scopes)
    assert len(lms.tool.scopes) == 5
    assert RegistrationLink.objects.get().platform == platform
    assert Event.objects.filter(action="platform.registered").exists()
    assert opened(lms, token).status_code == 404  # for once


def test_a_canvas_names_its_deployment_later(canvas: FakePlatform, token: str) -> None:
    """It names its cloud's issuer although it is here: all of it lies at one site."""
    canvas.deployment_id = ""
    done = pressed(opened(canvas, token), token)
    assert "Canvas shows what was registered" in done.content.decode()
    assert not Deployment.objects.exists()
    assert Platform.objects.get().name == f"Canvas of School at {canvas.base.partition('://')[2]}"


def test_what_fails_says_why_and_uses_nothing_up(lms: FakePlatform, token: str) -> None:
    page = opened(lms, token, registration_token="another")
    refused = pressed(page, token)
    assert refused.status_code == 422
    assert "it answered 401" in refused.content.decode()
    assert "missing_registration_token" in refused.content.decode()  # the LMS's own words
    lms.faults.down = True
    assert "under maintenance" in pressed(opened(lms, token), token).content.decode()
    lms.faults.down = False
    assert not Platform.objects.exists()
    assert pressed(opened(lms, token), token).status_code == 200
    assert Platform.objects.count() == 1


def test_a_second_registration_by_the_same_link_stores_nothing(lms: FakePlatform, token: str) -> None:
    page = opened(lms, token)
    assert pressed(page, token).status_code == 200
    lms.registrations.clear()
    assert pressed(page, token).status_code == 404
    assert (Platform.objects.count(), lms.registrations) == (1, [])


def test_a_client_id_that_is_here_already_is_not_taken_over(lms: FakePlatform, token: str) -> None:
    Platform.objects.create(name="First", issuer=lms.base, client_id=lms.client_id, jwks_url="https://first.example/")
    refused = pressed(opened(lms, token), token)
    assert (refused.status_code, Platform.objects.get().jwks_url) == (422, "https://first.example/")
    assert RegistrationLink.objects.get().used_at is None


def test_what_was_not_shown_is_not_registered(lms: FakePlatform, token: str) -> None:
    page = opened(lms, token)
    _, other = make_registration_link(by=make_user("second", is_staff=True))
    assert pressed(page, other).status_code == 400  # shown for another link
    assert Client().post(f"/lti/register/{token}/", {"seen": "made:up"}).status_code == 400
    assert lms.requests == []


def test_a_page_not_opened_by_an_lms_says_so(token: str, settings: Any) -> None:
    client = Client()
    page = client.get(f"/lti/register/{token}/")
    assert (page.status_code, "paste its address there" in page.content.decode()) == (400, True)
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    settings.OUTBOUND_NETWORKS = []
    inside = client.get(f"/lti/register/{token}/", {"openid_configuration": "http://169.254.169.254/"})
    assert (inside.status_code, "Only https is allowed" in inside.content.decode()) == (400, True)
    assert client.get("/lti/register/no-such-token/").status_code == 404


def test_a_link_ends_after_seven_days(lms: FakePlatform, token: str) -> None:
    RegistrationLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert opened(lms, token).status_code == 404
