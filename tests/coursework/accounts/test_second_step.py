import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from coursework.models import Enrollment, Event, Role, User
from coursework.services.courses import enroll
from tests.coursework.accounts.totp import code_now, set_up
from tests.world import PASSWORD, World, make_course, make_user, make_world

SET_UP = "/accounts/2fa/totp/activate/"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def required(settings: Any) -> None:
    settings.STAFF_MFA = "required"


def sign_in(username: str, *, next_page: str = "/") -> tuple[Client, str]:
    client = Client()
    fields = {"login": username, "password": PASSWORD, "next": next_page}
    return client, client.post(reverse("account_login"), fields)["Location"]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def activate(client: Client) -> Any:
    page = client.get(SET_UP)
    return client.post(SET_UP, {"code": code_now(page.context["form"].secret)}, follow=True)


# --- Setting it up -----------------------------------------------------------------------------------------------


def test_it_is_set_up_with_a_picture_and_ends_with_recovery_codes(world: World) -> None:
    client, _ = sign_in("instructor")
    page = client.get(SET_UP)
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert page.context["form"].secret in page.content.decode()
    response = activate(client)
    assert b"<h1>Recovery codes</h1>" in response.content
    codes = response.context["unused_codes"]
    assert len(codes) == 10
    assert all(code in response.content.decode() for code in codes)
    assert client.get(reverse("mfa_download_recovery_codes")).content.decode().split() == codes


def test_a_wrong_code_is_refused_and_the_picture_stays_the_same(world: World) -> None:
    client, _ = sign_in("instructor")
    secret = client.get(SET_UP).context["form"].secret
    response = client.post(SET_UP, {"code": "000000"})
    assert "This code does not hold." in response.content.decode()
    assert response.context["form"].secret == secret
    assert not Authenticator.objects.exists()


def test_an_old_session_is_asked_for_the_password_first(world: World) -> None:
    client = world.client("instructor")  # signed in without one
    response = client.get(SET_UP)
    assert response["Location"] == f"{reverse('account_reauthenticate')}?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"
    response = client.post(response["Location"], {"password": PASSWORD, "next": SET_UP}, follow=True)
    assert b"Set up the second step" in response.content


