"""The gradebook by keyboard, and finding somebody in it while typing."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from grading.services.make_class import Wanted, make_class
from tests.browser.test_practice import no_serious_problem

BOOK = "/courses/class/gradebook/"


@pytest.fixture
def made(transactional_db: None) -> None:
    make_class(Wanted(students=30, graded_percent=30))


def opened(page: Page, live_server: Any, address: str = BOOK) -> None:
    page.goto(f"{live_server.url}/accounts/login/?next={address}")
    page.get_by_label("Username").or_(page.locator("input[name=login]")).first.fill("class-assistant")
    page.locator("input[name=password]").fill("playground-class")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}{address}")


def test_arrows_go_from_cell_to_cell_and_tab_leaves_the_table(page: Page, live_server: Any, made: None) -> None:
    opened(page, live_server)
    rows = page.locator(".book tbody tr")

    def cell(row: int, column: int) -> Locator:
        return rows.nth(row).get_by_role("link").nth(column)

    cell(0, 0).focus()
    page.keyboard.press("ArrowRight")
    expect(cell(0, 1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(cell(1, 2)).to_be_focused()
    page.keyboard.press("ArrowRight")  # there is none further
    expect(cell(1, 2)).to_be_focused()
    page.keyboard.press("Home")
    expect(cell(1, 0)).to_be_focused()
    page.keyboard.press("Control+End")
    expect(cell(29, 2)).to_be_focused()
    expect(page.locator(".book thead a").first).to_be_in_viewport()  # heads stay in sight
    page.keyboard.press("Tab")
    expect(page.locator(".book tbody a:focus")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    expect(cell(29, 2)).to_be_focused()
    expect(page.locator('.book tbody a[tabindex="0"]')).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/grade/"))


def test_typing_finds_and_the_address_keeps_it(page: Page, live_server: Any, made: None) -> None:
    opened(page, live_server)
    page.get_by_label("Find a student").fill("student0007")
    expect(page.locator(".book tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=student0007"))
    page.locator(".book tbody a").first.focus()
    page.keyboard.press("ArrowRight")  # also in a table that came later
    page.wait_for_timeout(600)  # leaving the field asks for nothing more, which would take the focus away
    expect(page.locator(".book tbody a").nth(1)).to_be_focused()
    no_serious_problem(page)


def test_excusing_from_a_row(page: Page, live_server: Any, made: None) -> None:
    opened(page, live_server)
    page.locator(".book tbody th a").first.click()
    section = page.locator("section").first
    section.get_by_text("Excuse from this task").click()
    section.get_by_label("Reason").fill("Ill that week.")
    section.get_by_role("button", name="Excuse").click()
    expect(page.get_by_text("is excused from")).to_be_visible()
    expect(page.locator("section").first.locator(".tag", has_text="excused")).to_be_visible()
    no_serious_problem(page)
