"""A rubric is read in its order, with a digit for each of the first nine items."""

from decimal import Decimal
from typing import Any

import pytest

from grading.grades.rubric import rubric_of, rubrics_of
from grading.models import RubricGroup, RubricItem
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_items_without_a_group_come_first_then_the_groups_in_their_order(world: World) -> None:
    late = RubricGroup.objects.create(task=world.task, title="Report", position=2)
    early = RubricGroup.objects.create(task=world.task, title="Settings", position=1, one_only=True)
    RubricItem.objects.create(task=world.task, title="In late", group=late, points=1, position=1)
    RubricItem.objects.create(task=world.task, title="Second", group=early, points=1, position=2)
    RubricItem.objects.create(task=world.task, title="First", group=early, points=1, position=1)
    RubricItem.objects.create(task=world.task, title="Alone", points=1, position=9)
    found = rubric_of(world.task)
    assert [block.title for block in found.blocks] == ["", "Settings", "Report"]
    assert [(line.key, line.title) for line in found.lines] == [
        (1, "Alone"),
        (2, "First"),
        (3, "Second"),
        (4, "In late"),
    ]
    settings = found.block_of(found.lines[1].pk)
    assert settings is not None and settings.one_only
    assert found.block_of(0) is None


def test_the_tenth_item_has_no_key(world: World) -> None:
    for number in range(1, 12):
        RubricItem.objects.create(task=world.task, title=f"Item {number}", points=1, position=number)
    assert [line.key for line in rubric_of(world.task).lines] == [*range(1, 10), None, None]


def test_points_are_written_with_their_sign(world: World) -> None:
    for points in ("2", "-0.5", "0"):
        RubricItem.objects.create(task=world.task, title=points, points=Decimal(points))
    assert [line.signed for line in rubric_of(world.task).lines] == ["+2.0", "−0.5", "+0.0"]


def test_the_most_that_ticking_gives(world: World) -> None:
    group = RubricGroup.objects.create(task=world.task, title="One", one_only=True)
    for points in (2, 5, -1):
        RubricItem.objects.create(task=world.task, title=f"{points}", points=points, group=group)
    RubricItem.objects.create(task=world.task, title="Plus", points=1)
    RubricItem.objects.create(task=world.task, title="Minus", points=-3)
    assert rubric_of(world.task).best == 6


def test_a_task_without_items_has_no_rubric_even_with_a_group(world: World) -> None:
    assert not rubric_of(world.task)
    RubricGroup.objects.create(task=world.task, title="Empty")
    assert not rubric_of(world.task) and len(rubric_of(world.task).blocks) == 1


def test_many_tasks_take_two_queries(world: World, django_assert_num_queries: Any) -> None:
    tasks = [world.task, make_task(world.course, slug="second"), make_task(world.course, slug="third")]
    RubricItem.objects.create(task=tasks[1], title="One", points=1)
    with django_assert_num_queries(2):
        found = rubrics_of(tasks)
    assert [bool(found[task.pk]) for task in tasks] == [False, True, False]
