"""Launches in a real browser, in frames: with cookies, without them in a new window, and by the platform's storage.

We are at localhost, and a platform there is the same site. At 127.0.0.1, or at sso.localhost, it is another one, whose
frames keep no cookies of ours in browsers that take no partitioned ones over plain http.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from grading import frames
from grading.models import Deployment, LmsCourse, LmsLink, Platform
from tests.grading.lti.lms_rows import use_one_key
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.records import Link, LmsUser, Tool
from tests.lti_platform.registered import registered
from tests.world import World, make_world

pytestmark = pytest.mark.browser


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    use_one_key(monkeypatch)
    return make_world()


@pytest.fixture
def school(live_server: Any) -> Iterator[FakePlatform]:
    platform = FakePlatform(tool=Tool.at(live_server.url))
    with override_settings(PUBLIC_URL=live_server.url), platform.started():
        yield platform


@pytest.fixture
def no_partitioned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a browser without them: Chromium takes them from this machine's own addresses."""
    monkeypatch.setattr(frames, "_takes_partitioned", lambda _request: False)


def set_up(school: FakePlatform, world: World, **fields: Any) -> tuple[LmsUser, Link]:
    """Connect the course and put one link into it."""
    deployment: Deployment = registered(school, **fields)
    link = school.add_link(title="Spiral")
    lms_course = LmsCourse.objects.create(deployment=deployment, context_id=link.course, course=world.course)
    LmsLink.objects.create(
        lms_course=lms_course, resource_link_id=link.id, assignment=world.task.assignment, task=world.task
    )
    return school.add_user("Noor"), link


def test_in_a_frame_of_the_same_site(page: Page, school: FakePlatform, world: World) -> None:
    school.base = school.base.replace("127.0.0.1", "localhost")
    student, link = set_up(school, world)
    page.goto(school.launch_page(student, link))
    tool = page.frame_locator("iframe[name=tool]")
    expect(tool.get_by_role("heading", level=1)).to_contain_text(world.task.title)
    expect(tool.locator(".foot")).to_be_hidden()
    tool.get_by_role("link", name="Tasks").first.click()
    expect(tool.get_by_role("navigation", name="Main", exact=True)).to_be_visible()  # still shown, still signed in


@pytest.mark.usefixtures("no_partitioned")
def test_where_cookies_are_blocked_a_new_window_opens(page: Page, school: FakePlatform, world: World) -> None:
    student, link = set_up(school, world)
    page.goto(school.launch_page(student, link))
    with page.context.expect_page() as opened:
        page.frame_locator("iframe[name=tool]").get_by_role("link", name="Open in a new window").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text(world.task.title)
    assert reverse("task", kwargs=world.task.url_arguments()) in opened.value.url


def test_over_http_by_names_a_new_window_opens(page: Page, live_server: Any, world: World) -> None:
    """Browsers take no cookies there in frames of other sites, and don't say that they load a frame, either."""
    ours = live_server.url.replace("localhost", "coursework.test")
    platform = FakePlatform(tool=Tool.at(ours))
    with override_settings(PUBLIC_URL=ours, ALLOWED_HOSTS=["*"]), platform.started():
        keys = platform.jwks_url
        platform.base = platform.base.replace("127.0.0.1", "school.test")
        student, link = set_up(platform, world, jwks_url=keys)
        page.goto(platform.launch_page(student, link))
        with page.context.expect_page() as opened:
            page.frame_locator("iframe[name=tool]").get_by_role("link", name="Open in a new window").click()
        expect(opened.value.get_by_role("heading", level=1)).to_contain_text(world.task.title)
    assert Platform.objects.get().last_error == ""


@pytest.fixture
def canvas(live_server: Any) -> Iterator[FakePlatform]:
    """A school's Canvas at an address of its own, which signs in at another one, as Canvas's cloud does."""
    platform = FakePlatform("canvas", client_id="10000000000042", tool=Tool.at(live_server.url), storage=True)
    with override_settings(PUBLIC_URL=live_server.url), platform.started():
        platform.sign_in = platform.base.replace("127.0.0.1", "sso.localhost")
        yield platform


@pytest.mark.usefixtures("no_partitioned")
def test_canvas_keeps_what_proves_the_browser(page: Page, canvas: FakePlatform, world: World) -> None:
    """By messages to the frame beside ours, at the address of the sign-in: we know of no other of Canvas's."""
    student, link = set_up(canvas, world, frame_origins=[canvas.base])
    page.goto(canvas.launch_page(student, link))
    button = page.frame_locator("iframe[name=tool]").get_by_role("button", name="Open in a new window")
    expect(button).to_be_visible()  # the session's own cookie would be blocked in the frame as well
    assert page.context.cookies() == [], "it was not a cookie that proved it"
    assert not Session.objects.exists(), "nobody is signed in yet"
    with page.context.expect_page() as opened:
        button.click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text(world.task.title)
    assert Platform.objects.get().last_error == ""
    assert page.evaluate("sessionStorage.kept") == "1", "it went through Canvas's page"
    assert page.evaluate("localStorage.length") == 0, "and nothing of ours is left there"


@pytest.mark.usefixtures("no_partitioned")
def test_a_storage_that_does_not_answer_is_as_none(page: Page, canvas: FakePlatform, world: World) -> None:
    """A Canvas of a school's own names one, and has it at the address of the cloud. The hint is unspent then."""
    canvas.storage_answers = False
    student, link = set_up(canvas, world, frame_origins=[canvas.base])
    page.goto(canvas.launch_page(student, link))
    with page.context.expect_page() as opened:
        page.frame_locator("iframe[name=tool]").get_by_role("link", name="Open in a new window").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text(world.task.title)
    assert Platform.objects.get().last_error == ""
