"""What was read from a picture, on the hand-in page in a real browser: seen, taken over, taken back, handed in."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from coursework.models import DraftScreenshot, Submission
from engine.link import write_link
from engine.spec import Spec
from tests.browser.test_hand_in import link_field, network, open_page, plain_page, saved
from tests.grading.picture_rows import row, row_read, shown
from tests.world import QUICK_SPEC, World, make_world, picture

__all__ = ["plain_page"]  # a fixture
WRONG = write_link(Spec(features=QUICK_SPEC.features, hidden_layers=(3, 2), seed=QUICK_SPEC.seed))

HEAR_OF_SAVING = """() => {
    window.saved = new Promise((heard) => document.addEventListener("hand-in:saved", () => setTimeout(heard)));
}"""


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def add(page: Page, tmp_path: Path) -> str:
    """Choose a picture on the page; return its name in storage."""
    run = tmp_path / "run.png"
    run.write_bytes(picture(size=(640, 400)).read())
    page.get_by_label("Add screenshots").set_input_files(run)
    expect(page.get_by_alt_text("Screenshot 1: run.png")).to_be_visible()
    return str(DraftScreenshot.objects.get().picture.name)


def test_a_wrong_link_and_claim_are_seen_mended_and_handed_in(
    page: Page, live_server: Any, world: World, tmp_path: Path
) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(WRONG)
    page.get_by_label("Claimed epochs").fill("99")
    waiting = row(add(page, tmp_path))
    expect(page.get_by_text("Being read…")).to_be_visible()
    link_field(page).focus()
    waiting.delete()
    row_read(waiting.picture, shown())
    expect(page.get_by_text("The picture shows 1 hidden layer, the link has 2.", exact=True)).to_be_visible()
    expect(link_field(page)).to_be_focused()
    expect(page.get_by_text("Being read…")).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text="run.png: 2 differences.")).to_have_count(1)

    page.get_by_role("button", name="Use 1 hidden layer of 3 neurons").click()
    expect(link_field(page)).to_have_value(write_link(QUICK_SPEC))
    expect(network(page)).to_have_accessible_name(re.compile("layer of 3 neurons"))
    expect(page.get_by_text("Taken over from the picture: hidden layers 3 instead of 3, 2.")).to_be_visible()
    page.get_by_role("button", name="Use epoch 101 as the claim").press("Enter")
    expect(page.get_by_label("Claimed epochs")).to_have_value("101")
    expect(page.get_by_text("Agrees with your link and claim", exact=True)).to_be_visible()
    expect(page.locator(".read")).to_be_focused()  # where the button stood

    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Hand in")
    submission = Submission.objects.get()
    assert (submission.spec, submission.claimed_epochs) == (QUICK_SPEC, 101)
    expect(page.get_by_text("Agrees with the link and claim handed in", exact=True)).to_be_visible()


def test_what_is_typed_is_compared_anew_and_what_was_taken_over_can_be_taken_back(
    page: Page, live_server: Any, world: World, tmp_path: Path
) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(write_link(QUICK_SPEC))
    page.get_by_label("Claimed epochs").fill("101")
    saved(page)
    row_read(add(page, tmp_path), shown())
    expect(page.get_by_text("Agrees with your link and claim", exact=True)).to_be_visible()
    page.get_by_role("button", name="Add a layer").click()
    expect(page.get_by_text("The picture shows 1 hidden layer, the link has 2.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Use 1 hidden layer of 3 neurons").click()
    expect(link_field(page)).to_have_value(write_link(QUICK_SPEC))
    page.get_by_role("button", name="Take that back").click()
    expect(link_field(page)).to_have_value(WRONG)
    expect(network(page)).to_have_accessible_name(re.compile("layers of 3 and 2 neurons"))
    expect(page.get_by_text("The picture shows 1 hidden layer, the link has 2.", exact=True)).to_be_visible()


def test_saving_the_form_does_not_end_what_is_being_taken_over(
    page: Page, live_server: Any, world: World, tmp_path: Path
) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(WRONG)
    page.get_by_label("Claimed epochs").fill("101")
    saved(page)
    row_read(add(page, tmp_path), shown())
    held: list[Route] = []
    page.route("**/adopt/", lambda route: held.append(route))  # a slow server
    with page.expect_request("**/adopt/"):
        page.get_by_role("button", name="Use 1 hidden layer of 3 neurons").click()
    page.evaluate(HEAR_OF_SAVING)
    page.get_by_label("Claimed epochs").fill("102")
    page.evaluate("saved")
    held[0].continue_()
    expect(link_field(page)).to_have_value(write_link(QUICK_SPEC))
    expect(page.get_by_label("Claimed epochs")).to_have_value("102")
    expect(page.get_by_text("The picture shows epoch 101, 1 epoch before the claimed 102.", exact=True)).to_be_visible()


def test_a_second_picture_leaves_what_was_read_from_the_first_in_its_place(
    page: Page, live_server: Any, world: World, tmp_path: Path
) -> None:
    open_page(page, live_server.url, world)
    link_field(page).fill(write_link(QUICK_SPEC))
    page.get_by_label("Claimed epochs").fill("101")
    saved(page)
    row_read(add(page, tmp_path), shown())
    expect(page.get_by_text("Agrees with your link and claim", exact=True)).to_be_visible()
    page.locator(".read").evaluate("read => { read.dataset.known = 'yes' }")
    more = tmp_path / "more.png"
    more.write_bytes(picture(size=(300, 200)).read())
    page.get_by_label("Add screenshots").set_input_files(more)
    expect(page.get_by_alt_text("Screenshot 2: more.png")).to_be_visible()
    assert page.locator(".read[data-known]").count() == 1
    row_read(str(DraftScreenshot.objects.get(original_name="more.png").picture.name), shown(epoch=50))
    expect(
        page.get_by_text("The picture shows epoch 50, 51 epochs before the claimed 101.", exact=True)
    ).to_be_visible()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    page.get_by_label("Claimed epochs").fill("50")  # both are compared with it
    expect(page.get_by_text("The picture shows epoch 101, 51 epochs after the claimed 50.", exact=True)).to_be_visible()


def test_signed_out_nothing_is_taken_from_the_page(page: Page, live_server: Any, world: World, tmp_path: Path) -> None:
    open_page(page, live_server.url, world)
    row(add(page, tmp_path))
    expect(page.get_by_text("Being read…")).to_be_visible()
    link_field(page).fill(WRONG)
    page.context.clear_cookies()
    expect(page.get_by_text("this page does not update itself any more")).to_be_visible()
    expect(link_field(page)).to_have_value(WRONG)


def test_without_javascript_there_is_a_page_with_the_same_buttons(
    plain_page: Page, live_server: Any, world: World, tmp_path: Path
) -> None:
    page = plain_page
    run = tmp_path / "run.png"
    run.write_bytes(picture(size=(640, 400)).read())
    open_page(page, live_server.url, world)
    link_field(page).fill(WRONG)
    page.get_by_label("Claimed epochs").fill("101")
    page.get_by_label("Add screenshots").set_input_files(run)
    page.get_by_role("button", name="Add these pictures").click()
    waiting = row(str(DraftScreenshot.objects.get().picture.name))
    page.get_by_role("link", name="What we read in this picture").click()
    expect(page.get_by_text("Being read…")).to_be_visible()
    waiting.delete()
    row_read(waiting.picture, shown())
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Use 1 hidden layer of 3 neurons").click()
    expect(page.get_by_text("Agrees with your link and claim", exact=True)).to_be_visible()
    page.get_by_role("link", name="Back to your hand-in").click()
    expect(page).to_have_url(re.compile(reverse("hand_in", kwargs=world.task.url_arguments())))
    expect(link_field(page)).to_have_value(write_link(QUICK_SPEC))
