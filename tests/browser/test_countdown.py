"""The script writes what the server writes, by the server's clock, and goes on from there."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.templatetags.static import static
from django.utils import timezone
from playwright.sync_api import Page, expect

from coursework.countdown import distance_words
from tests.browser.test_student_path import sign_in
from tests.world import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_the_script_s_words_are_the_server_s(page: Page, live_server: Any, world: World) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    edges = (0, 1, 59, 60, 3_599, 3_600, 86_399, 86_400, 172_799, 172_800, 5_443_199)
    seconds = [sign * (edge + part) for edge in edges for sign in (1, -1) for part in (0, 0.25, 61.5, 3_725)]
    module = f"{live_server.url}{static('coursework/countdown.js')}"
    words = page.evaluate(
        "async ([module, all]) => { const { distanceWords } = await import(module); return all.map(distanceWords); }",
        [module, seconds],
    )
    assert words == [distance_words(value) for value in seconds]


def test_it_counts_down_by_the_server_s_clock(page: Page, live_server: Any, world: World) -> None:
    assignment = world.task.assignment
    assignment.due_at = timezone.now() + timedelta(seconds=59)
    assignment.save()
    page.clock.set_system_time(timezone.now() + timedelta(days=400))  # the visitor's clock is wrong
    sign_in(page, live_server.url, "owner")
    left = page.locator("time[data-countdown]").first
    expect(left).to_have_text(re.compile(r"^in \d+ s$"))
    before = left.inner_text()
    expect(left).not_to_have_text(before)
    assert seconds_in(left.inner_text()) < seconds_in(before)


def seconds_in(words: str) -> int:
    return int(words.split()[1])
