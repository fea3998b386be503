"""Two members of the staff change one rubric in the same second: one is told, nothing is lost, nothing breaks."""

from typing import Any

import pytest
from django.db import IntegrityError

from grading import forms_rubric
from grading.models import RubricGroup, RubricItem
from grading.services.grades.copying import NotEmpty, copy_rubric
from grading.services.grades.rubric import add_group, add_item, change_group, delete_group
from grading.services.grades.saved_comments import add_comment
from grading.services.grades.titles import TitleTaken, title_once
from tests.grading.rubric.graded import item, url, words
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def late_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The form looked before the other one had stored."""
    monkeypatch.setattr(forms_rubric, "free_title", lambda title, others, what: title)


@pytest.mark.usefixtures("late_look")
@pytest.mark.parametrize("edits", [False, True])
def test_a_group_of_the_same_title(edits: bool, world: World) -> None:
    RubricGroup.objects.create(task=world.task, title="Report")
    mine = RubricGroup.objects.create(task=world.task, title="Mine")
    address = url(world, "rubric_group_edit", group=mine.pk) if edits else url(world, "rubric_group_new")
    answer = world.client("instructor").post(address, {"title": "Report"})
    assert answer.status_code == 422 and "Report is taken meanwhile: choose another title." in words(answer)
    assert RubricGroup.objects.filter(title="Report").count() == 1


@pytest.mark.usefixtures("late_look")
@pytest.mark.parametrize("edits", [False, True])
def test_a_comment_of_the_same_title(edits: bool, world: World) -> None:
    add_comment(task=world.task, actor=world.ta.user, title="Axes", text="Theirs.")
    mine = add_comment(task=world.task, actor=world.ta.user, title="Mine", text="Mine.")
    address = url(world, "saved_comments_edit", comment=mine.pk) if edits else url(world, "saved_comments")
    answer = world.client("ta").post(address, {"title": "Axes", "text": "Typed here."})
    assert answer.status_code == 422 and "Axes is taken meanwhile" in words(answer)
    assert "Typed here." in answer.content.decode()


def test_an_item_whose_group_went_meanwhile(world: World) -> None:
    group = RubricGroup.objects.create(task=world.task, title="Report")
    row, key = item(world.task, group=group), str(group.pk)
    delete_group(group=group, actor=world.instructor.user)
    sent = {"title": "Typed", "points": "2", "group": key}
    answer = world.client("instructor").post(url(world, "rubric_item_edit", item=row.pk), sent)
    assert answer.status_code == 422 and "This group is not there any more" in words(answer)
    assert 'value="Typed"' in answer.content.decode()


def test_an_item_that_went_meanwhile_is_not_found(world: World) -> None:
    row = item(world.task)
    key = row.pk
    RubricItem.objects.all().delete()
    for name in ("rubric_item_edit", "rubric_item_delete", "rubric_item_move"):
        assert world.client("instructor").post(url(world, name, item=key), {"to": "up"}).status_code == 404


def test_two_copies_of_a_rubric_make_one(world: World) -> None:
    source = make_task(world.course, slug="second")
    item(source)
    acts: dict[str, Any] = {"source": source, "task": world.task, "actor": world.instructor.user}
    assert copy_rubric(**acts) == 1
    with pytest.raises(NotEmpty, match="has a rubric already"):
        copy_rubric(**acts)
    assert world.task.rubric_items.count() == 1


def test_a_group_that_is_stored_already_keeps_its_title_to_itself(world: World) -> None:
    actor = world.instructor.user
    add_group(task=world.task, actor=actor, values={"title": "Report", "one_only": False})
    other = add_group(task=world.task, actor=actor, values={"title": "Code", "one_only": False})
    with pytest.raises(TitleTaken):
        change_group(group=other, actor=actor, values={"title": "Report", "one_only": False})
    assert (other.position, add_group(task=world.task, actor=actor, values={"title": "C"}).position) == (2, 3)


def test_other_constraints_are_not_taken_for_a_title(world: World) -> None:
    item(world.task)
    with pytest.raises(IntegrityError), title_once("x"):
        RubricItem.objects.update(position=None)


def test_an_item_added_meanwhile_stands_before_the_next(world: World) -> None:
    actor = world.instructor.user
    for title in "AB":
        add_item(task=world.task, actor=actor, values={"title": title, "points": 1, "group": None, "explanation": ""})
    assert list(world.task.rubric_items.values_list("title", "position")) == [("A", 1), ("B", 2)]
