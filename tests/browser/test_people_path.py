"""An instructor's way: a roster from file to course, and an extension by the keyboard alone."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from coursework.models import Enrollment, Extension, Section
from tests.world import PASSWORD, World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def open_as_instructor(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}{path}")
    page.get_by_label("Username or e-mail").fill("instructor")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_roster_from_file_to_course(page: Page, live_server: Any, world: World, tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text("Benutzername;Name;Gruppe\nowner;;Lab 1\nn1;Nia New;Lab 1\nn2;Ned;dean;x\n", encoding="cp1252")
    open_as_instructor(page, live_server.url, "/setup/ml-1/people/")
    expect(page.get_by_role("row", name=re.compile("Orla Owner"))).to_be_visible()
    page.get_by_role("link", name="Roster by CSV").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("What the roster would change")
    expect(page.get_by_role("row", name=re.compile("Orla Owner"))).to_contain_text("Section: none")
    expect(page.get_by_role("row", name=re.compile("Nia New"))).to_contain_text("Lab 1")
    expect(page.get_by_role("row", name=re.compile("quotation marks"))).to_contain_text("x")
    assert_accessible(page)
    page.get_by_role("button", name="Apply the 2 good rows, leave out 1").click()

    expect(page.get_by_role("status").first).to_contain_text("Roster applied: 1 added, 1 changed, 1 left out.")
    expect(page.get_by_role("row", name=re.compile("Nia New"))).to_contain_text("Lab 1")
    # Finding needs no button where scripts run.
    page.get_by_label("Find", exact=True).press_sequentially("nia")
    expect(page.get_by_role("row", name=re.compile("Orla Owner"))).to_have_count(0)
    expect(page.get_by_role("row", name=re.compile("Nia New"))).to_be_visible()
    expect(page).to_have_url(re.compile("q=nia"))
    assert_accessible(page)


def test_an_extension_by_the_keyboard_alone(page: Page, live_server: Any, world: World) -> None:
    Enrollment.objects.filter(pk=world.owner.pk).update(
        section=Section.objects.create(course=world.course, name="Lab 1")
    )
    due_at = (world.task.assignment.due_at + timedelta(days=40)).replace(hour=10, minute=59, second=0, microsecond=0)
    open_as_instructor(page, live_server.url, "/setup/ml-1/extensions/")
    page.get_by_role("link", name="Grant an extension").press("Enter")
    page.get_by_label("For", exact=True).focus()
    page.keyboard.type("Lab")
    page.keyboard.press("Tab")  # there is one assignment, which is chosen
    page.keyboard.press("Tab")
    page.keyboard.type(f"{due_at:%m%d%Y}")
    page.keyboard.press("Tab")
    page.keyboard.type("1159PM")
    page.get_by_label("Reason").focus()
    page.keyboard.type("Fire drill")
    page.keyboard.press("Enter")

    shown = page.get_by_role("status")
    expect(shown).to_be_focused()
    expect(shown).to_contain_text(f"Orla Owner: due {due_at:%a} {due_at.day} {due_at:%b %Y}, 23:59 instead of")
    assert_accessible(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Grant the extension")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name=re.compile("Lab 1"))).to_contain_text("Fire drill")
    granted = Extension.objects.get()
    assert granted.section is not None and granted.due_at > timezone.now() + timedelta(days=30)
