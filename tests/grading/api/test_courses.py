"""Assignments and tasks as the one who asks sees them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coursework.models import Extension
from tests.grading.api.matrix import client, token
from tests.world import World, hand_in, make_world

ASSIGNMENT = "/api/v1/courses/ml-1/assignments/playground/"
TASK = f"{ASSIGNMENT}tasks/circle/"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def test_times_are_ones_own_with_the_extension(world: World) -> None:
    longer = world.task.assignment.due_at + timedelta(days=2)
    Extension.objects.create(assignment=world.task.assignment, enrollment=world.owner, due_at=longer)
    own, other = (client(token(one.user)).get(ASSIGNMENT).json() for one in (world.owner, world.classmate))
    assert own["window"]["is_extended"] and not other["window"]["is_extended"]
    assert own["window"]["due_at"] == longer.isoformat().replace("+00:00", "Z")
    assert own["class_window"] == other["class_window"]
    assert (own["window"]["standing"], own["window"]["closes_at"]) == ("on_time", None)
    listed = client(token(world.owner.user)).get("/api/v1/courses/ml-1/assignments/").json()["results"]
    assert listed == [own]


def test_a_task_tells_its_rules(world: World) -> None:
    hand_in(world.task, world.owner)
    own = client(token(world.owner.user)).get(TASK).json()
    assert (own["criterion"], own["target"], own["max_epochs"], own["points"]) == ("both", "0.001", 400, "10.0")
    assert (own["attempts"], own["attempts_used"]) == (3, 1)
    assert own["allowed_settings"]["dataset"] == ["circle"]
    assert own["starting_link"].startswith("https://playground.tensorflow.org/#")
    assert client(token(world.owner.user)).get(f"{ASSIGNMENT}tasks/").json()["results"] == [own]


def test_course_seeds_are_told_to_whom_the_pages_tell_them(world: World) -> None:
    student, staff = client(token(world.owner.user)), client(token(world.ta.user))
    assert (student.get(TASK).json()["course_seeds"], student.get(TASK).json()["course_seed_count"]) == (None, 3)
    assert staff.get(TASK).json()["course_seeds"] == ["0.1", "0.2", "0.3"]
    assert student.get(TASK).json()["share_for_target"] is None
    assert staff.get(TASK).json()["share_for_target"] == "0.60"
    assignment = world.task.assignment
    assignment.due_at = timezone.now() - timedelta(minutes=1)
    assignment.save()
    more = Extension.objects.create(
        assignment=assignment, enrollment=world.classmate, due_at=timezone.now() + timedelta(days=1)
    )
    assert student.get(TASK).json()["course_seeds"] is None  # somebody still works on them
    more.delete()
    for address in (TASK, f"{ASSIGNMENT}tasks/"):
        assert "0.1" in student.get(address).content.decode()
