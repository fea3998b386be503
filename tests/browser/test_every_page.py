"""Every page, as each kind of person who may see it: axe finds nothing serious, and no phone has to scroll sideways."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.test_permissions import MATRIX, OK, arguments, furnished_world
from tests.world import World

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
LOOKS = (("light", WIDE), ("dark", NARROW))
PEOPLE = ("anonymous", "owner", "instructor", "operator")
SERIOUS = ("serious", "critical")


@pytest.fixture
def world(transactional_db: None) -> World:
    return furnished_world()


def pages() -> list[tuple[str, str]]:
    """List (name, person) for every page and the people who look at different sides of it."""
    found = []
    for (name, method), expected in MATRIX.items():
        if method == "get":
            found += [(name, who) for who in PEOPLE if expected.get(who, expected["everybody"]) == OK]
    return found


def opened(browser: Browser, live_server: Any, world: World, who: str, look: tuple[str, dict[str, int]]) -> Page:
    scheme, size = look
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    for name, morsel in world.client(who).cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])
    return context.new_page()


@pytest.mark.parametrize(("name", "who"), pages())
def test_a_page_is_accessible_and_fits_a_phone(
    name: str, who: str, browser: Browser, live_server: Any, world: World
) -> None:
    address = f"{live_server.url}{reverse(name, kwargs=arguments(name, world))}"
    kind = world.client(who).get(address.removeprefix(live_server.url))
    content_type = kind["Content-Type"]
    if kind.streaming:
        kind.getvalue()
    if not content_type.startswith("text/html") or b"<html" not in kind.content:
        pytest.skip("a file or a part of a page")
    for look in LOOKS:
        page = opened(browser, live_server, world, who, look)
        found = problems(page, address)
        page.context.close()
        assert found == [], look


def problems(page: Page, address: str) -> list[str]:
    """Open a page and list what is wrong with it."""
    found: list[str] = []

    def heard(line: ConsoleMessage) -> None:
        if line.type == "error":
            found.append(line.text)

    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", heard)
    page.goto(address)
    found += [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found
