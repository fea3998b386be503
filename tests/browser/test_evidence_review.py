"""The evidence page in a browser: zoom, frames, one value looked at, single keys; and that it works without scripts."""

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from coursework.models import Submission
from coursework.services.screenshots import prepare_screenshot
from grading.evidence.standing import standing_of
from tests.browser.keyboard import wait_until_shown
from tests.browser.test_student_path import sign_in
from tests.grading.evidence.rows import differing
from tests.world import World, hand_in, make_world, picture


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def two(world: World) -> list[Submission]:
    """Make two submissions with large pictures that differ, the first one more."""
    made = [
        hand_in(world.task, person, screenshots=[prepare_screenshot(picture(size=(1280, 635)))])
        for person in (world.owner, world.classmate)
    ]
    for submission, weight in zip(made, (0.9, 0.6), strict=True):
        differing(submission, weight=weight)
    return made


def address(submission: Submission) -> str:
    return reverse("evidence", kwargs={"receipt_number": submission.receipt_number})


def width(page: Page) -> float:
    box = page.locator(".stage img").bounding_box()
    assert box is not None
    return box["width"]


def test_keys_zoom_hide_frames_and_walk_through_the_queue(page: Page, live_server: Any, two: list[Submission]) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(f"{live_server.url}{address(two[0])}")
    fits = width(page)
    assert fits < 1280
    page.keyboard.press("z")
    assert width(page) == 1280
    page.keyboard.press("z")
    assert width(page) == 2560
    expect(page.get_by_role("button", name="200 %")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("z")
    assert width(page) == fits
    expect(page.locator(".frames")).to_be_visible()
    page.keyboard.press("h")
    expect(page.locator(".frames")).to_be_hidden()
    page.get_by_label("Note", exact=True).fill("zhj")  # keys act only where nobody writes
    assert width(page) == fits
    page.locator("main").focus()
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(two[1].receipt_number))
    wait_until_shown(page)
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile(two[0].receipt_number))


def test_single_keys_can_be_switched_off_and_stay_off(page: Page, live_server: Any, two: list[Submission]) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(f"{live_server.url}{address(two[0])}")
    page.keyboard.press("?")
    page.get_by_label("Single keys act on this page").uncheck()
    page.reload()
    fits = width(page)
    page.keyboard.press("z")
    assert width(page) == fits
    page.get_by_role("button", name="100 %").click()
    assert width(page) == 1280


def test_a_number_leads_to_its_frame(page: Page, live_server: Any, two: list[Submission]) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(f"{live_server.url}{address(two[0])}")
    page.locator(".marks-on").uncheck()
    page.get_by_role("row", name=re.compile("Test loss")).get_by_role("link").click()
    frame = page.locator("#picture-1-3")
    expect(frame).to_have_class("now")
    expect(frame).to_be_visible()
    expect(frame).to_be_in_viewport()
    assert width(page) == 1280


def test_seen_goes_on_to_the_next(page: Page, live_server: Any, two: list[Submission]) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(f"{live_server.url}{address(two[0])}?show=look")
    page.get_by_label("Note", exact=True).fill("Talked about it.")
    page.get_by_role("button", name="Seen, go to the next").click()
    expect(page).to_have_url(re.compile(two[1].receipt_number))
    wait_until_shown(page)
    expect(page.get_by_text("Evidence 1 of 1")).to_be_visible()
    assert standing_of(two[0]).seen


def test_without_a_script_frames_links_and_marks_work(
    browser: Browser, live_server: Any, world: World, two: list[Submission]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    for name, morsel in world.client("ta").cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{address(two[0])}")
    expect(page.get_by_role("button", name="200 %")).to_be_hidden()
    expect(page.get_by_role("link", name="Full picture")).to_be_visible()
    page.get_by_role("row", name=re.compile("Test loss")).get_by_role("link").click()
    expect(page.locator("#picture-1-3")).to_be_in_viewport()
    page.get_by_label("Frames").uncheck()
    expect(page.locator(".frames")).to_be_hidden()
    page.get_by_role("button", name="Seen", exact=True).click()
    expect(page.get_by_text("by ta,")).to_be_visible()
    context.close()
