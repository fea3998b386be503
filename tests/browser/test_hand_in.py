"""The hand-in page in a real browser: pasted, built by keyboard, with pictures, with drafts, without JavaScript."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from coursework.models import Submission
from coursework.services.drafts import add_pictures
from engine.link import write_link
from engine.spec import Spec
from tests.world import PASSWORD, QUICK_SPEC, World, make_world, picture

LINK = write_link(QUICK_SPEC)
# Makes a picture in the page and hands it to the page as a drop or a paste would.
GIVE = """([kind, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], `${kind}.png`, { type: "image/png" }));
  const about = { bubbles: true, cancelable: true };
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { ...about, clipboardData: files })
    : new DragEvent("drop", { ...about, dataTransfer: files });
  (document.querySelector("#drop") ?? document.body).dispatchEvent(event);
}"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def open_page(page: Page, address: str, world: World) -> None:
    page.goto(f"{address}{reverse('hand_in', kwargs=world.task.url_arguments())}")
    sign_in(page)


def sign_in(page: Page) -> None:
    page.get_by_label("Username or e-mail").fill("owner")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    # Until its scripts run: what a person does takes longer than loading them, what a test does may not.
    page.wait_for_url(re.compile(r"//[^/]+/courses/"), wait_until="load")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hand in")


def link_field(page: Page) -> Any:
    return page.get_by_label("Paste the whole address from your browser")


def network(page: Page) -> Any:
    return page.get_by_role("img", name=re.compile("^Network with"))


def saved(page: Page) -> None:
    expect(page.get_by_text("Draft saved")).to_be_visible()


def test_a_browser_that_refuses_its_storage_saves_drafts_too(page: Page, live_server: Any, world: World) -> None:
    """As in an LMS's frame, where cookies of other sites are blocked."""
    refuse = (
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('', 'SecurityError') } })"
    )
    page.add_init_script(refuse)
    open_page(page, live_server.url, world)
    link_field(page).fill(LINK)
    saved(page)


def test_a_pasted_link_becomes_picture_and_settings(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(LINK + "&showTestData=true")
    expect(network(page)).to_have_accessible_name(
        re.compile(r"2 inputs \(x1² and x2²\), one hidden layer of 3 neurons")
    )
    expect(page.get_by_text("showTestData (display only")).to_be_visible()
    expect(page.get_by_text("This can be done on your seed")).to_be_visible()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("0.31415")
    link_field(page).fill("#learningRate=3&seed=0.5")
    expect(page.get_by_text("Learning rate 3 is not allowed. Allowed: 0.03.")).to_be_visible()
    page.get_by_role("button", name="Change to what is allowed").click()
    expect(link_field(page)).to_have_value(re.compile("learningRate=0.03"))


def test_built_by_keyboard_only_and_handed_in(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture()])
    page.reload()

    def press(name: str, times: int = 1, key: str = "Enter") -> None:
        target = page.get_by_role("button", name=name)
        for _ in range(40):
            if target.evaluate("element => element === document.activeElement"):
                break
            page.keyboard.press("Tab")
        expect(target).to_be_focused()
        for _ in range(times):
            page.keyboard.press(key)

    press("One neuron fewer in layer 1", times=2)  # 4, 2 is where a task starts
    expect(page.get_by_role("group", name="Layer 1")).to_contain_text("2")
    expect(page.get_by_role("button", name="One neuron fewer in layer 1")).to_be_focused()
    press("Add a layer", key="Space")
    expect(page.get_by_role("group", name="Layer 3")).to_be_visible()
    press("Remove the last", times=2)
    expect(page.get_by_role("group", name="Layer 2")).to_have_count(0)
    page.keyboard.press("Tab")
    page.keyboard.type("0.31415")
    expect(link_field(page)).to_have_value(re.compile("networkShape=2&seed=0.31415&"))
    expect(page.get_by_label("Seed", exact=True)).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.get_by_label("Claimed epochs").evaluate("element => element === document.activeElement"):
            break
    page.keyboard.type("101")
    press("Hand in")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Hand in")
    submission = Submission.objects.get()
    assert submission.spec == Spec(hidden_layers=(2,), seed="0.31415")
    assert submission.screenshots.count() == 1


