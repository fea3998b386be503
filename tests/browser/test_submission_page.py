"""A submission in a real browser: the curve grows, the page settles by itself, charts download, print is right."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from coursework.models import Submission
from engine.spec import Spec
from grading.services.verification import run_verification
from tests.browser.test_student_path import SETTLED, sign_in
from tests.world import World, hand_in, make_task, make_world, verification_of


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def open_page(page: Page, live_server: Any, submission: Submission, *, signed_in: bool = False) -> None:
    if not signed_in:
        sign_in(page, live_server.url, "owner")
    address = reverse("submission", kwargs={"receipt_number": submission.receipt_number})
    page.goto(f"{live_server.url}{address}")


def test_the_curve_grows_and_the_page_settles_by_itself(
    page: Page, live_server: Any, worker: Any, world: World
) -> None:
    sign_in(page, live_server.url, "owner")
    # One neuron never gets there, so that there is time to watch; on one's way to the page the run has begun.
    seeds = tuple(f"0.{number}" for number in range(1, 11))
    task = make_task(world.course, slug="long", seeds=seeds, max_epochs=20_000)
    submission = hand_in(task, world.owner, spec=Spec(hidden_layers=(1,), seed="0.5"), claimed_epochs=500)
    said: list[str] = []
    page.expose_function("heard", lambda words: said.append(words))
    open_page(page, live_server, submission, signed_in=True)
    page.evaluate(
        "new MutationObserver(() => heard(document.getElementById('stage').textContent))"
        ".observe(document.getElementById('stage'), {childList: true, characterData: true, subtree: true})"
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Received in time: we are checking your run")
    expect(page.get_by_text(submission.content_hash)).to_be_visible()

    curve = page.get_by_role("img", name=re.compile("Loss by epoch"))
    expect(curve).to_be_visible(timeout=SETTLED)
    expect(page.get_by_role("status").first).to_have_text("A worker is retraining the link.")
    first = curve.get_attribute("aria-label")
    expect(curve).not_to_have_attribute("aria-label", first or "", timeout=SETTLED)  # it has grown

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Target not reached within 20,000 epochs", timeout=2 * SETTLED)
    assert len(said) == len(set(said)) <= 3  # a stage is announced once, an epoch never


def settled(world: World) -> Submission:
    submission = hand_in(world.task, world.owner)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    return submission


def test_charts_download_by_keyboard(page: Page, live_server: Any, world: World, tmp_path: Path) -> None:
    submission = settled(world)
    open_page(page, live_server, submission)
    for name, kind in (("all data of the loss (CSV)", "csv"), ("picture of the loss (SVG)", "svg")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name).press("Enter")
        assert waiting.value.suggested_filename == f"{submission.receipt_number}-loss.{kind}"
        waiting.value.save_as(tmp_path / f"loss.{kind}")
    assert (tmp_path / "loss.csv").read_text().startswith("epoch,training_loss,test_loss")
    assert ET.parse(tmp_path / "loss.svg").getroot().tag.endswith("svg")


def test_a_downloaded_picture_has_its_colours(page: Page, live_server: Any, world: World) -> None:
    submission = settled(world)
    sign_in(page, live_server.url, "owner")
    names = {"receipt_number": submission.receipt_number, "name": "loss", "kind": "svg"}
    text = page.request.get(f"{live_server.url}{reverse('submission_chart', kwargs=names)}").text()
    page.goto("about:blank")
    page.set_content(text.split("?>", 1)[1])
    colour = page.locator("path.l-test").evaluate("element => getComputedStyle(element).stroke")
    assert colour == "rgb(8, 119, 189)"


def test_print_is_the_result_alone_light_and_with_all_data_open(page: Page, live_server: Any, world: World) -> None:
    submission = settled(world)
    page.emulate_media(color_scheme="dark")
    open_page(page, live_server, submission)
    expect(page.get_by_role("region", name="Loss")).to_be_hidden()
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("region", name="Loss")).to_be_visible()
    expect(page.get_by_text(f"{world.course.title}, {world.task.title}, attempt 1 of Orla Owner")).to_be_visible()
    for hidden in (page.locator("header.top"), page.locator("footer"), page.locator(".downloads").first):
        expect(hidden).to_be_hidden()
    expect(page.get_by_role("link", name="Open exactly this run")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("width", [1440, 800, 360])
def test_no_page_scrolls_sideways_and_one_size_of_the_network_shows(
    width: int, page: Page, live_server: Any, world: World
) -> None:
    submission = settled(world)
    open_page(page, live_server, submission)
    page.set_viewport_size({"width": width, "height": 900})
    shown = page.locator(".net").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().width > 0).map(one => one.getAttribute('class'))"
    )
    assert shown == [{1440: "net at-wide", 800: "net at-middle", 360: "net at-narrow"}[width]]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
