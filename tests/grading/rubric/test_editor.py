"""Items and groups are added, changed, put in order and deleted by plain forms."""

from decimal import Decimal
from typing import Any

import pytest

from coursework.models import Event
from grading.grades.rubric import rubric_of
from grading.models import RubricGroup, RubricItem
from grading.services.grades.rubric import MOST_GROUPS, MOST_ITEMS
from tests.grading.rubric.graded import graded, item, url, words
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def get(world: World, name: str = "rubric", who: str = "instructor", **more: Any) -> Any:
    return world.client(who).get(url(world, name, **more))


def post(world: World, name: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
    return world.client("instructor").post(url(world, name, **more), data or {})


def titles(world: World) -> list[tuple[str, list[str]]]:
    return [(block.title, [line.title for line in block.lines]) for block in rubric_of(world.task).blocks]


def changes() -> list[str]:
    return [event.details["change"] for event in Event.objects.order_by("pk")]


def test_from_nothing_to_a_rubric(world: World) -> None:
    assert "No rubric yet" in words(get(world))
    assert post(world, "rubric_group_new", {"title": "Report", "one_only": "on"}).status_code == 302
    group = RubricGroup.objects.get()
    opened = world.client("instructor").get(f"{url(world, 'rubric_item_new')}?group={group.pk}").content.decode()
    assert f'<option value="{group.pk}" selected>' in opened
    sent = {"title": "Explains the choice", "points": "2", "group": str(group.pk), "explanation": "Why *these* inputs."}
    assert post(world, "rubric_item_new", sent).status_code == 302
    assert post(world, "rubric_item_new", {"title": "Late report", "points": "−0.5"}).status_code == 302
    assert titles(world) == [("", ["Late report"]), ("Report", ["Explains the choice"])]
    page = words(get(world))
    assert "At most one of them is ticked" in page and "−0.5" in page and "+2.0" in page
    assert "<em>these</em>" in get(world).content.decode()
    assert changes() == ["group_added", "item_added", "item_added"]


def test_an_item_is_changed_and_moved_to_another_group_where_it_stands_last(world: World) -> None:
    group = RubricGroup.objects.create(task=world.task, title="Report")
    item(world.task, "First", group=group, position=1)
    loose = item(world.task, "Loose", position=1)
    sent = {"title": "Second", "points": "2.0", "group": str(group.pk), "explanation": "x\r\ny"}
    assert post(world, "rubric_item_edit", sent, item=loose.pk).status_code == 302
    assert titles(world) == [("Report", ["First", "Second"])]
    loose.refresh_from_db()
    assert (loose.explanation, loose.position) == ("x\ny", 2)
    details = Event.objects.get().details
    assert (details["explanation"], details["group"]) == ([0, 3], [None, group.pk])


def test_items_go_up_and_down_within_their_group_and_no_further(world: World) -> None:
    rows = [item(world.task, name, position=1) for name in "ABC"]  # equal places, as an older version may have left
    for to, name, order in (("up", 2, "ACB"), ("down", 0, "CAB"), ("up", 2, "CAB"), ("down", 1, "CAB")):
        assert post(world, "rubric_item_move", {"to": to}, item=rows[name].pk).status_code == 302
        assert titles(world) == [("", list(order))]
    assert changes() == ["item_moved", "item_moved"]


def test_groups_go_up_and_down(world: World) -> None:
    rows = [RubricGroup.objects.create(task=world.task, title=name, position=1) for name in "AB"]
    assert post(world, "rubric_group_move", {"to": "up"}, group=rows[1].pk).status_code == 302
    assert [name for name, _ in titles(world)] == ["B", "A"]
    assert post(world, "rubric_group_move", {"to": "up"}, group=rows[1].pk).status_code == 302
    assert [name for name, _ in titles(world)] == ["B", "A"]


def test_moving_anywhere_else_is_refused_in_words(world: World) -> None:
    answer = post(world, "rubric_item_move", {"to": "left"}, item=item(world.task).pk)
    assert answer.status_code == 422 and "left is no direction in which to move" in words(answer)


def test_a_deleted_group_leaves_its_items(world: World) -> None:
    group = RubricGroup.objects.create(task=world.task, title="Report")
    row = item(world.task, "In it", group=group)
    item(world.task, "Alone", position=4)
    graded(world, world.owner, row)
    answer = world.client("instructor").post(url(world, "rubric_group_delete", group=group.pk), follow=True)
    assert "Its 1 item stays, without a group." in words(answer)
    assert titles(world) == [("", ["Alone", "In it"])] and row.marks.count() == 1


def test_an_item_without_ticks_is_deleted_after_one_question(world: World) -> None:
    row = item(world.task)
    assert "ticked for nobody" in words(get(world, "rubric_item_delete", item=row.pk))
    assert post(world, "rubric_item_delete", item=row.pk).status_code == 302
    assert not RubricItem.objects.exists()


def test_a_group_that_becomes_one_for_a_single_item_says_who_has_two(world: World) -> None:
    group = RubricGroup.objects.create(task=world.task, title="Report")
    rows = [item(world.task, name, group=group) for name in ("Full", "Half")]
    graded(world, world.owner, *rows)
    graded(world, world.classmate, rows[0])
    answer = world.client("instructor").post(
        url(world, "rubric_group_edit", group=group.pk), {"title": "Report", "one_only": "on"}, follow=True
    )
    assert "For 1 student more than one item of Report is ticked" in words(answer)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "Missing: what you tick"),
        ("title", "x" * 201, "200 characters"),
        ("points", "", "Missing: a number from -9999 to 9999"),
        ("points", "much", "much is not allowed: a number from -9999 to 9999 with at most 1 decimal"),
        ("points", "0.25", "0.25 is not allowed"),
        ("points", "10000", "10000 is not allowed"),
        ("group", "999999", "This group is not there any more"),
        ("group", "9" * 40, "This group is not there any more"),
        ("explanation", "x" * 4001, "4000 characters"),
        ("title", "a\0b", "Null characters are not allowed"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(field: str, value: str, said: str, world: World) -> None:
    sent = {"title": "Typed title", "points": "1.5", "explanation": "Typed text"} | {field: value}
    answer = post(world, "rubric_item_new", sent)
    assert answer.status_code == 422 and said in words(answer)
    assert not RubricItem.objects.exists()
    for name, kept in (("title", "Typed title"), ("explanation", "Typed text")):
        assert name == field or kept in answer.content.decode()


def test_group_titles_are_there_once(world: World) -> None:
    groups = [RubricGroup.objects.create(task=world.task, title=name) for name in ("Report", "Code")]
    answer = post(world, "rubric_group_new", {"title": "Report"})
    assert answer.status_code == 422 and "Report is the title of another group of this rubric" in words(answer)
    assert post(world, "rubric_group_edit", {"title": "Report"}, group=groups[1].pk).status_code == 422
    assert post(world, "rubric_group_edit", {"title": "Code"}, group=groups[1].pk).status_code == 302


def test_a_rubric_that_is_full_says_so(world: World) -> None:
    RubricItem.objects.bulk_create(
        RubricItem(task=world.task, title=f"{number}", points=1) for number in range(MOST_ITEMS)
    )
    RubricGroup.objects.bulk_create(RubricGroup(task=world.task, title=f"{number}") for number in range(MOST_GROUPS))
    answer = post(world, "rubric_item_new", {"title": "One more", "points": "1"})
    assert answer.status_code == 422 and f"There are {MOST_ITEMS} items already" in words(answer)
    answer = post(world, "rubric_group_new", {"title": "One more"})
    assert answer.status_code == 422 and f"There are {MOST_GROUPS} groups already" in words(answer)


def test_the_editor_takes_as_many_queries_for_many_items(world: World, django_assert_max_num_queries: Any) -> None:
    for number in range(20):
        item(world.task, f"Item {number}", points=str(Decimal(number)))
    client = world.client("instructor")
    with django_assert_max_num_queries(12):
        client.get(url(world, "rubric"))


def test_the_text_is_drawn_while_typing_and_scripts_are_dropped(world: World) -> None:
    drawn = post(world, "rubric_text", {"explanation": "**So** <script>alert(1)</script>"}).content.decode()
    assert "<strong>So</strong>" in drawn and "<script" not in drawn
    assert "Nothing is written yet" in post(world, "rubric_text").content.decode()


def test_items_of_another_task_are_not_reached_through_this_one(world: World) -> None:
    other = item(make_task(world.course, slug="other"))
    for name in ("rubric_item_edit", "rubric_item_delete", "rubric_item_move"):
        assert post(world, name, {"to": "up"}, item=other.pk).status_code == 404
    assert RubricItem.objects.filter(pk=other.pk).exists()
