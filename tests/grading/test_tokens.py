"""The page of one's tokens: made, shown once, used, revoked."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from coursework.models import Event
from coursework.public_address import public_address
from grading.models import ApiToken
from grading.services.api_tokens import MOST_TOKENS, make_token
from tests.grading.api.matrix import client as program
from tests.grading.api.matrix import token
from tests.world import PASSWORD, World, make_user, make_world

TOKENS, NEW = "/account/tokens/", "/account/tokens/new/"
FILLED = {"name": "Nightly export", "scopes": ["grades:read", "courses:read"], "course": "", "days": "30"}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> Client:
    """The owner's browser, who has just signed in by password."""
    found = world.client("owner")
    session = found.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(world.owner.user.pk)
    session.save()
    return found


def test_a_token_is_made_shown_once_and_works(client: Client, world: World) -> None:
    made = client.post(NEW, FILLED | {"course": world.course.pk})
    (text,) = set(re.findall(r"pcw_[0-9a-f]{64}", made.content.decode()))
    assert "no-store" in made["Cache-Control"]
    row = ApiToken.objects.get()
    assert (row.name, row.scopes, row.course) == ("Nightly export", ["courses:read", "grades:read"], world.course)
    assert timedelta(days=29) < row.expiry - timezone.now() < timedelta(days=31)
    assert program(text).get("/api/v1/courses/").status_code == 200
    listed = client.get(TOKENS).content.decode()
    assert "Nightly export" in listed and "grades:read" in listed and text not in listed
    assert text[:15] in listed  # enough to tell tokens apart
    event = Event.objects.get(action="token.made")
    assert (event.actor, event.course) == (world.owner.user, None)
    assert event.details == {"scopes": row.scopes, "days": 30, "only_in": "ml-1"}


def test_the_password_is_asked_for_again_first(world: World) -> None:
    response = world.client("owner").post(NEW, FILLED)
    assert response.status_code == 302 and "reauthenticate" in response["Location"]
    assert not ApiToken.objects.exists()
    response = world.client("owner").post(response["Location"], {"password": PASSWORD})
    assert "pcw_" in response.content.decode()  # what was filled in goes on


def test_who_has_no_password_since_they_come_from_their_lms_is_asked_for_none(world: World) -> None:
    world.owner.user.set_unusable_password()
    world.owner.user.save()
    assert "pcw_" in world.client("owner").post(NEW, FILLED).content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " "}, "Missing: what you will know the token by."),
        ({"name": "n" * 81}, "at most 80"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"scopes": []}, "Tick at least one."),
        ({"scopes": ["everything"]}, "everything"),
        ({"days": "0"}, "a whole number from 1 to 366"),
        ({"days": "367"}, "a whole number from 1 to 366"),
        ({"days": ""}, "a whole number from 1 to 366"),
        ({"course": "99999"}, "You are not in this course"),
        ({"course": "x"}, "You are not in this course"),
    ],
)
def test_what_is_filled_in_wrongly_is_said(client: Client, wrong: dict[str, Any], said: str) -> None:
    response = client.post(NEW, FILLED | wrong)
    assert response.status_code == 422 and said in response.content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_binds_a_token_to_a_course_of_others(client: Client, world: World) -> None:
    assert client.post(NEW, FILLED | {"course": world.elsewhere.course.pk}).status_code == 422


def test_there_may_be_only_so_many(client: Client, world: World) -> None:
    ended = token(world.owner.user)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(days=2))
    for _ in range(MOST_TOKENS):
        token(world.owner.user)
    response = client.post(NEW, FILLED)
    assert response.status_code == 422 and "revoke one first" in response.content.decode()
    page = client.get(TOKENS).content.decode()
    assert NEW not in page and ended[:15] in page and "ended" in page


def test_what_ended_long_ago_goes(world: World) -> None:
    token(world.owner.user)
    ApiToken.objects.update(expiry=timezone.now() - timedelta(days=31))
    make_token(user=world.owner.user, name="new", scopes=["grades:read"], days=1)
    assert [one.name for one in ApiToken.objects.all()] == ["new"]


def test_one_is_revoked_after_a_question(client: Client, world: World) -> None:
    text, other = token(world.owner.user, name="first"), token(world.owner.user)
    address = f"{TOKENS}{text[:15]}/revoke/"
    assert "Revoke first?" in client.get(address).content.decode()
    assert program(text).get("/api/v1/me/").status_code == 200
    assert client.post(address)["Location"] == TOKENS
    assert program(text).get("/api/v1/me/").status_code == 401
    assert program(other).get("/api/v1/me/").status_code == 200
    assert client.post(address).status_code == 404
    assert Event.objects.filter(action="token.revoked", actor=world.owner.user).count() == 1


