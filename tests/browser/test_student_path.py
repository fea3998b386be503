"""From sign-in to the leaderboard, in a real browser, with a real worker behind it."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.link import write_link
from tests.world import PASSWORD, QUICK_SPEC, World, make_world, picture

SETTLED = 60_000  # milliseconds; a worker starts, then trains for a second or two


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def sign_in(page: Page, address: str, username: str) -> None:
    page.goto(address)
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")


@pytest.fixture
def screenshot(tmp_path: Path) -> Path:
    path = tmp_path / "run.png"
    path.write_bytes(picture(size=(800, 500)).read())
    return path


def test_sign_in_hand_in_verdict_leaderboard(
    page: Page, live_server: Any, worker: Any, world: World, screenshot: Path
) -> None:
    sign_in(page, live_server.url, "owner")
    page.get_by_role("link", name=world.task.title).first.click()
    page.get_by_role("link", name="Hand in", exact=True).click()
    page.get_by_label("Paste the whole address from your browser").fill(write_link(QUICK_SPEC))
    page.get_by_label("Claimed epochs").fill("101")
    page.get_by_label("Add screenshots").set_input_files(screenshot)
    expect(page.get_by_alt_text("Screenshot 1: run.png")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()

    # The page reloads by itself once the worker has settled it.
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Verified: your network reaches 0.001 at epoch 101, as you said", timeout=SETTLED)
    expect(page.get_by_role("img", name=re.compile("Network"))).to_be_visible()
    expect(page.get_by_alt_text("Screenshot 1 as handed in")).to_be_visible()

    page.get_by_role("link", name="Leaderboard").first.click()
    expect(page.get_by_text("You are 1st of 1")).to_be_visible()
    expect(page.locator("tr.me")).to_contain_text(world.owner.pseudonym)


def test_a_refused_hand_in_says_why_and_keeps_what_was_typed(
    page: Page, live_server: Any, world: World, screenshot: Path
) -> None:
    sign_in(page, live_server.url, "owner")
    page.get_by_role("link", name=re.compile("^Hand in")).first.click()
    page.get_by_label("Paste the whole address from your browser").fill(
        "https://playground.tensorflow.org/#learningRate=3&seed=0.5"
    )
    page.get_by_label("Claimed epochs").fill("5000")
    page.get_by_label("Add screenshots").set_input_files(screenshot)
    expect(page.get_by_alt_text("Screenshot 1: run.png")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Learning rate 3 is not allowed: 0.03.")
    expect(alert).to_contain_text("5,000 is not allowed: 1 to 400 epochs.")
    expect(page.get_by_label("Claimed epochs")).to_have_value("5000")
    alert.get_by_role("link", name="Claimed epochs").click()
    expect(page.get_by_label("Claimed epochs")).to_be_focused()


def test_the_staff_s_way_to_a_submission(page: Page, live_server: Any, world: World) -> None:
    sign_in(page, live_server.url, "instructor")
    page.get_by_role("link", name="Overview", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(world.course.title)
    page.get_by_role("link", name=world.task.title).first.click()
    expect(page.get_by_role("row", name=re.compile("Orla Owner"))).to_contain_text("Not handed in")
