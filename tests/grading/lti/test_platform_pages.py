"""Operators' pages of LMS platforms: by hand with as little typing as can be, status, deployments, connection."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from coursework.models import Event
from grading.lti.access import tokens
from grading.models import (
    DeliveryState,
    Deployment,
    LineItem,
    LmsAccount,
    LmsCourse,
    LmsMember,
    Platform,
    RegistrationLink,
    Score,
)
from grading.services.lti.keys import public_jwks
from tests.lti_platform import words
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.registered import registered
from tests.world import make_user, make_world

pytestmark = pytest.mark.django_db
LIST = "/operations/lms/"


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user("operator_2", is_staff=True))
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def test_a_registration_link_is_shown_once_and_can_be_ended(operator: Client) -> None:
    made = operator.post(f"{LIST}links/", {"note": "Moodle of physics"})
    address = text(made).partition('id="link">')[2].partition("<")[0]
    assert address.startswith("http://127.0.0.1:8000/lti/register/")
    shown = text(operator.get(LIST))
    assert "Moodle of physics" in shown
    assert address not in shown
    operator.post(f"{LIST}links/{RegistrationLink.objects.get().pk}/end/")
    assert "Moodle of physics" not in text(operator.get(LIST))
    assert Client().get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            {"lms": "moodle", "site": "https://moodle.example.edu/"},
            ("https://moodle.example.edu", "https://moodle.example.edu/mod/lti/token.php"),
        ),
        ({"lms": "canvas"}, ("https://canvas.instructure.com", "https://sso.canvaslms.com/login/oauth2/token")),
        (
            {"lms": "canvas_own", "site": "https://canvas.example.edu"},
            ("https://canvas.instructure.com", "https://canvas.example.edu/login/oauth2/token"),
        ),
        (
            {"lms": "blackboard", "name": "Blackboard of the school"},
            ("https://blackboard.com", "https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken"),
        ),
    ],
)
def test_what_is_known_of_an_lms_need_not_be_typed(
    operator: Client, typed: dict[str, str], expected: tuple[str, str]
) -> None:
    done = operator.post(f"{LIST}new/", {"client_id": "abc", "deployment_id": "1"} | typed)
    assert done.status_code == 302, text(done)
    platform = Platform.objects.get()
    assert (platform.issuer, platform.token_url) == expected
    assert platform.name == typed.get("name") or " at " in platform.name or platform.name == "Canvas"
    assert Deployment.objects.get().deployment_id == "1"
    assert Event.objects.filter(action="platform.made").exists()
    again = operator.post(f"{LIST}new/", {"client_id": "abc"} | typed)
    assert (again.status_code, "has this issuer and client id already" in text(again)) == (422, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"lms": "moodle", "client_id": "a"}, "Enter where this LMS is"),
        ({"lms": "sakai", "client_id": "a"}, "Which LMS"),
        ({"lms": "moodle", "site": "ftp://x", "client_id": "a"}, "starts with https://"),
        ({"lms": "canvas", "client_id": "a", "frame_origins": "our canvas"}, "is no site"),
        ({"lms": "other", "site": "https://x.example", "client_id": "a"}, "Token address"),
        ({"lms": "canvas", "client_id": "a", "jwks_url": "https://[::1"}, "Address of its keys"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(operator: Client, typed: dict[str, str], said: str) -> None:
    answer = operator.post(f"{LIST}new/", typed)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert not Platform.objects.exists()


def test_in_production_only_https_is_an_address(operator: Client, settings: Any) -> None:
    settings.LMS_NETWORKS = []
    typed = {"lms": "moodle", "site": "http://moodle.example.edu", "client_id": "a"}
    assert "Only https is allowed" in text(operator.post(f"{LIST}new/", typed))


def test_a_platform_is_changed_and_switched(operator: Client, lms: FakePlatform) -> None:
    platform = registered(lms).platform
    address = f"{LIST}{platform.pk}/"
    fields = {name: getattr(platform, name) for name in ("issuer", "client_id", "authorization_url", "token_url")}
    typed = fields | {"jwks_url": platform.jwks_url, "name": "Our Moodle", "frame_origins": "https://a.example/x"}
    assert operator.post(f"{address}edit/", typed).status_code == 302
    assert operator.post(f"{address}switch/", {"active": "no"}).status_code == 302
    platform.refresh_from_db()
    assert (platform.name, platform.frame_origins, platform.active) == ("Our Moodle", ["https://a.example"], False)
    assert "Switched off" in text(operator.get(LIST))
    operator.post(f"{address}switch/", {"active": "yes"})
    platform.refresh_from_db()
    assert platform.active
    assert [event.details for event in Event.objects.filter(action="platform.changed")] == [
        {"fields": ["name", "frame_origins"]}
    ]


def test_a_refused_deployment_is_accepted_by_a_button(operator: Client, lms: FakePlatform) -> None:
    platform = registered(lms).platform
    platform.last_error = "The deployment '7:a1b2' of the LMS is not registered here."
    platform.last_error_at = timezone.now()
    platform.save()
    address = f"{LIST}{platform.pk}/"
    assert "Accept the deployment 7:a1b2" in text(operator.get(address))
    operator.post(f"{address}deployments/", {"deployment_id": "7:a1b2"})
    assert "Accept the deployment 7:a1b2" not in text(operator.get(address))
    made = Deployment.objects.get(deployment_id="7:a1b2")
    assert operator.post(f"{address}deployments/", {"deployment_id": ""}).status_code == 422
    operator.post(f"{address}deployments/{made.pk}/remove/")
    assert not Deployment.objects.filter(pk=made.pk).exists()


def test_the_status_counts_what_waits_and_shows_the_words_of_the_lms(operator: Client, lms: FakePlatform) -> None:
    deployment, world, now = registered(lms), make_world(), timezone.now()
    course = LmsCourse.objects.create(
        deployment=deployment, context_id="2", title="ML, group 1", course=world.course, roster_error="Not allowed."
    )
    account = LmsAccount.objects.create(platform=deployment.platform, subject="5", user=world.owner.user)
    member = LmsMember.objects.create(lms_course=course, account=account, enrollment=world.owner, seen_at=now)
    for number, state in enumerate(DeliveryState.values):
        item = LineItem.objects.create(lms_course=course, url=f"https://x/{number}", assignment=world.task.assignment)
        Score.objects.create(
            line_item=item, member=member, state=state, asked_at=now, status_code=400, answer=f"Words for {state}"
        )
    page = text(operator.get(f"{LIST}{deployment.platform.pk}/"))
    assert "Words for needs_attention" in page
    assert "Words for waiting" not in page
    assert "Not allowed." in page
    assert "Scores want attention" in text(operator.get(LIST))
    assert operator.post(f"{LIST}{deployment.platform.pk}/deployments/{deployment.pk}/remove/").status_code == 302
    assert Deployment.objects.exists()  # a course is connected through it


def test_the_connection_is_tried_out(operator: Client, lms: FakePlatform) -> None:
    platform = registered(lms).platform
    lms.tool_keys = public_jwks()["keys"]
    assert lms.tool is not None
    lms.tool.scopes = words.AGS_SCOPES
    found = text(operator.post(f"{LIST}{platform.pk}/check/"))
    assert "Its keys: 1 that can sign launches." in found
    assert "Access to scores: granted." in found
    assert "Access to the roster: School gave no access" in found
    assert "invalid_scope" in found  # in the LMS's own words
    lms.faults.down = True
    found = text(operator.post(f"{LIST}{platform.pk}/check/"))
    assert "Its keys: the LMS answered 503." in found
    assert "granted" not in found
    tokens.clear()
