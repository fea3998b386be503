"""Signing in by the school's own server, and whose account that opens."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse
from environ import Env

from coursework.models import Course, Enrollment, Role, User
from coursework.runtime.account_settings import account_settings
from coursework.services.courses import enroll
from tests.coursework.accounts.school import CLIENT_ID, CLIENT_SECRET, School, running_school
from tests.coursework.accounts.totp import code_now, set_up
from tests.world import PASSWORD, make_course, make_user

START = "/accounts/oidc/school/login/"
CALLBACK = f"{START}callback/"
ADA = {
    "sub": "42",
    "email": "ada@example.edu",
    "email_verified": True,
    "given_name": "Ada",
    "family_name": "Lovelace",
    "preferred_username": "alovelace",
}


@pytest.fixture
def school(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[School]:
    with running_school() as school:
        monkeypatch.setenv("OIDC_ISSUER", school.url)
        monkeypatch.setenv("OIDC_CLIENT_ID", CLIENT_ID)
        monkeypatch.setenv("OIDC_CLIENT_SECRET", CLIENT_SECRET)
        monkeypatch.setenv("OIDC_NAME", "Example University")
        for name, value in account_settings(Env(), production=False, proxies=0).items():
            if name.startswith("SOCIALACCOUNT_"):
                setattr(settings, name, value)
        school.person = dict(ADA)
        yield school


def go(client: Client, *, process: str = "login", next_page: str = "/") -> Any:
    """Press the button and come back from the school, as a browser does."""
    to_school = client.post(START, {"process": process, "next": next_page})["Location"]
    back = requests.get(to_school, allow_redirects=False, timeout=5).headers["Location"]
    return client.get(f"{urlsplit(back).path}?{urlsplit(back).query}")


def signed_in_as(client: Client) -> str | None:
    pk = client.session.get("_auth_user_id")
    return User.objects.get(pk=pk).username if pk else None


def heading(response: Any) -> str:
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode())
    assert found is not None
    return found[1]


# --- The button --------------------------------------------------------------------------------------------------


def test_the_button_stands_there_once_a_school_is_set(client: Client, school: School) -> None:
    assert "Sign in with Example University" in client.get(reverse("account_login")).content.decode()


@pytest.mark.django_db
def test_without_a_school_there_is_no_button_and_no_address(client: Client) -> None:
    assert "Sign in with" not in client.get(reverse("account_login")).content.decode()
    assert client.get(START).status_code == client.post(START).status_code == client.get(CALLBACK).status_code == 404
    client.force_login(make_user("ada"))
    assert "School account" not in client.get(reverse("account_settings")).content.decode()
    assert "no sign-in by a school" in client.get(reverse("socialaccount_connections")).content.decode()


def test_a_mere_link_leads_nowhere_without_asking(client: Client, school: School) -> None:
    response = client.get(START)
    assert (response.status_code, heading(response)) == (200, "Sign in with Example University")


# --- New people --------------------------------------------------------------------------------------------------


def test_a_new_person_gets_an_account_and_no_course(client: Client, school: School) -> None:
    make_course()
    assert go(client)["Location"] == "/"
    user = User.objects.get()
    assert (user.display_name, user.email, user.username) == ("Ada Lovelace", "ada@example.edu", "alovelace")
    assert signed_in_as(client) == "alovelace"
    assert not user.has_usable_password()
    assert not Enrollment.objects.exists()
    assert mail.outbox == []  # the school has confirmed the address


def test_a_new_person_who_came_with_a_code_is_in_its_course(client: Client, school: School) -> None:
    Course.objects.create(slug="ml", title="ML", join_code="K7Q4-9XRB")
    client.get("/join/K7Q4-9XRB/")
    go(client)
    assert Enrollment.objects.get().user.username == "alovelace"


def test_the_second_time_it_is_the_same_account_whatever_the_address_is_now(client: Client, school: School) -> None:
    go(client)
    school.person["email"] = "ada.lovelace@example.edu"
    again = Client()
    go(again)
    assert signed_in_as(again) == "alovelace"
    assert User.objects.count() == 1


def test_a_user_name_that_somebody_has_is_not_taken_over(client: Client, school: School) -> None:
    make_user("alovelace", email="somebody@example.edu")
    go(client)
    assert User.objects.get(email="ada@example.edu").username != "alovelace"


@pytest.mark.parametrize("verified", [False, None, "false", "true", 0, []])
def test_an_address_that_the_school_has_not_confirmed_is_confirmed_by_mail(
    client: Client, school: School, verified: Any
) -> None:
    school.person["email_verified"] = verified
    response = go(client)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert signed_in_as(client) is None
    assert mail.outbox[0].to == ["ada@example.edu"]


def test_a_school_that_tells_no_address_has_it_asked_for_and_confirmed(client: Client, school: School) -> None:
    del school.person["email"]
    response = go(client)
    assert response["Location"] == reverse("socialaccount_signup")
    assert heading(client.get(response["Location"])) == "Who are you?"
    fields = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@home.example"}
    client.post(response["Location"], fields)
    assert signed_in_as(client) is None
    assert mail.outbox[0].to == ["ada@home.example"]


# --- Accounts that are there already -----------------------------------------------------------------------------


def test_an_account_entered_by_staff_belongs_to_who_has_its_address_at_the_school(
    client: Client, school: School
) -> None:
    enroll(course=make_course(), user=make_user("ada", email="Ada@Example.edu".lower()))
    go(client)
    assert signed_in_as(client) == "ada"
    assert SocialAccount.objects.get().user.username == "ada"


def test_the_password_that_somebody_else_may_know_ends_then(client: Client, school: School) -> None:
    make_user("ada", email="ada@example.edu")  # its address was never confirmed to us
    before = Client()
    before.login(username="ada", password=PASSWORD)
    go(client)
    assert not User.objects.get().has_usable_password()
    assert before.get(reverse("account_settings")).status_code == 302


def test_a_password_beside_a_confirmed_address_stays(client: Client, school: School) -> None:
    user = make_user("ada", email="ada@example.edu")
    EmailAddress.objects.create(user=user, email="ada@example.edu", verified=True, primary=True)
    go(client)
    assert signed_in_as(client) == "ada"
    assert User.objects.get().has_usable_password()


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1])
def test_an_address_without_the_school_s_word_opens_no_account(client: Client, school: School, verified: Any) -> None:
    user = make_user("ada", email="ada@example.edu")
    EmailAddress.objects.create(user=user, email="ada@example.edu", verified=True, primary=True)
    school.person["email_verified"] = verified
    response = go(client)
    assert response["Location"] == reverse("account_email_verification_sent")
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.exists()
    assert "You have one already" in str(mail.outbox[0].body)  # told to the owner, not to who tried


@pytest.mark.parametrize("role", [Role.TEACHING_ASSISTANT, Role.INSTRUCTOR, None])
def test_a_staff_account_is_never_handed_over_by_its_address(client: Client, school: School, role: Role | None) -> None:
    user = make_user("ada", email="ada@example.edu", is_staff=role is None)
    if role:
        enroll(course=make_course(), user=user, role=role)
    response = go(client)
    assert (response.status_code, heading(response)) == (403, "Your staff account is not connected yet")
    assert signed_in_as(client) is None
    assert not SocialAccount.objects.exists()
    assert Client().login(username="ada", password=PASSWORD)


def test_an_address_that_two_accounts_have_opens_neither(client: Client, school: School) -> None:
    make_user("ada", email="ada@example.edu")
    make_user("ada2", email="ada@example.edu")
    response = go(client)
    assert (response.status_code, heading(response)) == (403, "Several accounts have your address")
    assert signed_in_as(client) is None


def test_a_closed_account_stays_closed(client: Client, school: School) -> None:
    make_user("ada", email="ada@example.edu", is_active=False)
    assert go(client)["Location"] == reverse("account_inactive")
    assert signed_in_as(client) is None


# --- Connecting oneself ------------------------------------------------------------------------------------------


def local(username: str) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": username, "password": PASSWORD})
    return client


def test_staff_connect_while_signed_in_and_use_the_button_from_then_on(school: School) -> None:
    make_user("boss", email="ada@example.edu", is_staff=True)
    client = local("boss")
    assert "Connect Example University" in client.get(reverse("socialaccount_connections")).content.decode()
    go(client, process="connect", next_page=reverse("socialaccount_connections"))
    assert "You can sign in here with" in client.get(reverse("socialaccount_connections")).content.decode()
    again = Client()
    go(again)
    assert signed_in_as(again) == "boss"


def test_the_second_step_is_asked_for_after_the_school_s_sign_in_too(school: School) -> None:
    user = make_user("boss", email="ada@example.edu", is_staff=True)
    go(local("boss"), process="connect")
    set_up(user)
    client = Client()
    assert go(client)["Location"] == reverse("mfa_authenticate")
    assert signed_in_as(client) is None
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert signed_in_as(client) == "boss"


def test_what_is_connected_to_somebody_else_stays_there(school: School) -> None:
    go(Client())
    make_user("mallory", email="mallory@example.edu")
    client = local("mallory")
    go(client, process="connect")
    assert SocialAccount.objects.get().user.username == "alovelace"


def test_disconnecting_ends_it_where_a_confirmed_address_and_a_password_remain(school: School) -> None:
    user = make_user("ada", email="ada@example.edu")
    EmailAddress.objects.create(user=user, email="ada@example.edu", verified=True, primary=True)
    go(Client())
    local("ada").post(reverse("socialaccount_connections"), {"account": SocialAccount.objects.get().pk})
    assert not SocialAccount.objects.exists()


# --- What a school or a stranger may send ------------------------------------------------------------------------


def _refused(client: Client, response: Any) -> None:
    assert (response.status_code, heading(response)) == (401, "Your school could not sign you in")
    assert signed_in_as(client) is None
    assert not User.objects.exists()


def test_a_token_of_another_issuer_is_refused(client: Client, school: School) -> None:
    school.issuer_in_token = "http://127.0.0.1:9"
    _refused(client, go(client))


def test_a_token_for_another_service_is_refused(client: Client, school: School) -> None:
    school.audience = "somebody else"
    _refused(client, go(client))


def test_a_token_that_has_ended_is_refused(client: Client, school: School) -> None:
    school.lifetime = -60
    _refused(client, go(client))


@pytest.mark.parametrize("status", [400, 500])
def test_a_school_that_does_not_take_the_code_is_refused(client: Client, school: School, status: int) -> None:
    school.answer_to_code = status
    _refused(client, go(client))


@pytest.mark.parametrize("number", [None, "", "x" * 1000])
def test_a_person_without_a_usable_number_is_refused(client: Client, school: School, number: Any) -> None:
    if number is None:
        del school.person["sub"]
    else:
        school.person["sub"] = number
    _refused(client, go(client))


@pytest.mark.parametrize("claim", ["given_name", "email", "preferred_username"])
@pytest.mark.parametrize("value", [7, ["x"], {"x": 1}, "x" * 1000, "\x00", "<script>", ""])
def test_odd_claims_never_break_the_page(client: Client, school: School, claim: str, value: Any) -> None:
    school.person[claim] = value
    assert go(client).status_code in (302, 401)


@pytest.mark.parametrize("query", ["", "?code=1", "?code=1&state=2", "?error=server_error", "?state=", "?code=%00"])
def test_an_answer_that_nobody_asked_for_is_refused(client: Client, school: School, query: str) -> None:
    _refused(client, client.get(CALLBACK + query))


def test_an_answer_meant_for_another_browser_is_refused(client: Client, school: School) -> None:
    to_school = Client().post(START)["Location"]
    back = requests.get(to_school, allow_redirects=False, timeout=5).headers["Location"]
    _refused(client, client.get(f"{CALLBACK}?{urlsplit(back).query}"))


def test_who_turns_back_at_the_school_is_not_signed_in(client: Client, school: School) -> None:
    state = re.search(r"state=([^&]+)", client.post(START)["Location"])
    assert state is not None
    response = client.get(f"{CALLBACK}?error=access_denied&state={state[1]}", follow=True)
    assert heading(response) == "You are not signed in"


def test_a_school_that_is_down_is_said_to_be(client: Client, school: School) -> None:
    school.server.shutdown()
    school.server.server_close()
    _refused(client, client.post(START))


def test_after_signing_in_one_is_not_led_to_another_site(client: Client, school: School) -> None:
    assert go(client, next_page="https://evil.example/")["Location"] == "/"
