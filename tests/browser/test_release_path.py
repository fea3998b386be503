"""From released points to a second look and its answer, in a browser: instructor, student and assistant in turn."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from grading.models import Grade, GradingPolicy, RegradeRequest, ReleaseMode
from tests.browser.test_student_path import sign_in
from tests.grading.graded import settled
from tests.world import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    GradingPolicy.objects.filter(task=world.task).update(release=ReleaseMode.MANUAL)
    settled(world.task, world.owner)
    settled(world.task, world.classmate)
    return world


def as_somebody(page: Page, live_server: Any, who: str, address: str) -> None:
    page.context.clear_cookies()
    sign_in(page, live_server.url, who)
    page.goto(f"{live_server.url}{address}")


def test_released_asked_about_answered_and_closed(page: Page, live_server: Any, world: World) -> None:
    task = reverse("task", kwargs=world.task.url_arguments())
    as_somebody(page, live_server, "owner", task)
    expect(page.get_by_text("Points are not released yet")).to_be_visible()

    as_somebody(page, live_server, "instructor", reverse("release", kwargs=world.task.url_arguments()))
    page.get_by_label("Tick all on this page").check()
    page.get_by_label("Tick classmate").uncheck()
    page.get_by_role("button", name="Release the ticked ones").click()
    expect(page.get_by_role("heading", name="Release 1 grade?")).to_be_visible()
    page.get_by_role("button", name="Release 1 grade").click()
    expect(page.get_by_text("Released: 1 grade.")).to_be_visible()
    assert Grade.objects.get(release_state="released").enrollment == world.owner

    as_somebody(page, live_server, "owner", task)
    expect(page.get_by_text("10.0 of 10.0 points")).to_be_visible()
    page.get_by_role("link", name="Ask for a second look").click()
    page.get_by_label("The automatic points").check()
    page.get_by_label("Why?").fill("The seed is another one")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Sent. A person looks at it")).to_be_visible()

    as_somebody(page, live_server, "ta", reverse("regrades", kwargs={"course": world.course.slug}))
    page.get_by_role("link", name="Orla Owner").click()
    expect(page.get_by_text("The seed is another one").first).to_be_visible()
    page.get_by_label("Declined").check()
    page.get_by_label("Answer to the student").fill("It is the *same* seed")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_role("heading", name="Declined")).to_be_visible()

    as_somebody(page, live_server, "owner", task)
    expect(page.get_by_text("It is the same seed")).to_be_visible()
    page.get_by_role("button", name="That settles it, thank you").click()
    expect(page.get_by_text("Closed").first).to_be_visible()
    assert RegradeRequest.objects.get().state == "closed"
