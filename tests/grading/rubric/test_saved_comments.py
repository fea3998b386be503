"""Comments that the staff of a task use again."""

from typing import Any

import pytest

from coursework.models import Event
from grading.models import SavedComment
from grading.services.grades.saved_comments import MOST_COMMENTS, add_comment
from grading.services.grades.titles import TitleTaken
from tests.grading.rubric.graded import url, words
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def post(world: World, name: str = "saved_comments", data: dict[str, str] | None = None, **more: Any) -> Any:
    return world.client("ta").post(url(world, name, **more), data or {})


def test_a_teaching_assistant_adds_changes_and_deletes(world: World) -> None:
    assert "No saved comments yet" in words(world.client("ta").get(url(world, "saved_comments")))
    assert post(world, data={"title": "Axes", "text": "Please *label* the axes."}).status_code == 302
    comment = SavedComment.objects.get()
    assert comment.author == world.ta.user
    assert "<em>label</em>" in world.client("ta").get(url(world, "saved_comments")).content.decode()
    sent = {"title": "Axes", "text": "Label them."}
    assert post(world, "saved_comments_edit", sent, comment=comment.pk).status_code == 302
    assert post(world, "saved_comments_edit", sent, comment=comment.pk).status_code == 302  # nothing different
    assert post(world, "saved_comments_delete", comment=comment.pk).status_code == 302
    assert not SavedComment.objects.exists()
    assert [event.details["change"] for event in Event.objects.order_by("pk")] == ["added", "changed", "deleted"]
    assert "Label" not in str([event.details for event in Event.objects.all()])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": "", "text": "x"}, "Missing: by which you find it again"),
        ({"title": "New", "text": " \r\n "}, "Missing: what the student is to read"),
        ({"title": "Axes", "text": "x"}, "Axes is the title of another saved comment of this task"),
        ({"title": "t" * 121, "text": "x"}, "120 characters"),
        ({"title": "New", "text": "x" * 4001}, "4000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(sent: dict[str, str], said: str, world: World) -> None:
    add_comment(task=world.task, actor=world.ta.user, title="Axes", text="Label them.")
    answer = post(world, data=sent)
    assert answer.status_code == 422 and said in words(answer)
    assert sent["text"].strip() in answer.content.decode() and SavedComment.objects.count() == 1


def test_the_same_title_in_another_task_is_fine_and_its_comments_are_not_reached(world: World) -> None:
    other = make_task(world.course, slug="other")
    comment = add_comment(task=other, actor=world.ta.user, title="Axes", text="Label them.")
    assert post(world, data={"title": "Axes", "text": "x"}).status_code == 302
    assert post(world, "saved_comments_delete", comment=comment.pk).status_code == 404


def test_two_with_one_title_in_the_same_second(world: World) -> None:
    add_comment(task=world.task, actor=world.ta.user, title="Axes", text="Label them.")
    with pytest.raises(TitleTaken, match="Axes is taken meanwhile"):
        add_comment(task=world.task, actor=world.ta.user, title="Axes", text="Again.")


def test_there_is_an_end(world: World) -> None:
    SavedComment.objects.bulk_create(
        SavedComment(task=world.task, title=f"{number}", text="x") for number in range(MOST_COMMENTS)
    )
    answer = post(world, data={"title": "One more", "text": "x"})
    assert answer.status_code == 422 and f"There are {MOST_COMMENTS} saved comments already" in words(answer)
