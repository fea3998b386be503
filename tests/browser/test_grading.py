"""The grading page in a browser: three students graded by keyboard alone, and two people at one grade."""

import re
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from coursework.models import Enrollment, Role
from coursework.services.courses import enroll
from grading.grades.keys import grading_url
from grading.grades.reading import grade_of
from grading.models import RubricGroup, SavedComment
from tests.browser.keyboard import wait_until_shown
from tests.browser.test_student_path import sign_in
from tests.grading.evidence.rows import differing
from tests.grading.graded import settled
from tests.grading.grading_page.rows import item
from tests.world import World, make_user, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    item(world.task, "Typo", "-1")
    item(world.task, "No axis labels", "-0.5", position=2)
    report = RubricGroup.objects.create(task=world.task, title="Report", one_only=True)
    item(world.task, "Good", "-2", report)
    item(world.task, "Missing", "-4", report, position=2)
    SavedComment.objects.create(task=world.task, title="New link", text="Please hand in the new link.")
    return world


@pytest.fixture
def students(world: World) -> list[Enrollment]:
    """Three students who handed in, in the order in which they are graded."""
    people = []
    for n, name in enumerate(("Alder", "Birch", "Cedar")):
        people.append(enroll(course=world.course, user=make_user(f"s{n}", first_name="Sam", last_name=name)))
        differing(settled(world.task, people[-1]).submission)
    return people


@pytest.fixture
def two_browsers(browser: Browser, live_server: Any, world: World) -> Iterator[tuple[Page, Page]]:
    """Two members of staff, each in a browser of their own."""
    toni = make_user("toni", first_name="Toni", last_name="Tamarack")
    enroll(course=world.course, user=toni, role=Role.TEACHING_ASSISTANT)
    pages = []
    for name in ("ta", "toni"):
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        sign_in(page, live_server.url, name)
        pages.append(page)
    yield pages[0], pages[1]
    for page in pages:
        page.context.close()


def start(world: World) -> str:
    return reverse("grading_start", kwargs=world.task.url_arguments()) + "?show=ungraded"


def total(world: World, student: Enrollment) -> Decimal | None:
    return grade_of(world.task, student).result.total


def test_three_are_graded_by_keyboard_alone(
    page: Page, live_server: Any, world: World, students: list[Enrollment]
) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(live_server.url + start(world))
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Sam Alder, Task A: Circle")
    wait_until_shown(page)
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("2")  # and off again
    expect(page.get_by_label("Typo")).to_be_checked()
    expect(page.get_by_label("No axis labels")).not_to_be_checked()
    expect(page.locator("#total")).to_contain_text("9.0 of 10")
    page.keyboard.press("c")
    page.keyboard.type("Seed 3 of 1 u?")  # while one writes, keys are letters
    page.keyboard.press("Control+Enter")
    expect(heading).to_have_text("Sam Birch, Task A: Circle")
    wait_until_shown(page)
    page.keyboard.press("4")
    page.keyboard.press("3")
    expect(page.get_by_label("Good")).to_be_checked()
    page.keyboard.press("3")
    expect(page.get_by_label("None of these")).to_be_checked()
    page.keyboard.press("4")
    page.keyboard.press("Control+Enter")
    expect(heading).to_have_text("Sam Cedar, Task A: Circle")
    wait_until_shown(page)
    page.keyboard.press("Control+Enter")
    expect(heading).to_have_text("All graded here")
    assert [total(world, one) for one in students] == [Decimal("9.0"), Decimal("6.0"), Decimal("10.0")]
    row = grade_of(world.task, students[0]).row
    assert row is not None and row.comment == "Seed 3 of 1 u?"


def test_keys_move_zoom_and_show_their_list_and_can_be_switched_off(
    page: Page, live_server: Any, world: World, students: list[Enrollment]
) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(live_server.url + grading_url(world.task, students[1].pk))
    heading = page.get_by_role("heading", level=1)
    page.keyboard.press("k")
    expect(heading).to_contain_text("Sam Alder")
    wait_until_shown(page)
    page.keyboard.press("j")
    expect(heading).to_contain_text("Sam Birch")
    wait_until_shown(page)
    page.keyboard.press("u")
    expect(heading).to_contain_text("Sam Cedar")
    wait_until_shown(page)
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="100 %")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("h")
    expect(page.locator(".frames")).to_be_hidden()
    page.keyboard.press("c")
    expect(page.get_by_label("Comment to the student")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_text("save and next, from anywhere")).to_be_visible()
    page.get_by_label("Single keys act on this page").uncheck()
    page.locator("main").focus()
    page.keyboard.press("1")
    expect(page.get_by_label("Typo")).not_to_be_checked()


