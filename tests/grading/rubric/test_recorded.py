"""Every change of how a task is graded is recorded, with numbers and keys and without anybody's words."""

import json
from decimal import Decimal
from typing import Any

import pytest

from coursework.models import Event
from grading.models import RubricItem
from grading.services.grades.asking_first import GradesWouldChange
from grading.services.grades.policy import change_policy
from grading.services.grades.rubric import add_group, add_item, change_item, delete_group, delete_item, move_item
from grading.services.grades.saved_comments import add_comment, delete_comment
from tests.grading.rubric.graded import graded, item
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def newest() -> Event:
    return Event.objects.order_by("-pk")[0]


def test_all_of_it_is_found_by_the_task(world: World) -> None:
    actor = world.instructor.user
    group = add_group(task=world.task, actor=actor, values={"title": "Report", "one_only": True})
    values: dict[str, Any] = {"title": "One", "points": Decimal(1), "group": group, "explanation": "Long words."}
    one = add_item(task=world.task, actor=actor, values=values)
    two = add_item(task=world.task, actor=actor, values=values | {"title": "Two"})
    move_item(item=two, actor=actor, by=-1)
    change_item(item=one, actor=actor, values={"explanation": "Short."})
    delete_group(group=group, actor=actor)
    delete_item(item=RubricItem.objects.get(title="One"), actor=actor)
    comment = add_comment(task=world.task, actor=actor, title="Axes", text="Label them.")
    delete_comment(comment=comment, actor=actor)
    change_policy(task=world.task, actor=actor, values={"regrade_days": 3})
    events = Event.objects.order_by("pk")
    assert [event.action for event in events] == [
        *["rubric.changed"] * 7,
        *["saved_comment.changed"] * 2,
        "policy.changed",
    ]
    assert {(event.task_id, event.actor_id, event.course_id) for event in events} == {
        (world.task.pk, actor.pk, world.course.pk)
    }
    assert {event.subject for event in events} == {"task playground/circle"}
    said = json.dumps([event.details for event in events])
    assert not any(words in said for words in ("Long words", "Short", "Label", "Axes"))


def test_the_event_says_from_what_to_what_and_for_how_many(world: World) -> None:
    row = item(world.task, points="2")
    graded(world, world.owner, row)
    acts: dict[str, Any] = {"item": row, "actor": world.instructor.user, "values": {"points": Decimal("-0.5")}}
    with pytest.raises(GradesWouldChange) as asked:
        change_item(**acts)
    assert not Event.objects.exists()
    change_item(**acts, confirmed=asked.value.effect.digest)
    assert newest().details == {"change": "item_changed", "students": 1, "item": row.pk, "points": ["2.0", "-0.5"]}


def test_what_changes_nothing_leaves_no_event(world: World) -> None:
    row = item(world.task)
    assert change_item(item=row, actor=world.instructor.user, values={"points": Decimal("2.00")}) == []
    assert change_policy(task=world.task, actor=world.instructor.user, values={"regrade_days": 7}) == []
    assert not move_item(item=row, actor=world.instructor.user, by=1)
    assert not Event.objects.exists()
