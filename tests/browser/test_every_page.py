"""Every page, as each kind of person who may see it: axe finds nothing serious, and no phone has to scroll sideways."""

from typing import Any, Literal
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from tests.test_permissions import MATRIX, OK, arguments, furnished_world
from tests.world import World

WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740)
Look = tuple[Literal["light", "dark"], ViewportSize]
LOOKS: tuple[Look, ...] = (("light", WIDE), ("dark", NARROW))
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


def opened(browser: Browser, live_server: Any, world: World, who: str, look: Look = LOOKS[0]) -> Page:
    scheme, size = look
    # Without motion: colours that are still changing have no contrast to speak of.
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
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
    page = opened(browser, live_server, world, who)
    found = problems(page, address)
    page.context.close()
    assert found == []


def problems(page: Page, address: str) -> list[str]:
    """Open a page once and list what is wrong with it in each look: to load it again would prove nothing more."""
    found: list[str] = []

    def heard(line: ConsoleMessage) -> None:
        if line.type == "error":
            found.append(line.text)

    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", heard)
    page.goto(address)
    for scheme, size in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        found += [f"{scheme}, {size['width']} wide: {problem}" for problem in _problems_now(page)]
    return found


def _problems_now(page: Page) -> list[str]:
    found = [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in Axe().run(page).response["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("wider than the window")
    return found


def test_what_is_wrong_in_one_look_only_is_found(browser: Browser) -> None:
    """Both looks are looked at, though the page is opened once."""
    pale = "@media (prefers-color-scheme: dark) { body { background: #fff; color: #eee } }"
    wide = "@media (max-width: 400px) { p { width: 900px } }"
    html = f"<html lang=en><title>x</title><style>{pale} {wide}</style><main><h1>Head</h1><p>Text</p></main>"
    with browser.new_context(reduced_motion="reduce") as context:
        found = problems(context.new_page(), f"data:text/html,{quote(html)}")
    assert {problem.split(": ")[0] for problem in found} == {"dark, 360 wide"}
    assert {problem.split(": ")[1] for problem in found} == {"color-contrast", "wider than the window"}
