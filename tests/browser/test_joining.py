"""A new person comes with a course code, and staff set up their second step, in a real browser."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Page, expect

from coursework.models import Enrollment
from tests.coursework.accounts.school import CLIENT_ID, CLIENT_SECRET, running_school
from tests.coursework.accounts.totp import code_now
from tests.world import PASSWORD, World, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    world = make_world()
    world.course.join_code = "K7Q4-9XRB"
    world.course.save()
    return world


def accessible(page: Page) -> None:
    """Nothing serious or critical; without the colours' gliding from one to the other, which is seen as neither."""
    found = Axe().run(page).response["violations"]
    assert [each["id"] for each in found if each["impact"] in ("serious", "critical")] == []


def type_into(page: Page, label: str, text: str) -> None:
    """Go on by the Tab key until the field has focus, and type."""
    field = page.get_by_label(label, exact=True)
    for _ in range(30):
        if field.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(field).to_be_focused()
    page.keyboard.type(text)


def test_from_a_code_to_the_course_by_keyboard(page: Page, live_server: Any, world: World) -> None:
    page.goto(f"{live_server.url}/join/")
    accessible(page)
    type_into(page, "Course code", "k7q49xrb")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Join {world.course.title}")
    accessible(page)
    page.get_by_role("link", name="Make an account").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Make an account")
    accessible(page)
    type_into(page, "First name", "Ada")
    type_into(page, "Last name", "Lovelace")
    type_into(page, "E-mail", "ada@example.edu")
    type_into(page, "Password", "a long passphrase")
    type_into(page, "Password, once more", "a long passphrase")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")

    link = re.search(r"http://\S+", str(mail.outbox[0].body))
    assert link is not None
    page.goto(link[0])
    page.get_by_role("button", name="Yes, confirm").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")
    expect(page.get_by_text(f"You are in {world.course.title}.")).to_be_visible()
    expect(page.get_by_role("link", name=world.task.title).first).to_be_visible()
    assert Enrollment.objects.get(user__email="ada@example.edu").course == world.course


def test_a_wrong_code_keeps_what_was_typed_and_leads_back_to_it(page: Page, live_server: Any, world: World) -> None:
    page.goto(f"{live_server.url}/join/")
    page.get_by_label("Course code").fill("2222-2222")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    alert.get_by_role("link", name="Course code").press("Enter")
    expect(page.get_by_label("Course code")).to_be_focused()
    expect(page.get_by_label("Course code")).to_have_value("2222-2222")


def test_staff_set_up_the_second_step_and_sign_in_with_it(
    page: Page, live_server: Any, world: World, settings: Any
) -> None:
    settings.STAFF_MFA = "required"
    _sign_in(page, live_server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up the second step")
    accessible(page)
    picture = page.get_by_role("img", name="QR code")
    assert picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")  # the policy lets it through
    page.get_by_label("Code, six digits").fill(code_now(page.locator(".secret").inner_text()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    accessible(page)
    recovery_code = page.locator(".codes code").first.inner_text()
    page.get_by_role("link", name="I have kept them, go on").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")

    page.context.clear_cookies()
    _sign_in(page, live_server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    accessible(page)
    page.get_by_label("Code", exact=True).fill(recovery_code)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")


def _sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Username or e-mail").fill("instructor")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")


def test_the_account_page(page: Page, live_server: Any, world: World) -> None:
    page.goto(f"{live_server.url}/account/")
    page.get_by_label("Username or e-mail").fill("owner")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")
    accessible(page)
    page.get_by_label(f"Show me by my own name in {world.course.title}").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your account is saved.")).to_be_visible()
    assert Enrollment.objects.get(pk=world.owner.pk).show_name
    page.get_by_role("link", name="Change the e-mail address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("E-mail")
    accessible(page)
    page.get_by_label("New address").fill("olive@home.example")
    page.get_by_role("button", name="Change the address").click()
    expect(page.get_by_text("olive@home.example is not confirmed yet")).to_be_visible()
    assert mail.outbox[0].to == ["olive@home.example"]


def test_the_school_s_button_leads_there_and_back_under_our_policy(
    page: Page, live_server: Any, world: World, settings: Any
) -> None:
    with running_school() as school:
        school.person = {"sub": "1", "email": "ada@example.edu", "email_verified": True, "name": "Ada Lovelace"}
        app = {
            "provider_id": "school",
            "name": "Example University",
            "client_id": CLIENT_ID,
            "secret": CLIENT_SECRET,
            "settings": {"server_url": school.url, "oauth_pkce_enabled": True},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        settings.CONTENT_SECURITY_POLICY = {
            "DIRECTIVES": {**directives, "form-action": [*directives["form-action"], school.url]}
        }
        page.goto(live_server.url)
        accessible(page)
        page.get_by_role("button", name="Sign in with Example University").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Tasks")
        expect(page.locator(".who")).to_contain_text("Ada Lovelace")
