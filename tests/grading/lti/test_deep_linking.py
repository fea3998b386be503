"""What goes back to the LMS from a deep linking request."""

import html
import re
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import jwt
import pytest
from django.test import Client
from django.urls import reverse

from coursework.models import Assignment
from grading.lti import claims as names
from grading.lti.content_items import column_maximum
from grading.models import Platform, PlatformKind
from grading.services.lti.keys import public_jwks
from tests.grading.lti.launches import (
    INSTRUCTOR,
    LEARNER,
    RETURN_URL,
    deep_message,
    launch,
    make_lms_course,
    make_platform,
    message,
)
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    Assignment.objects.filter(pk=world.task.assignment_id).update(
        opens_at=datetime(2026, 11, 1, 8, tzinfo=UTC),
        due_at=datetime(2026, 12, 1, 22, 59, tzinfo=UTC),
        closes_at=datetime(2026, 12, 8, 22, 59, tzinfo=UTC),
    )
    return world


@pytest.fixture
def platform(world: World) -> Platform:
    platform = make_platform()
    make_lms_course(platform, world.course)
    return platform


@pytest.fixture
def teacher() -> Client:
    return Client()


def opened(teacher: Client, monkeypatch: pytest.MonkeyPatch, sent: Any) -> str:
    answer = launch(teacher, monkeypatch, sent)
    assert answer.status_code == 302 and "/lti/deep-link/" in answer["Location"]
    return str(answer["Location"])


def claims_in(answer: Any) -> dict[str, Any]:
    """Read the token out of the form that takes it to the LMS, checked as the LMS checks it."""
    text = answer.content.decode()
    assert f'action="{RETURN_URL}"' in text and "send_form.js" in text
    token = html.unescape(re.findall(r'name="JWT" value="([^"]+)"', text)[0])
    keys = jwt.PyJWKSet.from_dict(public_jwks())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    found: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], issuer="client-1", audience="https://lms.example.edu"
    )
    return found


