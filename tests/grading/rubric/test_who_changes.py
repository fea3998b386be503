"""Before a change of the rubric moves points, staff see whose; nothing is stored until they say so."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from coursework.models import Enrollment, Event
from grading.grades.keys import in_blind_order
from grading.models import Grade, GradingPolicy, RubricItem, RubricMark
from grading.services.grades.asking_first import GradesWouldChange
from grading.services.grades.rubric import add_item, change_item, delete_item
from tests.grading.rubric.graded import another, digest_in, graded, item, total, url, words
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    GradingPolicy.objects.update(release="manual")
    return world


def post(world: World, name: str, who: str = "instructor", /, *, item: int | None = None, **data: Any) -> Any:
    address = url(world, name, **({} if item is None else {"item": item}))
    return world.client(who).post(address, data)


def points_of(item: RubricItem) -> Decimal:
    item.refresh_from_db()
    return item.points


def test_other_points_are_shown_with_before_and_after_and_then_stored(world: World) -> None:
    report = item(world.task, points="2")
    graded(world, world.owner, report)
    graded(world, world.classmate)
    sent = {"title": "Report", "points": "0.5", "explanation": ""}
    shown = post(world, "rubric_item_edit", item=report.pk, **sent)
    assert shown.status_code == 200 and points_of(report) == 2 and not Event.objects.exists()
    [row] = shown.context["effect"].rows
    assert (row.name, row.before, row.after, row.difference) == ("Orla Owner", 6, Decimal("4.5"), "−1.5")
    page = words(shown)
    assert "1 student gets other points." in page and "None of them sees it yet." in page
    assert "Change it for 1 student" in page and "does not see it yet" in page

    assert post(world, "rubric_item_edit", item=report.pk, confirmed=digest_in(shown), **sent).status_code == 302
    assert points_of(report) == Decimal("0.5") and total(world, world.owner) == Decimal("4.5")
    event = Event.objects.get(action="rubric.changed")
    assert (event.task_id, event.details["points"], event.details["students"]) == (world.task.pk, ["2.0", "0.5"], 1)


def test_what_people_decided_is_not_rewritten(world: World) -> None:
    report = item(world.task)
    row = graded(world, world.owner, report)
    before = Grade.objects.filter(pk=row.pk).values().get()
    with pytest.raises(GradesWouldChange) as asked:
        change_item(item=report, actor=world.instructor.user, values={"points": Decimal(3)})
    change_item(
        item=report, actor=world.instructor.user, values={"points": Decimal(3)}, confirmed=asked.value.effect.digest
    )
    assert Grade.objects.filter(pk=row.pk).values().get() == before
    assert RubricMark.objects.filter(grade=row, item=report).exists()


def test_a_preview_that_is_out_of_date_is_shown_again_instead_of_stored(world: World) -> None:
    report = item(world.task)
    graded(world, world.owner, report)
    sent = {"title": "Report", "points": "1", "explanation": ""}
    seen = digest_in(post(world, "rubric_item_edit", item=report.pk, **sent))
    graded(world, world.classmate, report)
    again = post(world, "rubric_item_edit", item=report.pk, confirmed=seen, **sent)
    assert again.status_code == 409 and "Grades changed since you looked" in words(again)
    assert points_of(report) == 2 and len(again.context["effect"].rows) == 2
    assert post(world, "rubric_item_edit", item=report.pk, confirmed=digest_in(again), **sent).status_code == 302
    assert points_of(report) == 1


def test_a_digest_of_another_change_confirms_nothing(world: World) -> None:
    report = item(world.task)
    graded(world, world.owner, report)
    one = post(world, "rubric_item_edit", item=report.pk, title="Report", points="1")
    other = post(world, "rubric_item_edit", item=report.pk, title="Report", points="3", confirmed=digest_in(one))
    assert other.status_code == 409 and points_of(report) == 2


@pytest.mark.parametrize(
    ("ticked", "override", "points"), [(False, None, "7"), (True, "1.0", "7"), (True, None, "6.5")]
)
def test_where_no_total_moves_it_is_saved_at_once(
    ticked: bool, override: str | None, points: str, world: World
) -> None:
    """Nobody has the item, an override stands above it, or the task's most points cut both sums."""
    report = item(world.task, points="8")
    reason: dict[str, Any] = {"override": Decimal(override), "override_reason": "Agreed."} if override else {}
    graded(world, world.owner, *([report] if ticked else []), **reason)
    answer = post(world, "rubric_item_edit", item=report.pk, title="Report", points=points)
    assert answer.status_code == 302 and points_of(report) == Decimal(points)


