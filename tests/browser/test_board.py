"""The leaderboard updates itself under the reader's eyes, keeps the focus, and ends when the session does."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_practice import at, no_serious_problem
from tests.browser.test_student_path import sign_in
from tests.grading.test_board import ranked
from tests.world import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def quick(page: Page) -> None:
    """Have the page ask each half second, so that a test need not wait."""

    def hurry(route: Route) -> None:
        response = route.fetch()
        if "text/html" not in response.headers.get("content-type", ""):
            route.fulfill(response=response)
            return
        route.fulfill(response=response, body=response.text().replace("every 15s", "every 500ms"))

    page.route("**/leaderboard/**", hurry)


def test_new_places_appear_and_the_focus_stays(page: Page, live_server: Any, quick: None, world: World) -> None:
    ranked(world, world.owner, 50)
    sign_in(page, live_server.url, "owner")
    page.goto(at(world, live_server, "leaderboard"))
    expect(page.get_by_text("You are 1st of 1")).to_be_visible()
    page.get_by_role("link", name="Name", exact=True).press("Enter")
    by_name = page.locator("#sort-name")
    by_name.focus()
    ranked(world, world.classmate, 40)
    expect(page.get_by_text("You are 2nd of 2")).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(3)
    expect(by_name).to_be_focused()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Name")
    expect(page.locator("#board-note")).to_contain_text("Updated")
    ranked(world, world.owner, 30)  # what came by itself goes on asking
    expect(page.get_by_text("You are 1st of 2")).to_be_visible()
    no_serious_problem(page)


def test_an_empty_board_opens_by_itself(page: Page, live_server: Any, quick: None, world: World) -> None:
    sign_in(page, live_server.url, "owner")
    page.goto(at(world, live_server, "leaderboard"))
    expect(page.get_by_role("heading", name="Nobody is on the board yet")).to_be_visible()
    ranked(world, world.classmate, 40)
    expect(page.get_by_role("row", name=world.classmate.pseudonym)).to_be_visible()


def test_without_a_session_it_stops_and_says_so(page: Page, live_server: Any, quick: None, world: World) -> None:
    ranked(world, world.owner, 50)
    sign_in(page, live_server.url, "owner")
    page.goto(at(world, live_server, "leaderboard"))
    page.context.clear_cookies()
    expect(page.locator("#board-note")).to_contain_text("You are signed out")
    expect(page.get_by_text("You are 1st of 1")).to_be_visible()


def test_names_behind_a_button_and_settings_by_the_instructor(page: Page, live_server: Any, world: World) -> None:
    ranked(world, world.owner, 50)
    sign_in(page, live_server.url, "instructor")
    page.goto(at(world, live_server, "leaderboard"))
    expect(page.get_by_text("Orla Owner")).to_have_count(0)
    page.get_by_role("button", name="Show the names").press("Enter")
    expect(page.get_by_role("row", name="Orla Owner")).to_be_visible()
    no_serious_problem(page)
    page.get_by_role("link", name="Hide the names").click()
    expect(page.get_by_text("Orla Owner")).to_have_count(0)
    page.get_by_label("Freeze it for students").press("Space")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Frozen for students since")).to_be_visible()
    expect(page.get_by_label("Freeze it for students")).to_be_checked()
