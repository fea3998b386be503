"""Every page, as each kind of person who may see it: axe finds nothing serious, and no phone has to scroll sideways."""

from typing import Any, Literal
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, ViewportSize

from tests.furnished import arguments, furnished_world
from tests.test_permissions import MATRIX, OK
from tests.world import World

WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=320, height=640)
Look = tuple[Literal["light", "dark"], ViewportSize]
LOOKS: tuple[Look, ...] = (("light", WIDE), ("dark", NARROW))
PEOPLE = ("anonymous", "owner", "instructor", "operator")
SERIOUS = ("serious", "critical")
PARTS = 2
# What colours and width can change; the rest was looked at in the first look.
OF_LOOKS = ("color-contrast", "scrollable-region-focusable", "link-in-text-block")


@pytest.fixture
def world(transactional_db: None) -> World:
    return furnished_world()


def pages(who: str) -> list[str]:
    """List the pages that a person sees, by name."""
    return [
        name
        for (name, method), expected in MATRIX.items()
        if method == "get" and expected.get(who, expected["everybody"]) == OK
    ]


def opened(browser: Browser, live_server: Any, world: World, who: str, look: Look = LOOKS[0]) -> Page:
    scheme, size = look
    # Without motion: colours that are still changing have no contrast to speak of.
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    for name, morsel in world.client(who).cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])
    return context.new_page()


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_accessible_and_fits_a_phone(
    who: str, part: int, browser: Browser, live_server: Any, world: World
) -> None:
    """One world serves many pages: making one takes longer than looking at a page does."""
    page = opened(browser, live_server, world, who)
    looked_at, found = 0, {}
    for name in pages(who)[part::PARTS]:
        address = f"{live_server.url}{reverse(name, kwargs=arguments(name, world))}"
        kind = world.client(who).get(address.removeprefix(live_server.url))
        if kind.streaming:
            kind.getvalue()
        if kind["Content-Type"].startswith("text/html") and b"<html" in kind.content:
            looked_at += 1
            found[name] = problems(page, address)
    page.context.close()
    assert looked_at
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def problems(page: Page, address: str) -> list[str]:
    """Open a page once and list what is wrong with it in each look: to load it again would prove nothing more."""
    found: list[str] = []

    def heard(line: ConsoleMessage) -> None:
        if line.type == "error":
            found.append(line.text)

    def failed(error: Error) -> None:
        found.append(str(error))

    page.on("pageerror", failed)
    page.on("console", heard)
    page.goto(address)
    for number, (scheme, size) in enumerate(LOOKS):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        rules = OF_LOOKS if number else ()
        found += [f"{scheme}, {size['width']} wide: {problem}" for problem in _problems_now(page, rules)]
    page.remove_listener("pageerror", failed)
    page.remove_listener("console", heard)
    return found


def _problems_now(page: Page, rules: tuple[str, ...]) -> list[str]:
    options: dict[str, Any] = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in Axe().run(page, options=options).response["violations"]
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
    assert {problem.split(": ")[0] for problem in found} == {"dark, 320 wide"}
    assert {problem.split(": ")[1] for problem in found} == {"color-contrast", "wider than the window"}
