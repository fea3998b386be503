"""From an LMS and back, in a real browser: registered, connected, clicked in a frame, handed in, and graded there.

127.0.0.1 with another port is the same site to a browser, localhost is another one: its frames keep our cookies only
where the browser takes secure ones from this machine, as Chromium does.
"""

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import FrameLocator, Page, expect

from coursework.models import Submission
from engine.link import write_link
from grading import frames
from grading.lti.access import tokens
from grading.models import Deployment, LineItem, LmsCourse, Platform
from grading.services.lti.registering import make_registration_link
from tests.browser.test_every_page import problems
from tests.grading.graded import settle
from tests.grading.lti.lms_rows import use_one_key
from tests.lti_platform import words
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.platform import FakePlatform
from tests.lti_platform.records import Link, LmsUser, Tool
from tests.lti_platform.registered import registered
from tests.world import QUICK_SPEC, World, make_world, picture, verification_of

pytestmark = pytest.mark.browser


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    use_one_key(monkeypatch)
    cache.clear()
    yield make_world()
    tokens.clear()


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """Our address on the LMS's own site."""
    settings.PUBLIC_URL = f"http://127.0.0.1:{urlsplit(live_server.url).port}"
    return str(settings.PUBLIC_URL)


@pytest.fixture
def elsewhere(live_server: Any, settings: Any) -> str:
    """Our address on another site than the LMS's."""
    settings.PUBLIC_URL = f"http://localhost:{urlsplit(live_server.url).port}"
    return str(settings.PUBLIC_URL)


def install(school: FakePlatform, base: str, world: World) -> tuple[LmsUser, Link]:
    """A registered tool, a connected course, and a link with a column of 100 points. Returns a student and the link."""
    school.tool, school.tool_keys = Tool.at(base), None  # it asks for our keys as Moodle does
    deployment = registered(school)
    LmsCourse.objects.create(deployment=deployment, context_id="2", title="ML, group 1", course=world.course)
    custom = {"course": world.course.slug, "assignment": world.task.assignment.slug, "task": world.task.slug}
    return school.add_user("Ada", "Student"), school.add_link(custom=custom, title=world.task.title)


def hand_in(tool: Page | FrameLocator, tmp_path: Path) -> Submission:
    """Hand in by the pages, then let the result be there as if a worker had found it."""
    screenshot = tmp_path / "run.png"
    screenshot.write_bytes(picture(size=(800, 500)).read())
    tool.get_by_role("link", name="Hand in", exact=True).click()
    tool.get_by_label("Paste the whole address from your browser").fill(write_link(QUICK_SPEC))
    tool.get_by_label("Claimed epochs").fill("101")
    tool.get_by_label("Add screenshots").set_input_files(screenshot)
    expect(tool.get_by_alt_text("Screenshot 1: run.png")).to_be_visible()
    tool.get_by_role("button", name="Hand in").click()
    expect(tool.get_by_text("Received in time").first).to_be_visible()
    submission = Submission.objects.get()
    settle(verification_of(submission), 101.0)
    return submission


def courier() -> None:
    call_command("courier", once=True, stdout=StringIO())


def test_in_a_frame_a_student_hands_in_and_the_grade_arrives(
    page: Page, lms: FakePlatform, site: str, world: World, tmp_path: Path
) -> None:
    student, link = install(lms, site, world)
    page.goto(lms.launch_page(student, link))
    tool = page.frame_locator("iframe[name=tool]")
    expect(tool.get_by_role("heading", level=1)).to_have_text(world.task.title)
    submission = hand_in(tool, tmp_path)
    assert submission.enrollment.user.get_full_name() == "Ada Student"
    courier()
    assert lms.score_of(student, link) == 100
    score = lms.stored(student, link)
    assert score is not None and (score.activity, score.grading) == ("Completed", "FullyGraded")
    tool.get_by_role("link", name="Tasks").first.click()  # the whole product is there
    expect(tool.get_by_role("link", name=world.task.title).first).to_be_visible()