def test_quick_presses_and_a_chip_are_all_counted(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(LINK)
    expect(network(page)).to_have_accessible_name(re.compile("layer of 3 neurons"))
    page.evaluate(
        """() => {
          for (let press = 0; press < 4; press++) document.getElementById("more-1").click();
          document.getElementById("chip-sinX").click();
          document.getElementById("add-layer").click();
        }"""
    )
    expect(link_field(page)).to_have_value(re.compile("networkShape=7,2.*sinX=true"))
    expect(network(page)).to_have_accessible_name(re.compile("3 inputs .* hidden layers of 7 and 2 neurons"))


def test_the_buttons_stand_over_their_layers(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(LINK)
    expect(network(page)).to_have_accessible_name(re.compile("layer of 3 neurons"))
    for width in (1280, 900, 390, 360):
        page.set_viewport_size({"width": width, "height": 900})
        middles = page.evaluate(
            """() => {
              const svg = [...document.querySelectorAll("#design .net")].find((one) => one.checkVisibility());
              const middle = (box) => box.left + box.width / 2;
              const group = document.querySelector("#design [role=group] .ctl").getBoundingClientRect();
              const tiles = [...svg.querySelectorAll(".tile")].map((tile) => middle(tile.getBoundingClientRect()));
              return [middle(group), tiles[2], document.documentElement.scrollWidth];
            }"""
        )
        assert middles[0] == pytest.approx(middles[1], abs=4), width
        assert middles[2] <= width


@pytest.mark.parametrize("kind", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped(page: Page, live_server: Any, world: World, kind: str) -> None:
    open_page(page, live_server.url, world)
    page.evaluate(GIVE, [kind, base64.b64encode(picture(size=(80, 50)).read()).decode()])
    expect(page.get_by_alt_text(f"Screenshot 1: {kind}.png")).to_be_visible()
    expect(page.get_by_text(f"{kind}.png, 80 × 50 pixels")).to_be_visible()
    page.get_by_role("button", name="Remove this picture").click()
    expect(page.get_by_text("0 of 3")).to_be_visible()


def test_a_chosen_file_that_is_no_picture_is_named(page: Page, live_server: Any, world: World, tmp_path: Path) -> None:
    notes = tmp_path / "notes.png"
    notes.write_text("words")
    open_page(page, live_server.url, world)
    page.get_by_label("Add screenshots").set_input_files(notes)
    expect(page.get_by_role("alert")).to_contain_text("notes.png is not a picture that we can read")


def test_a_draft_survives_a_reload_and_can_be_thrown_away(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(LINK)
    page.get_by_label("Claimed epochs").fill("101")
    saved(page)
    page.reload()
    expect(link_field(page)).to_have_value(LINK)
    expect(page.get_by_label("Claimed epochs")).to_have_value("101")
    expect(network(page)).to_have_accessible_name(re.compile("layer of 3 neurons"))
    page.get_by_text("Start over").click()
    page.get_by_role("button", name="Throw the draft away").click()
    expect(link_field(page)).to_have_value("")


def test_what_was_typed_is_back_after_a_lost_session(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    link_field(page).fill(LINK)
    page.get_by_label("Claimed epochs").fill("77")
    expect(page.get_by_text("Not saved: you are signed out.")).to_be_visible()
    expect(network(page)).to_be_visible()  # and not the sign-in page inside the form
    page.get_by_role("link", name="Sign in").last.click()
    sign_in(page)
    expect(link_field(page)).to_have_value(LINK)
    expect(page.get_by_label("Claimed epochs")).to_have_value("77")
    expect(network(page)).to_have_accessible_name(re.compile("layer of 3 neurons"))
    saved(page)


def test_handing_in_with_a_lost_session_loses_nothing(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(LINK)
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("Claimed epochs").fill("78")
    page.get_by_role("button", name="Hand in", exact=True).click()
    sign_in(page)
    expect(link_field(page)).to_have_value(LINK)
    expect(page.get_by_label("Claimed epochs")).to_have_value("78")


def test_after_a_hand_in_nothing_of_it_comes_back(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    add_pictures(task=world.task, enrollment=world.owner, uploads=[picture()])
    page.reload()
    link_field(page).fill(LINK)
    page.get_by_label("Claimed epochs").fill("101")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Hand in")
    page.goto(f"{live_server.url}{reverse('hand_in', kwargs=world.task.url_arguments())}")
    expect(link_field(page)).to_have_value("")
    expect(page.get_by_text("Attempt 2 of 3")).to_be_visible()


def test_nothing_serious_stands_against_the_page(page: Page, live_server: Any, world: World) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill("#learningRate=3&networkShape=8,8,8,8,8,8&seed=<b>")
    expect(page.get_by_text("Learning rate 3 is not allowed. Allowed: 0.03.")).to_be_visible()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("alert").first).to_be_focused()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


# --- Without JavaScript ------------------------------------------------------------------------------------------


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_without_javascript_it_is_built_and_handed_in(
    plain_page: Page, live_server: Any, world: World, tmp_path: Path
) -> None:
    page = plain_page
    run = tmp_path / "run.png"
    run.write_bytes(picture().read())
    open_page(page, live_server.url, world)
    link_field(page).fill(LINK)
    page.get_by_label("Claimed epochs").fill("101")
    page.get_by_label("Add screenshots").set_input_files(run)
    page.get_by_role("button", name="Read the link").click()
    expect(network(page)).to_have_accessible_name(re.compile("layer of 3 neurons"))
    expect(page.get_by_alt_text("Screenshot 1: run.png")).to_be_visible()
    page.get_by_role("button", name="Add a layer").click()
    page.get_by_role("button", name="One neuron more in layer 2").click()
    page.get_by_label("Seed", exact=True).fill("0.5")
    expect(page.get_by_label("Claimed epochs")).to_have_value("101")
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Hand in")
    submission = Submission.objects.get()
    assert submission.spec == Spec(features=QUICK_SPEC.features, hidden_layers=(3, 3), seed="0.5")
    assert submission.screenshots.count() == 1
