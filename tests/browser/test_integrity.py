"""The integrity view with groups in it: accessible, narrow enough for a phone, and worked through by keyboard."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from grading.models import EvidenceMark, Outcome
from tests.browser.test_every_page import opened, problems
from tests.grading.integrity.people import LOOK, SPEC, read, settle
from tests.world import World, hand_in, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    """Two students with one link and one picture, whose claims are not reproduced."""
    world = make_world()
    for who in (world.owner, world.classmate):
        submission = hand_in(world.task, who, spec=SPEC, claimed_epochs=90)
        settle(submission, Outcome.CLAIM_NOT_REPRODUCED, retrained_epochs=141, band_low=140, band_high=142)
        read(submission, LOOK, epoch=141)
    return world


def address(live_server: Any, world: World) -> str:
    return f"{live_server.url}{reverse('integrity', kwargs=world.task.url_arguments())}"


def test_groups_are_accessible_and_fit_a_phone(browser: Browser, live_server: Any, world: World) -> None:
    page = opened(browser, live_server, world, "ta")
    found = problems(page, address(live_server, world))
    page.context.close()
    assert found == []


def test_a_note_is_written_and_a_group_marked_as_seen_by_keyboard(
    browser: Browser, live_server: Any, world: World
) -> None:
    page = opened(browser, live_server, world, "ta")
    page.goto(address(live_server, world))
    first = group(page, "Two students handed in this exact link")
    first.locator("summary", has_text="Write a note").press("Enter")
    first.get_by_label("Note, for course staff only").fill("A pair, as the sheet allows.")
    first.get_by_role("button", name="Save the note").press("Enter")
    expect(page.get_by_text("A pair, as the sheet allows.").first).to_be_visible()
    group(page, "Two students handed in this exact link").get_by_role("button", name="Mark as seen").press("Enter")
    expect(page.get_by_role("heading", name="Two students handed in this exact link")).to_have_count(0)
    page.get_by_role("link", name="Seen 1", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Two students handed in this exact link")).to_be_visible()
    page.context.close()
    mark = EvidenceMark.objects.get()
    assert mark.note == "A pair, as the sheet allows." and mark.seen_by == world.ta.user


def group(page: Page, heading: str) -> Any:
    return page.get_by_role("article", name=heading)
