"""What the overview of a course warns of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coursework.deadlines import Standing
from coursework.models import CourseSeed, Extension, Task
from coursework.rules import playground_defaults
from coursework.selectors.setup import course_state, people_counts, task_warnings
from engine.feasibility import possible
from engine.spec import Spec
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db
SPIRAL = playground_defaults("spiral")


@pytest.fixture
def world() -> World:
    return make_world()


def test_nothing_to_say_about_a_task_that_is_ready(world: World) -> None:
    world.task.practice_seeds = ["0.7"]
    assert task_warnings(world.task) == []


def test_no_seeds_and_no_practice_are_said(world: World) -> None:
    world.task.course_seeds.all().delete()
    assert task_warnings(world.task) == [
        "No course seeds: nobody can be ranked.",
        "No practice seeds: students can’t try a design before handing in.",
    ]
    world.task.practice_per_day = 0
    assert len(task_warnings(world.task)) == 1


def test_seeds_that_new_rules_have_made_impossible_are_named(world: World) -> None:
    spec = Spec(dataset="spiral")
    seed = next(f"0.{number}" for number in range(100, 200) if not possible(spec.with_seed(f"0.{number}"), "train"))
    task = Task.objects.get(pk=world.task.pk)
    CourseSeed.objects.create(task=task, position=9, seed=seed)
    task.criterion, task.allowed_settings = "train", SPIRAL
    task.save()
    warnings = [warning for warning in task_warnings(task) if "can’t be reached any more" in warning]
    assert len(warnings) == 1 and seed in warnings[0]


def test_a_target_that_nobody_can_reach_comes_first(world: World) -> None:
    Task.objects.filter(pk=world.task.pk).update(allowed_settings=SPIRAL)  # past the check of saving
    (warning,) = task_warnings(Task.objects.get(pk=world.task.pk))
    assert warning.startswith("The target can’t be reached: 2 points have the same inputs")


def test_the_state_counts_hand_ins_and_knows_of_extensions(world: World) -> None:
    hand_in(world.task, world.owner)
    assignment = world.task.assignment
    later = assignment.due_at + timedelta(days=3)
    (state,) = course_state(world.course, later)
    assert (state.standing, state.hand_ins, state.tasks[0].seeds) == (Standing.CLOSED, 1, 3)
    Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=later)
    assert course_state(world.course, later)[0].standing is Standing.ON_TIME
    assert course_state(world.course, timezone.now() - timedelta(days=9))[0].standing is Standing.EARLY


def test_people_are_counted_by_role_without_those_who_left(world: World) -> None:
    world.classmate.active = False
    world.classmate.save()
    assert people_counts(world.course) == {"student": 1, "ta": 1, "instructor": 1}
