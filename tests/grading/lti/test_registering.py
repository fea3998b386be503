"""Dynamic registration: one link, one registration, and nothing used up by what fails."""

import re
from datetime import timedelta
from html import unescape
from io import StringIO
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from coursework.models import Event
from grading.models import Deployment, Platform, PlatformKind, RegistrationLink
from grading.outbound.fetching import Answer, fetch
from grading.services.lti import registering
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


def test_the_command_makes_a_link_that_works(lms: FakePlatform, settings: Any) -> None:
    settings.PUBLIC_URL = "https://coursework.example.edu"
    said = StringIO()
    call_command("make_registration_link", "Moodle", stdout=said, stderr=StringIO())
    [address] = said.getvalue().split()
    start, token = address.rstrip("/").rsplit("/", 1)
    assert start == "https://coursework.example.edu/lti/register"
    assert pressed(opened(lms, token), token).status_code == 200
    assert (RegistrationLink.objects.get().note, Platform.objects.get().issuer) == ("Moodle", lms.base)
    with pytest.raises(CommandError, match="at most 120"):
        call_command("make_registration_link", "n" * 121)


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
    again = opened(lms, token)
    assert again.status_code == 404  # for once
    assert f"frame-ancestors {lms.base}" in again.headers["Content-Security-Policy"]


@pytest.mark.parametrize("deployment", ["", "7:a1b2"])
def test_a_canvas_may_name_its_deployment_later(canvas: FakePlatform, token: str, deployment: str) -> None:
    """It names its cloud's issuer although it is here: all of it lies at one site."""
    canvas.deployment_id = deployment
    page = opened(canvas, token)
    assert REGISTRATION_TOKEN not in page.content.decode()  # Canvas has it in the address of its configuration
    text = pressed(page, token).content.decode()
    assert "Canvas shows what was registered" in text
    assert "make it available" in text  # newer ones install it for nobody
    assert ("At the first launch we learn its deployment id" in text) == (not deployment)
    assert list(Deployment.objects.values_list("deployment_id", flat=True)) == [deployment] * bool(deployment)
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


def test_a_slow_lms_has_time_to_register_us(lms: FakePlatform, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It might, after we have given up; then its token would be used, and we not know of it."""
    limits = []

    def noted(*args: Any, seconds: float, **more: Any) -> Answer:
        limits.append(seconds)
        return fetch(*args, seconds=seconds, **more)

    monkeypatch.setattr(registering, "fetch", noted)
    assert pressed(opened(lms, token), token).status_code == 200
    assert limits == [15, 15]


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


def test_a_tool_brought_up_to_date_in_the_lms_stays_the_one_it_was(lms: FakePlatform, token: str) -> None:
    """Moodle offers it where it has a tool of ours, and registers us by the client id that we have already."""
    assert pressed(opened(lms, token), token).status_code == 200
    platform = Platform.objects.get()
    lms.updates = True
    _, second = make_registration_link(by=make_user("second", is_staff=True))
    assert pressed(opened(lms, second), second).status_code == 200
    assert (Platform.objects.get(), Deployment.objects.get().platform) == (platform, platform)
    assert list(RegistrationLink.objects.filter(used_at=None)) == []


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
    settings.LMS_NETWORKS = (ip_network("127.0.0.0/8"),)
    docker = {"openid_configuration": "http://172.17.0.1:8080/mod/lti/openid-configuration.php"}
    refused = client.get(f"/lti/register/{token}/", docker, headers={"Referer": "http://172.17.0.1:8080/"})
    assert (refused.status_code, "LMS_NETWORKS" in refused.content.decode()) == (400, True)
    assert (
        "frame-ancestors http://172.17.0.1:8080" in refused.headers["Content-Security-Policy"]
    )  # else nobody reads it
    odd = client.get(f"/lti/register/{token}/", {"openid_configuration": "http://[1"})
    assert (odd.status_code, "is not a valid address" in odd.content.decode()) == (400, True)
    settings.LMS_NETWORKS = []
    inside = client.get(f"/lti/register/{token}/", {"openid_configuration": "http://169.254.169.254/"})
    assert (inside.status_code, "Only https is allowed" in inside.content.decode()) == (400, True)
    assert client.get("/lti/register/no-such-token/").status_code == 404


@pytest.mark.parametrize("odd", ["two\nlines", "two\r\nX-Header: 1", "\u2603"])
def test_a_token_that_no_header_holds_is_refused_before_the_button(lms: FakePlatform, token: str, odd: str) -> None:
    page = opened(lms, token, registration_token=odd)
    assert (page.status_code, "registration_token" in page.content.decode()) == (400, True)


def test_a_link_ends_after_seven_days(lms: FakePlatform, token: str) -> None:
    RegistrationLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert opened(lms, token).status_code == 404
