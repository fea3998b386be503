"""A launch that holds, from the platform's call to the page that was clicked; and who is signed in after it."""

from unittest.mock import Mock

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from coursework.models import User
from grading.launched import launched
from grading.lti import claims as names
from grading.lti.arrival import Arrival, Destination
from grading.lti.messages import LaunchMessage
from grading.models.lti import LoginState, Platform
from grading.views import lti_arrivals
from tests.grading.lti.platform_side import (
    ISSUER,
    TARGET,
    KeysAddress,
    asked_of_platform,
    begin,
    claims_for,
    launch,
    platform_row,
    signed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform(keys_address: KeysAddress) -> Platform:
    return platform_row()


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada")


@pytest.fixture(autouse=True)
def arrive(monkeypatch: pytest.MonkeyPatch, ada: User) -> Mock:
    """Let every launch be hers, and lead to the help page."""
    arrive = Mock(return_value=Arrival(ada, Destination.OPEN, url=reverse("help")))
    monkeypatch.setattr(lti_arrivals, "arrive", arrive)
    return arrive


def who(client: Client) -> str:
    request = HttpRequest()
    request.session = client.session
    return get_user(request).get_username()


def test_the_platform_is_asked_by_the_book(client: Client, platform: Platform) -> None:
    response = begin(client)
    asked = asked_of_platform(response)
    assert response["Location"].startswith(f"{platform.authorization_url}?")
    assert asked == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "tool-1",
        "redirect_uri": f"{settings.PUBLIC_URL}/lti/launch/",
        "login_hint": "person-7",
        "lti_message_hint": "hint & more",
        "state": asked["state"],
        "nonce": asked["nonce"],
    }
    assert response["Cache-Control"] == "no-store"
    stored = str(LoginState.objects.values().get())
    assert not [each for each in (asked["state"], asked["nonce"]) if each in stored], "hashes only"


def test_a_launch_signs_in_and_opens_what_was_clicked(client: Client, platform: Platform, ada: User) -> None:
    asked = asked_of_platform(begin(client))
    response = launch(client, asked["state"], signed(claims_for(asked["nonce"])))
    assert (response.status_code, response["Location"]) == (302, reverse("help"))
    assert who(client) == "ada"
    platform.refresh_from_db()
    assert platform.last_launch_at is not None
    assert platform.last_error == ""
    came = launched(client.session)
    assert came is not None
    assert (came.platform, came.framed) == (platform.pk, False)


def test_a_post_begins_a_launch_too(client: Client, platform: Platform) -> None:
    fields = {"iss": ISSUER, "login_hint": "7", "target_link_uri": TARGET}
    response = Client(enforce_csrf_checks=True).post(reverse("lti_login"), fields)
    assert response.status_code == 302


def test_the_message_is_what_the_token_says(client: Client, platform: Platform, arrive: Mock) -> None:
    asked = asked_of_platform(begin(client))
    more = {
        names.CUSTOM: {"assignment": "week-1", "number": 3, "list": ["no"]},
        names.AGS: {"scope": ["a", 5], "lineitems": "https://lms.example.edu/items?type_id=1", "lineitem": "nonsense"},
        names.NRPS: {"context_memberships_url": "https://lms.example.edu/members"},
        names.LAUNCH_PRESENTATION: {"return_url": "javascript:alert(1)"},
        names.LIS: {"person_sourcedid": "s-1"},
        "email": ["no text"],
        "name": "A\x00da\u202e" + "x" * 500,
    }
    launch(client, asked["state"], signed(claims_for(asked["nonce"], **more)))
    message: LaunchMessage = arrive.call_args.args[0]
    assert message.platform == platform
    assert message.custom == {"assignment": "week-1", "number": "3"}
    assert message.ags is not None
    assert message.nrps is not None
    assert (message.ags.scopes, message.ags.lineitem) == (("a",), "")
    assert message.ags.lineitems == "https://lms.example.edu/items?type_id=1"
    assert message.nrps.context_memberships_url == "https://lms.example.edu/members"
    assert (message.return_url, message.email, message.lis_person_sourcedid) == ("", "", "s-1")
    assert message.name.startswith("Adaxxx")
    assert len(message.name) <= 255


def test_a_deep_link_needs_no_link_of_the_platform(client: Client, platform: Platform, arrive: Mock) -> None:
    asked = asked_of_platform(begin(client))
    wanted = {
        names.MESSAGE_TYPE: names.DEEP_LINKING_REQUEST,
        names.TARGET_LINK_URI: "",
        names.RESOURCE_LINK: {},
        names.DEEP_LINKING_SETTINGS: {"deep_link_return_url": "https://lms.example.edu/back", "data": "d"},
    }
    assert launch(client, asked["state"], signed(claims_for(asked["nonce"], **wanted))).status_code == 302
    assert arrive.call_args.args[0].target_link_uri == TARGET, "as the launch began"


def test_two_launches_in_one_browser_do_not_mix(client: Client, platform: Platform, ada: User) -> None:
    first, second = asked_of_platform(begin(client)), asked_of_platform(begin(client))
    for asked in (first, second):
        assert launch(client, asked["state"], signed(claims_for(asked["nonce"]))).status_code == 302


def test_somebody_else_is_signed_out_first(client: Client, platform: Platform, ada: User) -> None:
    client.force_login(User.objects.create_user("grace"))
    session = client.session
    session["of grace"] = "secret"
    session.save()
    asked = asked_of_platform(begin(client))
    launch(client, asked["state"], signed(claims_for(asked["nonce"])))
    assert who(client) == "ada"
    assert "of grace" not in client.session
    assert launched(client.session) is not None


def test_the_session_gets_a_new_key(client: Client, platform: Platform, ada: User) -> None:
    client.force_login(ada)
    before = client.session.session_key
    asked = asked_of_platform(begin(client))
    launch(client, asked["state"], signed(claims_for(asked["nonce"])))
    assert who(client) == "ada"
    assert client.session.session_key != before


def test_who_has_a_second_step_takes_it_after_a_launch(client: Client, platform: Platform, ada: User) -> None:
    TOTP.activate(ada, generate_totp_secret())
    asked = asked_of_platform(begin(client))
    response = launch(client, asked["state"], signed(claims_for(asked["nonce"])))
    assert (response.status_code, response["Location"]) == (302, reverse("mfa_authenticate"))
    assert who(client) == ""
    assert client.get(reverse("mfa_authenticate")).status_code == 200
