"""A rubric made and changed by keyboard alone, in a real browser, also with scripts off."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect

from grading.grades.rubric import rubric_of
from grading.models import RubricItem
from tests.grading.rubric.graded import graded, url
from tests.world import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def opened(page: Page, live_server: Any, world: World) -> Page:
    cookie = world.client("instructor").cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}{url(world, 'rubric')}")
    return page


def go(page: Page, target: Locator) -> None:
    """Tab on until the target has the focus, then press it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError("not reached by Tab")


def add_item(page: Page, title: str, points: str) -> None:
    go(page, page.get_by_role("link", name="New item"))
    page.get_by_label("Title").focus()
    page.keyboard.type(title)
    page.keyboard.press("Tab")
    page.keyboard.type(points)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rubric of Task A: Circle")


def nothing_serious(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_rubric_is_made_ordered_and_changed_by_keyboard(page: Page, live_server: Any, world: World) -> None:
    opened(page, live_server, world)
    add_item(page, "Explains the choice", "2")
    add_item(page, "Report is late", "-0.5")
    go(page, page.get_by_role("button", name="Down Explains the choice"))
    expect(page.locator(".rubric-item").first).to_contain_text("Report is late")
    # The focus starts where the item stands now, so the next Tab goes to its own buttons
    go(page, page.get_by_role("link", name="Edit Explains the choice"))
    expect(page.get_by_label("Points")).to_have_value("2.0")
    page.get_by_label("Explanation").focus()
    page.keyboard.type("Says **why**.")
    expect(page.get_by_role("region", name="As students see it").locator("strong")).to_have_text("why")
    nothing_serious(page)

    graded(world, world.owner, RubricItem.objects.get(title="Explains the choice"))
    page.get_by_label("Points").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table")).to_contain_text("Orla Owner")
    nothing_serious(page)
    go(page, page.get_by_role("button", name="Change it for 1 student"))
    expect(page.locator(".rubric-item").last).to_contain_text("+1.5")
    nothing_serious(page)
    assert [line.signed for line in rubric_of(world.task).lines] == ["−0.5", "+1.5"]


def test_it_works_without_scripts(browser: Browser, live_server: Any, world: World) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context.new_page(), live_server, world)
    page.get_by_role("link", name="New item").click()
    page.get_by_label("Title").fill("Report")
    page.get_by_label("Points").fill("2")
    page.get_by_label("Explanation").fill("Says **why**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="As students see it").locator("strong")).to_have_text("why")
    page.get_by_role("button", name="Add the item").click()
    expect(page.locator(".rubric-item")).to_contain_text("+2.0")
    context.close()
