"""Launches in a real browser, in frames: with cookies, without them in a new window, and by the platform's storage.

We are at localhost, and a platform there is the same site. At 127.0.0.1 it is another one, whose frames keep no cookies
of ours: over plain http there are no partitioned ones.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Page, expect

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


def set_up(school: FakePlatform, world: World) -> tuple[LmsUser, Link]:
    """Connect the course and put one link into it."""
    deployment: Deployment = registered(school)
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


def test_where_cookies_are_blocked_a_new_window_opens(page: Page, school: FakePlatform, world: World) -> None:
    student, link = set_up(school, world)
    page.goto(school.launch_page(student, link))
    with page.context.expect_page() as opened:
        page.frame_locator("iframe[name=tool]").get_by_role("link", name="Open in a new window").click()
    expect(opened.value.get_by_role("heading", level=1)).to_contain_text(world.task.title)
    assert reverse("task", kwargs=world.task.url_arguments()) in opened.value.url


def test_the_platforms_storage_proves_the_browser(page: Page, school: FakePlatform, world: World) -> None:
    school.storage = True
    student, link = set_up(school, world)
    page.goto(school.launch_page(student, link))
    # Here it ends: over http the session's own cookie is blocked as well
    _wait_for_session(page)
    assert Platform.objects.get().last_error == ""
    assert page.context.cookies() == [], "it was not a cookie that proved it"


def _wait_for_session(page: Page) -> None:
    for _ in range(100):
        if Session.objects.exists():
            return
        page.wait_for_timeout(50)
    raise AssertionError(Platform.objects.get().last_error or "no session")