def test_a_task_goes_back_with_its_column_and_times(
    world: World, platform: Platform, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_task(world.course, slug="spiral", title="Task B: Spiral", points="5.5")
    url = opened(teacher, monkeypatch, deep_message(platform))
    answer = teacher.post(url, {"links": [f"{world.task.assignment.pk}.{world.task.pk}", world.task.assignment.pk]})
    found = claims_in(answer)
    assert found[names.MESSAGE_TYPE] == "LtiDeepLinkingResponse" and found[names.LTI_VERSION] == "1.3.0"
    assert found[names.DEPLOYMENT_ID] == "d1" and found[names.DEEP_LINKING_DATA] == "opaque-1"
    assert found["iss"] == found["sub"] == "client-1"  # Blackboard wants both
    assert found["nonce"] and found["exp"] - found["iat"] == 660
    assert found["iat"] <= time.time() - 60  # an LMS whose clock is behind ours takes it, too
    whole, one = found[names.CONTENT_ITEMS]
    assert one == {
        "type": "ltiResourceLink",
        "url": "http://127.0.0.1:8000/lti/launch/",
        "title": "Task A: Circle",
        "text": "Training and test loss 0.001 in the Playground.",
        "custom": {"course": "ml-1", "assignment": "playground", "task": "circle"},
        "available": {"startDateTime": "2026-11-01T08:00:00Z"},
        "submission": {"startDateTime": "2026-11-01T08:00:00Z", "endDateTime": "2026-12-01T22:59:00Z"},
        "lineItem": {
            "scoreMaximum": 10.0,
            "label": "Task A: Circle",
            "resourceId": f"task-{world.task.pk}",
            "tag": "grade",
        },
    }
    assert whole["custom"] == {"course": "ml-1", "assignment": "playground"}
    assert whole["lineItem"]["scoreMaximum"] == 100  # see below
    assert whole["lineItem"]["resourceId"] == f"assignment-{world.task.assignment_id}"


@pytest.mark.parametrize(
    ("kind", "points", "maximum"),
    [
        ("moodle", "20", 20),
        ("moodle", "100", 100),
        ("moodle", "120", 100),
        ("moodle", "7.5", 100),
        ("moodle", "0.5", 100),
        ("canvas", "120", 120),
        ("canvas", "7.5", 7.5),
    ],
)
def test_a_column_has_a_maximum_that_the_lms_takes(kind: PlatformKind, points: str, maximum: float) -> None:
    """Moodle's form for an activity wants a whole number up to 100."""
    assert column_maximum(Decimal(points), kind) == maximum


def test_the_page_may_send_its_form_to_the_lms(
    world: World, platform: Platform, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = opened(teacher, monkeypatch, deep_message(platform))
    answer = teacher.post(url, {"links": world.task.assignment.pk})
    policy = answer["Content-Security-Policy"]
    assert "https://lms.example.edu" in re.findall(r"form-action ([^;]*)", policy)[0]
    assert "csrfmiddlewaretoken" not in answer.content.decode().partition("data-send")[2].partition("</form>")[0]


@pytest.mark.parametrize(
    ("kind", "shown_in", "is_in_vain"),
    [("moodle", "document", True), ("moodle", "iframe", False), ("canvas", "document", False)],
)
def test_moodle_takes_nothing_from_a_window_of_its_own(
    world: World,
    platform: Platform,
    teacher: Client,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    shown_in: str,
    is_in_vain: bool,
) -> None:
    """Which our button opens where a frame keeps no cookies."""
    Platform.objects.update(kind=kind)
    teacher.defaults["HTTP_SEC_FETCH_DEST"] = shown_in
    shown = teacher.get(opened(teacher, monkeypatch, deep_message(platform))).content.decode()
    assert ("take it from here" in shown) == is_in_vain


def test_an_assignment_with_one_task_is_offered_once(
    world: World, platform: Platform, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = teacher.get(opened(teacher, monkeypatch, deep_message(platform))).content.decode()
    assert shown.count('type="checkbox"') == 1


def test_one_link_where_the_lms_takes_one(
    world: World, platform: Platform, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = opened(teacher, monkeypatch, deep_message(platform, settings={"accept_multiple": False}))
    assert 'type="radio"' in teacher.get(url).content.decode()
    found = claims_in(teacher.post(url, {"links": ["999", world.task.assignment.pk]}))
    assert len(found[names.CONTENT_ITEMS]) == 1


@pytest.mark.parametrize(
    ("said", "sent"), [({}, True), ({"accept_lineitem": True}, True), ({"accept_lineitem": False}, False)]
)
def test_columns_only_where_the_lms_takes_them(
    world: World,
    platform: Platform,
    teacher: Client,
    monkeypatch: pytest.MonkeyPatch,
    said: dict[str, bool],
    sent: bool,
) -> None:
    url = opened(teacher, monkeypatch, deep_message(platform, settings=said))
    item = claims_in(teacher.post(url, {"links": world.task.assignment.pk}))[names.CONTENT_ITEMS][0]
    assert ("lineItem" in item) == sent


def test_nothing_chosen(world: World, platform: Platform, teacher: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    url = opened(teacher, monkeypatch, deep_message(platform, settings={"data": None}))
    assert teacher.post(url).status_code == 422
    assert teacher.post(url, {"links": "999"}).status_code == 422
    found = claims_in(teacher.post(url, {"nothing": "1"}))
    assert found[names.CONTENT_ITEMS] == [] and names.DEEP_LINKING_DATA not in found


def test_an_lms_that_wants_something_else_is_told(
    world: World, platform: Platform, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = opened(teacher, monkeypatch, deep_message(platform, settings={"accept_types": ["file"]}))
    assert "asks for something else here" in teacher.get(url).content.decode()


def test_only_staff_and_only_a_deep_linking_request(
    world: World, platform: Platform, teacher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = launch(Client(), monkeypatch, deep_message(platform, "u1", (LEARNER,)))
    assert "/lti/arrive/" in answer["Location"]
    plain = launch(teacher, monkeypatch, message(platform, "t1", (INSTRUCTOR,)))["Location"]
    key = plain.rstrip("/").split("/")[-2]
    assert teacher.get(reverse("lti_deep_link", kwargs={"key": key})).status_code == 410