def test_other_words_never_ask(world: World) -> None:
    report = item(world.task)
    graded(world, world.owner, report)
    assert post(world, "rubric_item_edit", item=report.pk, title="Better", points="2.0").status_code == 302
    assert Event.objects.get().details["title"] == ["Report", "Better"]
    assert post(world, "rubric_item_edit", item=report.pk, title="Better", points="2").status_code == 302
    assert Event.objects.count() == 1


def test_released_grades_are_named_as_such(world: World) -> None:
    report = item(world.task)
    graded(world, world.owner, report, release_state="released", released_at=timezone.now(), released_by=world.ta.user)
    page = words(post(world, "rubric_item_edit", item=report.pk, title="Report", points="1"))
    assert "1 of them sees it at once" in page and page.count("sees it at once") == 2


def test_deleting_shows_who_loses_the_points(world: World) -> None:
    report = item(world.task)
    graded(world, world.owner, report)
    assert "ticked for 1 student" in words(
        world.client("instructor").get(url(world, "rubric_item_delete", item=report.pk))
    )
    shown = post(world, "rubric_item_delete", item=report.pk)
    assert shown.status_code == 200 and RubricItem.objects.exists()
    assert post(world, "rubric_item_delete", item=report.pk, confirmed=digest_in(shown)).status_code == 302
    assert not RubricItem.objects.exists() and total(world, world.owner) == 4
    details = Event.objects.get().details
    assert (details["change"], details["ticks"], details["points"]) == ("item_deleted", 1, ["2.0", None])


def test_the_first_item_asks_where_a_rubric_stands_in_place_of_automatic_points(world: World) -> None:
    GradingPolicy.objects.update(rubric_use="instead")
    graded(world, world.owner)
    values = {"title": "One", "points": Decimal(1), "group": None, "explanation": ""}
    with pytest.raises(GradesWouldChange) as asked:
        add_item(task=world.task, actor=world.instructor.user, values=values)
    [row] = asked.value.effect.rows
    assert [row.before, row.after] == [4, 0]
    assert not RubricItem.objects.exists()
    added = add_item(task=world.task, actor=world.instructor.user, values=values, confirmed=asked.value.effect.digest)
    with pytest.raises(GradesWouldChange) as asked:
        delete_item(item=added, actor=world.instructor.user)
    [row] = asked.value.effect.rows
    assert [row.before, row.after] == [0, 4]


def test_names_stay_hidden_in_the_preview_of_a_blind_task(world: World) -> None:
    GradingPolicy.objects.update(blind=True)
    report = item(world.task)
    people = [world.owner, world.classmate, *(another(world, f"person{number}") for number in range(3))]
    for person in people:
        graded(world, person, report)
    shown = post(world, "rubric_item_edit", item=report.pk, title="Report", points="1")
    names = [row.name for row in shown.context["effect"].rows]
    assert names == [person.pseudonym for person in in_blind_order(world.task, people)]
    assert "Orla" not in shown.content.decode()


def test_back_to_the_form_brings_what_was_typed(world: World) -> None:
    report = item(world.task)
    graded(world, world.owner, report)
    back = post(world, "rubric_item_edit", item=report.pk, title="Typed", points="1", explanation="*So*", edit="1")
    assert back.status_code == 200 and points_of(report) == 2
    assert 'value="Typed"' in back.content.decode() and "<em>So</em>" in back.content.decode()


def test_people_who_left_are_in_the_preview_too(world: World) -> None:
    report = item(world.task)
    graded(world, world.owner, report)
    Enrollment.objects.filter(pk=world.owner.pk).update(active=False)
    shown = post(world, "rubric_item_edit", item=report.pk, title="Report", points="1")
    assert len(shown.context["effect"].rows) == 1


def test_a_class_takes_as_many_queries_as_one_student(world: World, django_assert_max_num_queries: Any) -> None:
    report = item(world.task)
    for person in (world.owner, world.classmate, another(world, "third")):
        graded(world, person, report)
    client = world.client("instructor")
    address = url(world, "rubric_item_edit", item=report.pk)
    with django_assert_max_num_queries(48):
        client.post(address, {"title": "Report", "points": "1"})
