"""Practice with a real worker, in a real browser: from a link to its results, and on to the hand-in."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from engine.link import read_link, write_link
from tests.browser.test_student_path import SETTLED, sign_in
from tests.world import QUICK_SPEC, World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    world.task.practice_seeds = ["0.7", "0.8", "0.9"]
    world.task.save()
    return world


def at(world: World, live_server: Any, name: str) -> str:
    arguments = world.task.url_arguments()
    return f"{live_server.url}/courses/{arguments['course']}/{arguments['assignment']}/{arguments['task']}/{name}/"


def no_serious_problem(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_practice_run_with_the_keyboard(page: Page, live_server: Any, worker: Any, world: World) -> None:
    sign_in(page, live_server.url, "owner")
    page.goto(at(world, live_server, "practice"))
    no_serious_problem(page)
    page.get_by_label("Playground link").focus()
    page.keyboard.insert_text("#learningRate=3")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Learning rate 3 is not allowed: 0.03.")
    expect(page.get_by_label("Playground link")).to_have_value("#learningRate=3")

    page.get_by_label("Playground link").fill(write_link(QUICK_SPEC))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    # The page reloads by itself once the worker is done.
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("on 3 practice seeds"), timeout=SETTLED)
    expect(page.get_by_role("row", name=re.compile("your own"))).to_contain_text("101")
    no_serious_problem(page)
    link = page.get_by_role("link", name="Hand this in").get_attribute("href")
    assert link is not None
    assert read_link(parse_qs(urlsplit(link).query)["link"][0]).spec == QUICK_SPEC

    page.get_by_role("link", name="Practice", exact=True).click()
    expect(page.get_by_role("complementary")).to_contain_text("9 of 10")


def test_on_a_phone_nothing_sticks_out(page: Page, live_server: Any, world: World) -> None:
    sign_in(page, live_server.url, "owner")
    page.set_viewport_size({"width": 360, "height": 800})
    for name in ("practice", "leaderboard"):
        page.goto(at(world, live_server, name))
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
