"""Operators at the queue, in a real browser: it updates itself, and what failed is run again by keyboard."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from grading.models import PictureReading, Status, Verification
from grading.services.verification import run_verification
from tests.world import PASSWORD, World, hand_in, make_world, verification_of


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def open_as(page: Page, address: str, username: str) -> None:
    page.goto(address)  # leads to signing in, and from there back
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def nothing_serious(page: Page) -> bool:
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


def test_the_queue_updates_itself_and_runs_again_by_keyboard(page: Page, live_server: Any, world: World) -> None:
    broken = hand_in(world.task, world.owner)
    Verification.objects.update(status=Status.FAILED, attempt=3, last_error="lost", finished_at=timezone.now())
    open_as(page, live_server.url + reverse("queue"), "operator")
    expect(page.get_by_role("heading", level=1)).to_have_text("Operations")
    expect(page.get_by_text("Nothing waits and nothing runs.")).to_be_visible()

    later = hand_in(world.task, world.classmate)  # appears without anybody's doing
    expect(page.get_by_role("row", name=re.compile(later.receipt_number))).to_contain_text("Waiting")
    assert nothing_serious(page)

    again = page.get_by_role("button", name=f"Run again {broken.receipt_number}")
    again.focus()
    page.wait_for_timeout(2500)  # the part around it has been swapped meanwhile
    expect(page.get_by_role("button", name=f"Run again {broken.receipt_number}")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{broken.receipt_number} is run again.")).to_be_visible()
    expect(page.get_by_text("Nothing failed by us.")).to_be_visible()


def test_paused_it_stays_as_it_is(page: Page, live_server: Any, world: World) -> None:
    open_as(page, live_server.url + reverse("queue"), "operator")
    page.get_by_role("link", name="Pause updates").click()
    expect(page.get_by_role("link", name="Update again")).to_be_visible()
    submission = hand_in(world.task, world.owner)
    page.wait_for_timeout(2500)
    expect(page.get_by_text(submission.receipt_number)).to_have_count(0)


def test_an_instructor_tries_a_rerun_of_the_task(page: Page, live_server: Any, world: World) -> None:
    submission = hand_in(world.task, world.owner)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    open_as(page, live_server.url + reverse("rerun_task", kwargs=world.task.url_arguments()), "instructor")
    assert nothing_serious(page)
    page.get_by_label("All submissions (1)").check()
    page.get_by_label("Reason").fill("a new engine")
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="0 of 1 done")).to_be_visible()
    assert nothing_serious(page)
    page.get_by_role("button", name="Stop").press("Enter")
    expect(page.get_by_role("heading", name="Stopped: 0 of 1 done")).to_be_visible()


def test_a_picture_that_was_not_read_is_read_again_by_keyboard(page: Page, live_server: Any, world: World) -> None:
    submission = hand_in(world.task, world.owner)
    PictureReading.objects.update(status=Status.FAILED, attempt=3, last_error="lost", finished_at=timezone.now())
    open_as(page, live_server.url + reverse("queue"), "operator")
    button = page.get_by_role("button", name=f"Read again picture 1 of {submission.receipt_number}")
    expect(button).to_be_visible()
    for width in (1440, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert nothing_serious(page)
        assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 picture is read again.")).to_be_visible()
    expect(page.get_by_text("No worker reads pictures")).to_be_visible()