def test_it_can_be_switched_off_and_its_recovery_codes_end_with_it(world: World) -> None:
    client, _ = sign_in("instructor")
    activate(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


# --- Signing in with it ------------------------------------------------------------------------------------------


def test_the_password_alone_no_longer_signs_in(world: World) -> None:
    set_up(world.instructor.user)
    client, led_to = sign_in("instructor")
    assert led_to == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert client.post(led_to, {"code": "000000"}).status_code == 200
    assert not signed_in(client)
    client.post(led_to, {"code": code_now()})
    assert signed_in(client)


def test_a_recovery_code_signs_in_once(world: World) -> None:
    client, _ = sign_in("instructor")
    code = activate(client).context["unused_codes"][0]
    for expected in (True, False):
        again, led_to = sign_in("instructor")
        again.post(led_to, {"code": code})
        assert signed_in(again) is expected


def test_guessing_codes_ends_after_five(world: World) -> None:
    set_up(world.instructor.user)
    client, led_to = sign_in("instructor")
    for _ in range(5):
        client.post(led_to, {"code": "000000"})
    response = client.post(led_to, {"code": code_now()})
    assert "Too many attempts." in response.content.decode()
    assert not signed_in(client)


def test_the_admin_s_way_in_asks_for_it_too(world: World) -> None:
    set_up(world.operator)
    client = Client()
    at_the_door = client.post(reverse("admin:login"), {"username": "operator", "password": PASSWORD})
    assert at_the_door["Location"].startswith(reverse("account_login"))
    client, led_to = sign_in("operator", next_page=reverse("admin:index"))
    assert led_to == reverse("mfa_authenticate")
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.post(led_to, {"code": code_now()})["Location"] == reverse("admin:index")


def test_operators_see_no_secret_in_the_admin_and_can_take_a_second_step_away(world: World) -> None:
    set_up(world.instructor.user)
    row = Authenticator.objects.get()
    client = world.client("operator")
    page = client.get(reverse("admin:mfa_authenticator_change", args=[row.pk])).content.decode()
    assert row.data["secret"] not in page
    client.post(reverse("admin:mfa_authenticator_delete", args=[row.pk]), {"post": "yes"})
    assert not Authenticator.objects.exists()


def test_a_command_takes_it_off_the_account_of_who_has_lost_everything(world: World) -> None:
    set_up(world.operator)
    call_command("remove_second_step", "operator")
    client, led_to = sign_in("operator")
    assert (signed_in(client), led_to) == (True, "/")
    assert Event.objects.get().action == "account.second_step_removed"
    for username, said in (("operator", "has no second step"), ("nobody", "No account has the user name 'nobody'")):
        with pytest.raises(CommandError, match=said):
            call_command("remove_second_step", username)


# --- Required ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ta", "instructor", "elsewhere_instructor", "operator"])
def test_where_it_is_required_staff_set_it_up_before_any_other_page(required: None, world: World, name: str) -> None:
    client = world.client(name)
    for page in (reverse("home"), reverse("account_settings"), reverse("admin:index"), "/join/", "/accounts/email/"):
        assert client.get(page)["Location"] == SET_UP


@pytest.mark.parametrize("name", ["owner", "classmate", "elsewhere"])
def test_students_are_not_asked(required: None, world: World, name: str) -> None:
    assert world.client(name).get(reverse("home")).status_code == 200


def test_staff_with_it_go_where_they_want(required: None, world: World) -> None:
    set_up(world.instructor.user)
    assert world.client("instructor").get(reverse("home")).status_code == 200


def test_offered_means_nobody_is_sent(settings: Any, world: World) -> None:
    settings.STAFF_MFA = "offered"
    assert world.client("instructor").get(reverse("home")).status_code == 200


def test_the_way_through_does_not_go_in_a_circle(required: None, world: World) -> None:
    client, led_to = sign_in("instructor")
    assert client.get(led_to)["Location"] == SET_UP
    assert client.get(SET_UP).status_code == 200
    activate(client)
    assert client.get(reverse("home")).status_code == 200


def test_an_old_session_gets_through_too(required: None, world: World) -> None:
    client = world.client("instructor")
    asked = client.get(reverse("home"), follow=True)
    assert asked.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    client.post(asked.redirect_chain[-1][0], {"password": PASSWORD, "next": SET_UP})
    activate(client)
    assert client.get(reverse("home")).status_code == 200


def test_who_switches_it_off_is_asked_to_set_it_up_again(required: None, world: World) -> None:
    client, _ = sign_in("instructor")
    activate(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert client.get(reverse("home"))["Location"] == SET_UP


def test_what_is_open_all_the_same(required: None, world: World) -> None:
    client = world.client("instructor")
    for page in (reverse("help"), "/healthz/", reverse("account_change_password"), reverse("account_logout")):
        assert client.get(page).status_code == 200
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_a_form_sent_meanwhile_is_told_that_nothing_was_changed(required: None, world: World) -> None:
    client, _ = sign_in("instructor")
    response = client.post(reverse("account_settings"), {"first_name": "X", "last_name": "Y"}, follow=True)
    assert "Nothing was changed" in response.content.decode()
    assert User.objects.get(username="instructor").first_name == ""


def test_fragments_and_programs_are_answered_in_their_own_way(required: None, world: World) -> None:
    client = world.client("instructor")
    fragment = client.get(reverse("home"), headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (200, SET_UP)
    program = client.get(reverse("home"), headers={"Accept": "application/json"})
    assert (program.status_code, program["Content-Type"]) == (403, "application/problem+json")
    in_browser = client.get("/api/v1/me/", headers={"Accept": "*/*"})  # the API has no pages to be sent to
    assert (in_browser.status_code, in_browser["Content-Type"]) == (403, "application/problem+json")


def test_who_becomes_staff_is_asked_from_then_on_and_who_ceases_to_be_no_longer(required: None, db: None) -> None:
    client, user = Client(), make_user("ada")
    client.force_login(user)
    enroll(course=make_course(), user=user)
    assert client.get(reverse("home")).status_code == 200
    Enrollment.objects.update(role=Role.TEACHING_ASSISTANT)
    assert client.get(reverse("home")).status_code == 302
    Enrollment.objects.update(active=False)
    assert client.get(reverse("home")).status_code == 200


def test_the_key_on_the_page_is_the_one_in_the_picture(world: World) -> None:
    client, _ = sign_in("instructor")
    page = client.get(SET_UP)
    assert re.search(r"secret=([A-Z2-7]+)", page.context["totp_url"])[1] == page.context["form"].secret  # type: ignore[index]
    assert "issuer=Playground%20Coursework" in page.context["totp_url"]
