"""What is refused names the value and what is allowed instead: a program's author reads nothing but that."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.grading.api.hand_ins import send_json
from tests.grading.api.matrix import client, token, user_of
from tests.grading.api.program import Program, task_path, work_path
from tests.grading.graded import by_hand, settled
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
COURSE = "/api/v1/courses/ml-1/"
TASK = f"{COURSE}assignments/playground/tasks/circle/"


@pytest.fixture
def world() -> World:
    return make_world()


def of(world: World, who: str) -> Client:
    return client(token(user_of(world, who)))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"{TASK}submissions/?state=done", "done is none of these: queued, running, completed, failed."),
        (f"{COURSE}enrollments/?active=maybe", "maybe is neither true nor false."),
        (
            f"{TASK}submissions/?received_after=yesterday",
            '"yesterday" is no time as in 2026-11-23T12:00:00Z; a plus sign is written as %2B.',
        ),
        (f"{COURSE}grades/?state=odd", '"odd" is none of these: excused, graded, settled,'),
        (f"{COURSE}grades/?released=maybe", '"maybe" is neither true nor false.'),
        (f"{COURSE}grades/?enrollment=x", '"x" is no whole number.'),
        (f"{COURSE}grades/?limit=201", "201 is not allowed: 1 to 200."),
        (f"{TASK}submissions/?received_after=9999-12-31T23:59:59-14:00", '"9999-12-31T23:59:59-14:00" is no time'),
        (f"{COURSE}enrollments/?section=0", '"0" is not allowed: a whole number from 1 to 9223372036854775807.'),
        (COURSE + "enrollments/?section=" + "x" * 200, f'"{"x" * 80}" is not allowed'),
        (f"{COURSE}enrollments/?section=%25s", '"%s" is not allowed'),
        (f"{COURSE}grades/?section=x", "the number of a section, or none"),
        (f"{TASK}leaderboard/?order=up", '"up" is none of these: asc, desc.'),
        (f"{COURSE}exports/lms/?system=ilias", '"ilias" is none of these: canvas, moodle, blackboard.'),
        ("/api/v1/me/?x=1", "There is no such parameter. Known: none."),
        (f"{COURSE}exports/?section=1", "There is no such parameter. Known: none."),
    ],
)
def test_a_wrong_parameter_is_told_what_would_be_right(address: str, said: str, world: World) -> None:
    response = of(world, "ta").get(address)
    assert response.status_code == 422
    assert said in " ".join(*response.json()["errors"].values())


@pytest.mark.parametrize(
    ("method", "address", "headers", "status", "said"),
    [
        ("get", "me/", {"Authorization": "Token 1"}, 401, "Send the header Authorization: Bearer pcw_"),
        ("get", "courses/unknown/", {}, 404, "It is not there, or not for you to see."),
        ("delete", "me/", {}, 405, "Here there is: GET, HEAD."),
        ("get", "me/", {"Accept": "text/csv"}, 406, "Given is: application/json."),
        ("post", f"{TASK[8:]}practice/runs/", {}, 415, "Taken is: application/json."),
    ],
)
def test_what_is_no_matter_of_fields_says_what_would_be_right(
    method: str, address: str, headers: dict[str, str], status: int, said: str, world: World
) -> None:
    response = getattr(of(world, "owner"), method)(f"/api/v1/{address}", headers=headers)
    assert response.status_code == status
    assert said in response.json()["detail"]


def test_values_of_a_wrong_kind_are_told_which_kind_is_right() -> None:
    world = by_hand()
    settled(world.task, world.owner)
    staff, review = Program(world, "ta"), f"{work_path(world.task, world.owner.pk)}review/"

    def refused(path: str, body: Any, method: str = "post") -> Any:
        return staff(method, path, body, If_Match="*").json()["errors"]

    assert refused(f"{review}newer/", {"act": "x" * 200, "verification": "y"}) == {
        "act": [f'"{"x" * 80}" is none of these: keep, take.'],
        "verification": ['"y" is no whole number.'],
    }
    assert refused(review, {"adjustment": "NaN"}, "put") == {
        "adjustment": ['"NaN" is no number of points, such as 0.5.']
    }
    assert refused(review, {"items": [0]}, "put") == {"items.0": [f"0 is not allowed: 1 to {2**63 - 1}."]}
    assert refused(review, {"comment": 5}, "put") == {"comment": ["Must be a text."]}
    assert refused(review, [1], "put") == {"": ["The body has to be an object with fields; list came."]}


def test_an_attempt_that_there_is_not_is_not_another_one() -> None:
    world = by_hand()
    settled(world.task, world.owner)
    staff, review = Program(world, "ta"), f"{work_path(world.task, world.owner.pk)}review/"
    assert staff.get(f"{review}?attempt=1").status_code == 200
    refused = staff.get(f"{review}?attempt=7")
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        {"attempt": ["There is no attempt 7. There is: 1."]},
    )
    nobody = f"{work_path(world.task, world.classmate.pk)}review/?attempt=1"
    assert staff.get(nobody).json()["errors"] == {"attempt": ["There is no attempt 1. There is: none."]}


def test_the_documented_example_is_what_is_answered(world: World) -> None:
    world.task.max_epochs = 3000
    world.task.save()
    assert task_path(world.task) in TASK
    text = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
    (example,) = re.findall(r"```json\n(.*?)```", text, re.S)
    answered = send_json(of(world, "owner"), world, claimed_epochs=3001).json()
    answered["errors"].pop("screenshots")
    assert json.loads(example) == answered
