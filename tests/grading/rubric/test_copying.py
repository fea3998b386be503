"""Rubric, policy and saved comments come along with a copied course; a rubric is copied to another task by hand too."""

from decimal import Decimal
from typing import Any

import pytest

from coursework.models import Course, Event, Task
from coursework.services.course_copy import copy_course
from coursework.services.courses import enroll
from grading.grades.reading import policy_of
from grading.grades.rubric import Rubric, rubric_of
from grading.models import GradingPolicy, RubricGroup, RubricItem, RubricMark, SavedComment
from tests.grading.rubric.graded import digest_in, graded, item, url, words
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    GradingPolicy.objects.update(release="manual", blind=True, regrade_days=3, counts="last")
    group = RubricGroup.objects.create(task=world.task, title="Report", one_only=True, position=2)
    RubricGroup.objects.create(task=world.task, title="Empty", position=1)
    item(world.task, "Full", "2", group=group, position=2, explanation="All *of* it.")
    item(world.task, "Half", "1", group=group, position=1)
    item(world.task, "Late", "-0.5")
    SavedComment.objects.create(task=world.task, title="Axes", text="Label them.", author=world.ta.user)
    return world


def copied(world: World) -> Task:
    copy_course(source=world.course, actor=world.instructor.user, title="Next", slug="next", days=7)
    return Task.objects.get(assignment__course__slug="next")


def shape(rubric: Rubric) -> list[Any]:
    return [
        (block.title, block.one_only, [(line.title, line.points, line.explanation, line.key) for line in block.lines])
        for block in rubric.blocks
    ]


def test_a_copied_course_brings_it_all_and_keeps_it_apart(world: World) -> None:
    graded(world, world.owner, RubricItem.objects.get(title="Late"))
    task = copied(world)
    assert shape(rubric_of(task)) == shape(rubric_of(world.task))
    policy = policy_of(task)
    assert (policy.blind, policy.regrade_days, policy.counts, policy.pk is None) == (True, 3, "last", False)
    comment = task.saved_comments.get()
    assert (comment.title, comment.text, comment.author) == ("Axes", "Label them.", None)
    task.rubric_items.all().delete()
    assert world.task.rubric_items.count() == 3 and RubricMark.objects.count() == 1


def test_a_task_without_any_of_it_is_copied_to_one_without(world: World) -> None:
    GradingPolicy.objects.filter(task=world.task).delete()
    RubricGroup.objects.all().delete()
    RubricItem.objects.all().delete()
    task = copied(world)
    assert not GradingPolicy.objects.filter(task=task).exists() and not rubric_of(task)


def test_what_assistants_may_do_comes_along(world: World) -> None:
    Course.objects.filter(pk=world.course.pk).update(assistants_release=True)
    world.course.refresh_from_db()
    course = copied(world).assignment.course
    assert (course.assistants_release, course.assistants_edit_rubric) == (True, False)


def test_an_empty_task_takes_the_rubric_of_another(world: World) -> None:
    task = make_task(world.course, slug="second", title="Task B")
    address = url(world, "rubric_copy").replace("/circle/", "/second/")
    page = words(world.client("instructor").get(address.removesuffix("copy/")))
    assert "Course ml-1: Task A: Circle" in page and "Task B:" not in page
    answer = world.client("instructor").post(address, {"source": str(world.task.pk)}, follow=True)
    assert "3 items copied from Task A: Circle." in words(answer)
    assert shape(rubric_of(task)) == shape(rubric_of(world.task))
    event = Event.objects.get()
    assert (event.details["change"], event.details["source"], event.task_id) == ("copied", world.task.pk, task.pk)


def test_a_rubric_is_not_copied_onto_another(world: World) -> None:
    other = make_task(world.course, slug="second", title="Task B")
    item(other)
    answer = world.client("instructor").post(url(world, "rubric_copy"), {"source": str(other.pk)})
    assert answer.status_code == 409 and "This task has a rubric already" in words(answer)
    assert RubricItem.objects.filter(task=world.task).count() == 3


@pytest.mark.parametrize("source", ["", "0", "nothing", "foreign"])
def test_only_rubrics_that_one_may_see_are_copied(source: str, world: World) -> None:
    task = make_task(world.course, slug="second")
    foreign = Task.objects.exclude(assignment__course=world.course).get()
    item(foreign)
    address = url(world, "rubric_copy").replace("/circle/", "/second/")
    value = str(foreign.pk) if source == "foreign" else source
    answer = world.client("instructor").post(address, {"source": value})
    assert answer.status_code == 422 and not task.rubric_items.exists()
    if source == "foreign":
        enroll(course=foreign.assignment.course, user=world.instructor.user)  # as a student: still not
        assert world.client("instructor").post(address, {"source": value}).status_code == 422


def test_copying_asks_where_the_rubric_stands_in_place_of_automatic_points(world: World) -> None:
    source = make_task(world.course, slug="second", title="Task B")
    item(source)
    RubricItem.objects.filter(task=world.task).delete()
    RubricGroup.objects.filter(task=world.task).delete()
    GradingPolicy.objects.filter(task=world.task).update(rubric_use="instead")
    graded(world, world.owner)
    client, sent = world.client("instructor"), {"source": str(source.pk)}
    shown = client.post(url(world, "rubric_copy"), sent)
    assert [(row.before, row.after) for row in shown.context["effect"].rows] == [(Decimal(4), Decimal(0))]
    assert client.post(url(world, "rubric_copy"), sent | {"edit": "1"}).status_code == 200
    assert not rubric_of(world.task)
    assert client.post(url(world, "rubric_copy"), sent | {"confirmed": digest_in(shown)}).status_code == 302
    assert rubric_of(world.task)