def test_the_page_is_not_drawn_before_its_keys_act(
    page: Page, live_server: Any, world: World, students: list[Enrollment]
) -> None:
    """Nor in browsers that don't know `blocking`, as Firefox 153."""
    address = live_server.url + grading_url(world.task, students[0].pk)

    def late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    def unknown(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace('blocking="render"', ""))

    sign_in(page, live_server.url, "ta")
    page.route("**/keys*.js", late)
    page.route(address, unknown)
    page.goto(address)
    drawn = page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    there = page.evaluate(
        "() => performance.getEntriesByType('resource').find(({ name }) => name.includes('keys')).responseEnd"
    )
    assert drawn.json_value() > there > 500


def test_a_saved_comment_is_inserted_where_one_writes(
    page: Page, live_server: Any, world: World, students: list[Enrollment]
) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(live_server.url + grading_url(world.task, students[0].pk))
    comment = page.get_by_label("Comment to the student")
    comment.fill("Hello.")
    page.get_by_text("Saved comments", exact=True).click()
    page.get_by_role("button", name="Insert").click()
    expect(comment).to_have_value("Hello.\n\nPlease hand in the new link.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("saved, 10.0 of 10.0")).to_be_visible()


def test_enter_in_a_field_saves(page: Page, live_server: Any, world: World, students: list[Enrollment]) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(live_server.url + grading_url(world.task, students[0].pk))
    page.get_by_label("Adjustment").fill("-1.5")
    page.get_by_label("Why adjusted").fill("Late to the talk.")
    page.keyboard.press("Enter")
    expect(page.get_by_text("saved, 8.5 of 10.0")).to_be_visible()
    assert total(world, students[0]) == Decimal("8.5")


def test_two_people_see_each_other_and_neither_overwrites_by_accident(
    live_server: Any, world: World, students: list[Enrollment], two_browsers: tuple[Page, Page]
) -> None:
    ta, toni = two_browsers
    address = live_server.url + grading_url(world.task, students[0].pk)
    toni.goto(address)
    expect(toni.locator("#presence-shown")).to_have_count(1)
    ta.wait_for_timeout(500)  # until the first sign is stored
    ta.goto(address)
    expect(ta.get_by_text("Toni Tamarack has this page open too, since")).to_be_visible()
    toni.keyboard.press("1")
    toni.get_by_role("button", name="Save", exact=True).click()
    expect(toni.get_by_text("saved, 9.0 of 10.0")).to_be_visible()
    ta.keyboard.press("2")
    ta.keyboard.press("Control+Enter")
    conflict = ta.get_by_role("alert")
    expect(conflict).to_contain_text("Toni Tamarack saved this grade at")
    expect(conflict.get_by_role("row", name=re.compile("Rubric"))).to_contain_text("Typo −1.0")
    expect(ta.get_by_label("No axis labels")).to_be_checked()
    assert total(world, students[0]) == Decimal("9.0")
    conflict.get_by_role("button", name="Save mine over it").click()
    expect(ta.get_by_text("saved, 9.5 of 10.0")).to_be_visible()
    assert total(world, students[0]) == Decimal("9.5")


def test_without_a_script_the_page_grades_as_well(
    browser: Browser, live_server: Any, world: World, students: list[Enrollment]
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    for name, morsel in world.client("ta").cookies.items():
        context.add_cookies([{"name": name, "value": morsel.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + grading_url(world.task, students[0].pk))
    page.get_by_label("Typo").check()
    page.get_by_text("Saved comments", exact=True).click()
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_label("Typo")).to_be_checked()
    expect(page.get_by_label("Comment to the student")).to_have_value("Please hand in the new link.")
    page.get_by_role("button", name="Save and next").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sam Birch")
    context.close()
    assert total(world, students[0]) == Decimal("9.0")
