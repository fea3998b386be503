"""Releasing, taking back and excusing by the API, as the pages do it."""

from typing import Any

import pytest

from coursework.models import Event
from grading.grades.keys import grade_key
from grading.grades.reading import grade_of
from grading.models import Grade
from tests.grading.api.program import Program, task_path, work_path
from tests.grading.graded import by_hand, settled
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = by_hand(blind=True)
    settled(world.task, world.owner)
    return world


def key(world: World, who: str) -> str:
    return grade_key(world.task.pk, getattr(world, who).pk)


def test_a_release_says_how_many_and_why_others_were_left_out(world: World) -> None:
    ask, path = Program(world, "instructor"), task_path(world.task)
    both = [key(world, "owner"), key(world, "classmate")]
    done = ask.post(f"{path}grades/release/", {"keys": both}).json()
    waiting = {
        "key": both[1],
        "name": world.classmate.pseudonym,
        "reason": "not_yet",
        "words": "nothing handed in, and still open",
    }
    assert done == {"count": 1, "left_out": [waiting]}
    assert grade_of(world.task, world.owner).is_released and Grade.objects.get(enrollment=world.owner).by_release
    again = ask.post(f"{path}grades/release/", {"keys": both[:1]}).json()
    assert again["count"] == 0 and again["left_out"][0]["reason"] == "released"
    assert again["left_out"][0]["name"] == "Orla Owner"
    assert ask.post(f"{path}grades/hide/", {"everybody": True}).json() == {"count": 1, "left_out": []}
    assert not grade_of(world.task, world.owner).is_released
    assert ask.post(f"{path}grades/release/", {"everybody": True}).json()["count"] == 0  # it was held back
    assert Event.objects.filter(action__in=("grade.released", "grade.hidden")).count() == 2


def test_assistants_release_only_where_the_course_lets_them(world: World) -> None:
    path = f"{task_path(world.task)}grades/release/"
    assert Program(world, "ta").post(path, {"everybody": True}).status_code == 404
    world.course.assistants_release = True
    world.course.save()
    assert Program(world, "ta").post(path, {"everybody": True}).json()["count"] == 1


def test_nothing_is_done_to_a_grade_that_somebody_else_changed(world: World) -> None:
    ask, path = Program(world, "instructor"), task_path(world.task)
    mine = key(world, "owner")
    Grade.objects.create(task=world.task, enrollment=world.owner, version=3)
    seen = {"keys": [mine], "versions": {mine: 2}}
    for act, more in (("release", {}), ("hide", {}), ("excuse", {"reason": "Ill"}), ("count-again", {})):
        refused = ask.post(f"{path}grades/{act}/", seen | more)
        assert refused.status_code == 409 and refused.json()["current"]["version"] == 3, act
    assert ask.post(f"{path}grades/release/", seen | {"versions": {mine: 3}}).json()["count"] == 1


def test_who_is_meant_has_to_be_said_and_known(world: World) -> None:
    ask, path, mine = Program(world, "instructor"), f"{task_path(world.task)}grades/release/", key(world, "owner")
    wrong: dict[str, Any]
    for wrong in ({}, {"keys": []}, {"keys": [mine], "everybody": True}, {"keys": ["0" * 16]}, {"keys": [7]}):
        assert ask.post(path, wrong).status_code == 422, wrong
    other = {"keys": [mine], "versions": {key(world, "classmate"): 0}}
    assert list(ask.post(path, other).json()["errors"]) == ["versions"]


def test_one_or_many_are_excused_with_a_reason(world: World) -> None:
    ask, one = Program(world, "ta"), work_path(world.task, world.owner.pk)
    tag = ask.get(one)["ETag"]
    assert list(ask("put", f"{one}excuse/", {"reason": " "}).json()["errors"]) == ["reason"]
    assert list(ask("put", f"{one}excuse/", {"reason": "x" * 301}).json()["errors"]) == ["reason"]
    done = ask("put", f"{one}excuse/", {"reason": "Ill"}, If_Match=tag)
    assert (done.json()["state"], done.json()["excused_reason"]) == ("excused", "Ill")
    late = ask("put", f"{one}excuse/", {"reason": "Travelling"}, If_Match=tag)
    assert late.status_code == 412 and late.json()["current"]["excused_reason"] == "Ill"
    assert ask("delete", f"{one}excuse/", If_Match=done["ETag"]).json()["state"] == "settled"
    many = {"keys": [key(world, "owner"), key(world, "classmate")], "reason": "The server was down"}
    assert ask.post(f"{task_path(world.task)}grades/excuse/", many).json() == {"count": 2, "left_out": []}
    assert Grade.objects.filter(excused=True).count() == 2
    again = {"keys": many["keys"]}
    assert ask.post(f"{task_path(world.task)}grades/count-again/", again).json()["count"] == 2
