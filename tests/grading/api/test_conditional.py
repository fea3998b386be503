"""What did not change is not sent again, and nobody but who asked may keep it."""

import pytest
from django.test import Client

from tests.grading.api.matrix import client, token
from tests.world import World, make_world

COURSE = "/api/v1/courses/ml-1/"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def program(world: World) -> Client:
    return client(token(world.owner.user))


def test_the_same_answer_is_304_until_it_changes(world: World, program: Client) -> None:
    etag = program.get(COURSE)["ETag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = program.get(COURSE, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
        assert again["Cache-Control"] == "private, no-cache"
    assert program.head(COURSE, headers={"If-None-Match": etag}).status_code == 304
    world.course.title = "Another title"
    world.course.save()
    changed = program.get(COURSE, headers={"If-None-Match": etag})
    assert changed.status_code == 200 and changed["ETag"] != etag


def test_caches_keep_it_for_nobody_else(program: Client) -> None:
    response = program.get(COURSE)
    assert response["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(response["Vary"].split(", "))
    assert "Access-Control-Allow-Origin" not in response


def test_a_problem_has_no_etag(program: Client) -> None:
    assert "ETag" not in program.get("/api/v1/courses/none/")