def test_all_are_revoked_and_nobody_elses(client: Client, world: World) -> None:
    own = [token(world.owner.user), token(world.owner.user)]
    foreign = token(world.classmate.user)
    assert client.post(f"{TOKENS}{foreign[:15]}/revoke/").status_code == 404
    client.post(f"{TOKENS}revoke/")
    assert [program(one).get("/api/v1/me/").status_code for one in (*own, foreign)] == [401, 401, 200]


def test_a_new_password_leaves_them_and_says_so(client: Client, world: World) -> None:
    text = token(world.owner.user)
    new = "staple battery horse 9"
    filled = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    page = client.post("/accounts/password/change/", filled, follow=True).content.decode()
    assert "You have 1 token, by which a program signs in as you." in page
    assert program(text).get("/api/v1/me/").status_code == 200
    assert len(mail.outbox) <= 1


def test_the_account_page_leads_there(client: Client) -> None:
    assert f'href="{TOKENS}"' in client.get("/account/").content.decode()


def test_an_operator_revokes_one_token_of_somebody_else(world: World) -> None:
    text = token(world.owner.user)
    leaked, other, kept = (
        make_token(user=world.owner.user, name=name, scopes=["courses:read"], days=9) for name in "abc"
    )
    listing = "/operations/admin/grading/apitoken/"
    client = Client()
    operator = make_user("root", is_staff=True, is_superuser=True)
    client.force_login(operator)
    found = client.get(listing, {"q": leaked.token.token_key}).content.decode()
    assert leaked.token.token_key in found and other.token.token_key not in found
    assert client.get(f"{listing}{leaked.token.pk}/change/").status_code == 200
    client.post(f"{listing}{leaked.token.pk}/delete/", {"post": "yes"})
    ticked = {"action": "delete_selected", "_selected_action": [other.token.pk], "post": "yes"}
    client.post(listing, ticked)
    assert [program(each).get("/api/v1/courses/").status_code for each in (leaked.text, other.text)] == [401, 401]
    assert [program(each).get("/api/v1/courses/").status_code for each in (kept.text, text)] == [200, 200]
    for event, revoked in zip(
        Event.objects.filter(action="token.revoked").order_by("pk"), (leaked, other), strict=True
    ):
        assert (event.actor, event.subject) == (operator, f"token {revoked.token.token_key}")
        assert event.details == {"owner": world.owner.user.pk}


def test_others_who_reach_the_administration_revoke_none_without_its_permission(world: World) -> None:
    made = make_token(user=world.owner.user, name="a", scopes=[], days=9)
    client = Client()
    client.force_login(make_user("helper", is_staff=True))
    address = f"/operations/admin/grading/apitoken/{made.token.pk}/delete/"
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert ApiToken.objects.filter(pk=made.token.pk).exists()


def revoked_in_the_administration(token: ApiToken, operator: Any, capture: Any) -> None:
    client = Client()
    client.force_login(operator)
    with capture(execute=True):
        assert client.post(f"/operations/admin/grading/apitoken/{token.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not ApiToken.objects.filter(pk=token.pk).exists()


def test_the_owner_is_told_by_mail_what_an_operator_revoked(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    owner = world.owner.user
    owner.email = "owner@school.test"
    owner.save()
    made = make_token(user=owner, name="Nightly <export>", scopes=[], days=9)
    revoked_in_the_administration(made.token, world.operator, django_capture_on_commit_callbacks)
    (told,) = mail.outbox
    assert (told.to, told.subject) == (["owner@school.test"], "Playground Coursework: A token of yours was revoked")
    assert f"your token Nightly <export> ({made.token.token_key}…)" in told.body and made.text not in told.body
    assert public_address(TOKENS) in told.body
    ended = make_token(user=owner, name="Old", scopes=[], days=9).token
    ApiToken.objects.update(expiry=timezone.now())
    revoked_in_the_administration(ended, world.operator, django_capture_on_commit_callbacks)
    assert len(mail.outbox) == 1, "no program stops by what has ended already"


def test_nobody_is_told_of_what_they_revoke_themselves(
    client: Client, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    for user in (world.owner.user, world.operator):
        user.email = f"{user.username}@school.test"
        user.save()
    key = make_token(user=world.owner.user, name="a", scopes=[], days=9).token.token_key
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{TOKENS}{key}/revoke/")
    own = make_token(user=world.operator, name="b", scopes=[], days=9).token
    revoked_in_the_administration(own, world.operator, django_capture_on_commit_callbacks)
    assert mail.outbox == [] and not ApiToken.objects.exists()


def test_a_token_is_revoked_though_no_mail_goes_out(
    world: World, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    world.owner.user.email = "owner@school.test"
    world.owner.user.save()
    settings.EMAIL_BACKEND = "tests.no_such_backend.Backend"
    made = make_token(user=world.owner.user, name="a", scopes=[], days=9)
    revoked_in_the_administration(made.token, world.operator, django_capture_on_commit_callbacks)
