"""The pages between a launch and what it opens: accessible, fit for a phone; the answer goes to the LMS by itself."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from grading.models import LmsAccount
from tests.browser.test_every_page import problems
from tests.grading.lti.launches import (
    INSTRUCTOR,
    RETURN_URL,
    deep_message,
    launch,
    make_lms_course,
    make_platform,
    message,
)
from tests.world import make_world

pytestmark = pytest.mark.browser


def page_of(browser: Browser, client: Client, url: str) -> Page:
    context = browser.new_context(reduced_motion="reduce")
    context.add_cookies([{"name": name, "value": each.value, "url": url} for name, each in client.cookies.items()])
    return context.new_page()


def test_pages_after_a_launch(
    browser: Browser, live_server: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, platform = make_world(), make_platform()
    teacher, student = world.client("instructor"), Client()
    found: dict[str, list[str]] = {}

    def look(name: str, client: Client, address: str) -> None:
        page = page_of(browser, client, live_server.url)
        found[name] = problems(page, live_server.url + address)
        page.context.close()

    look("wait", student, launch(student, monkeypatch, message(platform))["Location"])
    look("account", teacher, launch(teacher, monkeypatch, message(platform, "t1", (INSTRUCTOR,)))["Location"])
    LmsAccount.objects.create(platform=platform, subject="t1", user=world.instructor.user)
    look("connect", teacher, launch(teacher, monkeypatch, message(platform, "t1", (INSTRUCTOR,)))["Location"])
    make_lms_course(platform, world.course)
    look("choose", teacher, launch(teacher, monkeypatch, message(platform, "t1", (INSTRUCTOR,)))["Location"])
    look("accounts", student, reverse("lms_accounts"))
    look("deep link", teacher, launch(teacher, monkeypatch, deep_message(platform))["Location"])
    assert found == {name: [] for name in found}


def test_a_choice_goes_to_the_lms_by_itself(
    browser: Browser, live_server: Any, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content policy lets this one form go to this one host."""
    world, platform = make_world(), make_platform()
    make_lms_course(platform, world.course)
    LmsAccount.objects.create(platform=platform, subject="t1", user=world.instructor.user)
    teacher = world.client("instructor")
    address = launch(teacher, monkeypatch, deep_message(platform))["Location"]
    page = page_of(browser, teacher, live_server.url)
    got: list[str] = []

    def the_lms(route: Route) -> None:
        got.append(f"{route.request.method} {(route.request.post_data or '')[:6]}")
        route.fulfill(body="<title>In the LMS</title>", content_type="text/html")

    page.route(RETURN_URL, the_lms)
    page.goto(live_server.url + address)
    page.get_by_label("Playground").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(RETURN_URL)
    assert got == ["POST JWT=ey"]
    page.context.close()
