"""Django's admin has scripts and styles of its own: do they pass the strict policy that all our pages have?"""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def operator(live_server: LiveServer) -> str:
    get_user_model().objects.create_superuser("operator", "operator@example.edu", "a long passphrase")
    return "operator"


def test_an_operator_signs_in_and_uses_what_the_admins_scripts_make(
    page: Page, live_server: LiveServer, operator: str
) -> None:
    page.goto(f"{live_server.url}/operations/admin/")
    page.get_by_label("Username or e-mail").fill(operator)
    page.get_by_label("Password", exact=True).fill("a long passphrase")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    # Two lists side by side that only a script makes, out of a plain one.
    page.goto(f"{live_server.url}/operations/admin/auth/group/add/")
    expect(page.get_by_role("listbox", name="Chosen permissions")).to_be_visible()
    page.get_by_label("Name:").fill("Operators")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