def test_what_the_lms_refused_is_on_the_overview_and_sent_again(
    page: Page, lms: FakePlatform, site: str, world: World, tmp_path: Path
) -> None:
    student, link = install(lms, site, world)
    page.goto(lms.launch_page(student, link))
    hand_in(page.frame_locator("iframe[name=tool]"), tmp_path)
    lms.faults.error_rate, lms.faults.statuses, lms.faults.paths = 1.0, (400,), "scores"
    courier()
    page.context.clear_cookies()
    for name, morsel in world.client("instructor").cookies.items():
        page.context.add_cookies([{"name": name, "value": morsel.value, "url": site}])
    page.goto(f"{site}/courses/{world.course.slug}/dashboard/")
    expect(page.get_by_text("1 grade did not arrive in the LMS")).to_be_visible()
    page.get_by_role("link", name="See what the LMS said").click()
    expect(page.get_by_text("Made up error 400.")).to_be_visible()
    assert lms.score_of(student, link) is None
    lms.faults.error_rate = 0.0
    page.get_by_role("button", name=re.compile("^Send again")).first.click()
    expect(page.get_by_text("sent again now")).to_be_visible()
    page.wait_for_timeout(1000)  # Moodle counts whole seconds, so no two scores are sent within one
    courier()
    assert lms.score_of(student, link) == 100
    page.goto(f"{site}/courses/{world.course.slug}/dashboard/")
    expect(page.get_by_text("did not arrive in the LMS")).to_be_hidden()


def test_in_a_new_window_too(page: Page, lms: FakePlatform, site: str, world: World, tmp_path: Path) -> None:
    student, link = install(lms, site, world)
    page.goto(lms.launch_page(student, link, window="new"))
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Open the tool").click()
    tool = opened.value
    expect(tool.get_by_role("heading", level=1)).to_have_text(world.task.title)
    hand_in(tool, tmp_path)
    courier()
    assert lms.score_of(student, link) == 100


def test_where_a_frame_keeps_no_cookies_a_new_window_opens(
    page: Page, lms: FakePlatform, elsewhere: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "_takes_partitioned", lambda _request: False)  # as over http with another browser
    student, link = install(lms, elsewhere, world)
    page.goto(lms.launch_page(student, link))
    tool = page.frame_locator("iframe[name=tool]")
    with page.expect_popup() as opened:
        tool.get_by_role("link", name="Open in a new window").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(world.task.title)
    assert opened.value.url.startswith(elsewhere)


@pytest.mark.parametrize("address", ["site", "elsewhere"])
def test_from_registering_in_a_frame_to_a_link_in_the_course(
    page: Page, lms: FakePlatform, address: str, world: World, request: pytest.FixtureRequest
) -> None:
    """An administrator registers, an instructor connects the course at the first launch and chooses an assignment."""
    site = request.getfixturevalue(address)
    lms.tool_keys = None
    _, token = make_registration_link(by=world.operator)
    page.goto(lms.register_page(f"{site}/lti/register/{token}/"))
    tool = page.frame_locator("iframe[name=tool]")
    expect(tool.get_by_role("heading", level=1)).to_contain_text("Register Playground Coursework with 127.0.0.1")
    tool.get_by_role("button", name="Register").click()
    expect(tool.get_by_text("activate it")).to_be_visible()
    tool.get_by_role("button", name="Close and go back").click()
    expect(page).to_have_title("Closed by the tool")
    assert (Platform.objects.get().issuer, Deployment.objects.count()) == (lms.base, 1)
    lms.activate()

    teacher = lms.add_instructor()
    page.goto(lms.launch_page(teacher, deep="yes"))
    expect(tool.get_by_role("heading", level=1)).to_contain_text("Connect")
    tool.get_by_label("Title").fill("Machine Learning")
    tool.get_by_role("button", name=re.compile("Connect|Make the course")).click()
    expect(tool.get_by_role("link", name="Set up the course")).to_be_visible()
    course = LmsCourse.objects.get().course
    assert course.title == "Machine Learning"
    world.task.assignment.course = course
    world.task.assignment.save()

    page.goto(lms.launch_page(teacher, deep="yes"))
    tool.get_by_label(world.task.assignment.title).check()
    tool.get_by_role("button", name="Add", exact=True).click()
    expect(tool.get_by_role("heading", level=1)).to_have_text("Activities added")
    made = list(lms.links.values())[-1]
    assert lms.item_of(made).maximum > 0
    assert lms.deep_linked[0][f"{words.LTI}deployment_id"] == lms.deployment_id

    student = lms.add_user()
    page.context.clear_cookies()
    page.goto(lms.launch_page(student, made))
    expect(tool.get_by_role("heading", level=1)).to_contain_text(world.task.title)
    assert LineItem.objects.get().url == lms.item_url(lms.item_of(made))


def test_the_page_that_registers_is_accessible(page: Page, lms: FakePlatform, site: str, world: World) -> None:
    _, token = make_registration_link(by=world.operator)
    asked = f"{site}/lti/register/{token}/?openid_configuration={lms.configuration_url}&registration_token=x"
    assert problems(page, asked) == []
    assert Client().get(asked.removeprefix(site)).status_code == 200
