"""The head of every page: all that a member of staff may open stands on one line, as wide as the window is."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, ViewportSize

from tests.browser.test_every_page import opened
from tests.world import World, make_world

pytestmark = pytest.mark.browser


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


@pytest.mark.parametrize("width", [768, 830, 960, 1100, 1152, 1280])
def test_all_entries_stand_on_one_line(width: int, browser: Browser, live_server: Any, world: World) -> None:
    """An instructor who is an operator, too, has the most of them. 830 pixels is what Moodle gives to a frame."""
    world.instructor.user.is_staff = True
    world.instructor.user.save()
    size = ViewportSize(width=width, height=500)
    page = opened(browser, live_server, world, "instructor", ("light", size))
    page.goto(live_server.url + reverse("course_dashboard", args=[world.course.slug]))
    assert page.locator(".nav-bar a").count() >= 9
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator("header.top").bounding_box()["height"] <= 57  # type: ignore[index]
