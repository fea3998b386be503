"""An instructor's way from nothing to a task that can be handed in, in a real browser."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from coursework.models import SeedDrawing, Task
from coursework.services.seed_drawing import run_drawing
from tests.world import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.fixture
def teacher(page: Page, live_server: Any, world: World) -> Page:
    """A browser in which the instructor has signed in."""
    cookie = world.client("instructor").cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return page


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def nothing_serious(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []


def test_from_nothing_to_a_task_with_seeds(teacher: Page, live_server: Any, broker: Any) -> None:
    page = teacher
    page.goto(f"{live_server.url}/setup/")
    nothing_serious(page)
    page.get_by_role("link", name="New course").click()
    page.get_by_label("Title").fill("Spring course")
    page.get_by_label("Time zone").fill("Europe/Zurich")
    nothing_serious(page)
    page.get_by_role("button", name="Make the course").click()
    expect(heading(page)).to_have_text("Spring course")
    page.get_by_role("button", name="Make a join code").click()
    expect(page.locator(".join-code")).to_have_text(re.compile(r"^[2-9A-Z]{4}-[2-9A-Z]{4}$"))
    nothing_serious(page)

    # The whole form by keyboard: a day that the clocks skip is refused, and what was typed is still there
    page.get_by_role("link", name="New assignment").press("Enter")
    page.get_by_label("Title").fill("Playground")
    page.get_by_label("Opens").fill("2027-03-01T08:00")
    page.get_by_label("Due").fill("2027-03-28T02:30")
    page.get_by_label("Title").press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("02:30 on 28 March 2027 does not exist in Europe/Zurich")
    expect(page.get_by_label("Opens")).to_have_value("2027-03-01T08:00")
    page.get_by_label("Due").fill("2027-03-28T23:59")
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_text("Sun 28 Mar 2027, 23:59")).to_be_visible()

    page.get_by_role("link", name="New task").click()
    page.get_by_role("link", name="Task A: Circle").click()
    page.get_by_label("Most epochs").fill("800")
    page.get_by_label("Points at most").fill("50")
    expect(page.get_by_role("table")).to_contain_text("not within 800")  # drawn anew while typing
    expect(page.get_by_role("table")).to_contain_text("30.0")
    page.get_by_label("Instructions").fill("Read **this** first.")
    expect(page.get_by_role("region", name="As students see it").locator("strong")).to_have_text("this")
    nothing_serious(page)
    page.get_by_role("button", name="Make the task").click()

    expect(heading(page)).to_have_text("Course seeds of Task A: Circle")
    page.get_by_label("How many seeds").fill("1")
    page.get_by_role("button", name="Draw seeds").click()
    expect(page.get_by_role("status").filter(has_text="Waiting for a worker")).to_be_visible()
    nothing_serious(page)
    assert run_drawing(drawing_id=SeedDrawing.objects.get().pk)  # as the worker does
    expect(page.get_by_text("1 drawn")).to_be_visible()  # the page has followed by itself
    task = Task.objects.get(assignment__course__slug="spring-course")
    expect(page.get_by_role("row", name=re.compile(task.course_seeds.get().seed))).to_be_visible()
    nothing_serious(page)


def test_allowed_values_are_changed_with_the_keyboard_only(teacher: Page, live_server: Any, world: World) -> None:
    page = teacher
    page.goto(f"{live_server.url}/setup/ml-1/assignments/playground/tasks/circle/")
    line = page.locator("summary", has_text="Learning rate")
    line.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("group", name="Learning rate").get_by_label("0.1", exact=True)
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    world.task.refresh_from_db()
    assert world.task.allowed_settings["learning_rate"] == [0.03, 0.1]


def test_a_course_is_copied_without_any_script(teacher: Page, live_server: Any, world: World) -> None:
    page = teacher
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{live_server.url}/setup/ml-1/copy/")
    page.get_by_label("Title").fill("Next term")
    page.get_by_role("button", name="Copy the course").click()
    expect(heading(page)).to_have_text("Next term")
    page.get_by_role("link", name="Task A: Circle", exact=True).click()
    page.get_by_label("Points at most").fill("70")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("table")).to_contain_text("70.0")
    expect(page.get_by_label("Points at most")).to_have_value("70")
