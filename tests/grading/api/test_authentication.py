"""Who gets in: a token that holds, or a session. Whatever else is sent is 401 and never a fault of ours."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grading.models import ApiToken
from tests.grading.api.matrix import client, token
from tests.world import World, make_world

ME = "/api/v1/me/"
STRANGE = (
    b"",
    b"Bearer",
    b"Bearer ",
    b"bearer   ",
    b"Bearer pcw_",
    b"Bearer pcw_" + b"0" * 64,
    b"Bearer pcw_" + b"G" * 64,
    b"Bearer one two",
    b"Bearer \xff\xfe\xc3\x28",
    "Bearer pcw_ünïcode".encode(),
    b"Bearer \x00" + b"a" * 60,
    b"Bearer " + b"a" * 100_000,
    b"Basic b3duZXI6cGFzc3dvcmQ=",
    b"Token pcw_" + b"0" * 64,
    b"\xff",
)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_who_asks_is_told_who_they_are_and_what_the_token_may(world: World) -> None:
    text = token(world.owner.user, "profile:read", "courses:read", course=world.course, name="nightly")
    found = client(text).get(ME).json()
    assert (found["username"], found["last_name"]) == ("owner", "Owner")
    assert [one["slug"] for one in found["courses"]] == [world.course.slug]
    told = found["token"]
    assert (told["name"], told["course"], told["scopes"]) == ("nightly", "ml-1", ["profile:read", "courses:read"])
    assert told["expires_at"].endswith("Z")
    assert text not in json.dumps(found)
    assert world.client("owner").get(ME).json()["token"] is None


@pytest.mark.parametrize("header", STRANGE, ids=range(len(STRANGE)))
def test_a_header_that_is_no_token_of_ours_is_401(header: bytes, db: None) -> None:
    response = Client().get(ME, headers={"Authorization": header.decode("latin-1")})
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response["WWW-Authenticate"].startswith("Bearer ")
    assert response.json()["title"] == "Not signed in"


def test_a_token_ends_by_time_by_revoking_and_with_the_account(world: World) -> None:
    text = token(world.owner.user)
    assert client(text).get(ME).status_code == 200
    ended, other = token(world.owner.user), token(world.classmate.user)
    ApiToken.objects.filter(token_key=ended[:15]).update(expiry=timezone.now() - timedelta(seconds=1))
    assert client(ended).get(ME).status_code == 401
    assert ApiToken.objects.filter(token_key=ended[:15]).exists()  # its owner shall see why a program stopped
    ApiToken.objects.filter(token_key=text[:15]).delete()
    assert client(text).get(ME).status_code == 401
    world.classmate.user.is_active = False
    world.classmate.user.save()
    closed = client(other).get(ME)
    assert (closed.status_code, closed.json()["detail"]) == (401, "The account of this token is closed.")


def test_a_wrong_token_is_refused_even_with_a_session(world: World) -> None:
    assert world.client("owner").get(ME, headers={"Authorization": "Bearer none"}).status_code == 401


def test_use_is_noted_now_and_then(world: World) -> None:
    text = token(world.owner.user)
    client(text).get(ME)
    first = ApiToken.objects.get().last_used_at
    client(text).get(ME)
    assert first is not None and ApiToken.objects.get().last_used_at == first


def test_who_left_the_course_finds_nothing_there(world: World) -> None:
    text = token(world.owner.user)
    world.owner.active = False
    world.owner.save()
    assert client(text).get("/api/v1/courses/ml-1/").status_code == 404
    assert client(text).get("/api/v1/courses/").json()["results"] == []


def test_staff_need_their_second_step(world: World, settings: Any) -> None:
    settings.STAFF_MFA = "required"
    for program in (client(token(world.ta.user)), world.client("ta")):
        response = program.get(ME)
        assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")
        assert "second step" in response.json()["detail"]
    assert client(token(world.owner.user)).get(ME).status_code == 200


def test_a_lacking_scope_is_named(world: World) -> None:
    response = client(token(world.owner.user, "grades:read")).get(ME)
    assert response.status_code == 403
    assert "profile:read" in response.json()["detail"] and "grades:read" in response.json()["detail"]


def test_writes_by_session_take_the_csrf_token(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.owner.user)
    address = "/api/v1/courses/ml-1/assignments/playground/tasks/circle/practice/runs/"
    response = browser.post(address, {}, content_type="application/json")
    assert (response.status_code, response["Content-Type"]) == (403, "application/problem+json")
    assert "CSRF" in response.json()["detail"]
