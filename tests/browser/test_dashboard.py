"""The overview by keyboard: find, tick, and run a selection again; axe on the pages that only a form leads to."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from grading.models import Outcome, RerunBatch
from tests.browser.test_practice import at, no_serious_problem
from tests.browser.test_student_path import sign_in
from tests.grading.dashboard.classes import settled
from tests.world import World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    settled(world.task, world.owner)
    settled(world.task, world.classmate, Outcome.CLAIM_NOT_REPRODUCED)
    return world


def test_find_tick_and_run_a_selection_again(page: Page, live_server: Any, world: World) -> None:
    sign_in(page, live_server.url, "instructor")
    page.goto(at(world, live_server, "dashboard"))
    page.get_by_label("Outcome").select_option("Verified")
    page.get_by_role("button", name="Find").press("Enter")
    expect(page.get_by_role("link", name="Verified (take away)")).to_be_visible()
    expect(page.locator("table.class tbody tr")).to_have_count(1)
    page.get_by_label("All on this page").press("Space")
    expect(page.get_by_role("checkbox", name="Orla Owner")).to_be_checked()
    page.get_by_role("button", name="Run again …").press("Enter")
    expect(page.get_by_role("heading", name="Run again: 1 student")).to_be_visible()
    no_serious_problem(page)
    page.get_by_role("button", name="Start").press("Enter")
    page.wait_for_url("**/rerun/*/")
    assert RerunBatch.objects.get().items.get().submission.enrollment == world.owner


def test_a_refused_act_keeps_what_was_ticked(page: Page, live_server: Any, world: World) -> None:
    sign_in(page, live_server.url, "ta")
    page.goto(at(world, live_server, "dashboard"))
    page.get_by_role("button", name="Assign").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No student is chosen")
    no_serious_problem(page)
    page.get_by_role("checkbox", name="classmate").press("Space")
    page.get_by_role("button", name="Assign").press("Enter")
    expect(page.get_by_text("1 student given to ta.")).to_be_visible()
