"""Excusing a student from a task: with a reason, remembered, taken back without harm, and never over somebody else."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from coursework.models import Event
from grading.grades.keys import grade_key, grading_url
from grading.grades.rule import State
from grading.models import Grade
from grading.services.grades.excusing import excuse, unexcuse
from grading.services.grades.rows import GradeChanged
from tests.grading.gradebook.rows import TEN, by_hand, decide, read
from tests.grading.graded import settled
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def do(world: World, **fields: Any) -> Grade:
    values = {"task": world.task, "enrollment": world.owner, "actor": world.ta.user}
    return excuse(**(values | {"reason": "Ill that week."} | fields))


def address(world: World) -> str:
    key = grade_key(world.task.pk, world.owner.pk)
    return reverse("excuse", kwargs={**world.task.url_arguments(), "key": key})


def post(world: World, who: str = "ta", **fields: Any) -> Any:
    values = {"act": "excuse", "reason": "Ill that week.", "version": "0", "back": "student"}
    return world.client(who).post(address(world), values | fields)


# --- The act --------------------------------------------------------------------------------------------------------


def test_an_excused_task_has_no_total_and_what_was_decided_stays(world: World) -> None:
    settled(world.task, world.owner)
    decide(world.task, world.owner, world.ta, adjustment=Decimal(-1), adjustment_reason="Late report.")
    do(world)
    found = read(world)
    assert (found.result.state, found.result.total) == (State.EXCUSED, None)
    unexcuse(task=world.task, enrollment=world.owner, actor=world.instructor.user)
    assert read(world).result.total == Decimal("9.0")
    assert read(world).row.excused_reason == ""  # type: ignore[union-attr]


def test_it_is_remembered_without_the_reason(world: World) -> None:
    do(world)
    unexcuse(task=world.task, enrollment=world.owner, actor=world.instructor.user)
    later, event = Event.objects.order_by("-pk")[:2]
    assert (event.action, event.actor, event.subject) == (
        "grade.excused",
        world.ta.user,
        f"enrollment {world.owner.pk}",
    )
    assert (event.task_id, event.enrollment_id) == (world.task.pk, world.owner.pk)
    assert "Ill" not in str(event.details) and event.details["reason_letters"] == 14
    assert (later.action, later.details["was_excused"]) == ("grade.unexcused", True)


def test_the_same_again_changes_nothing(world: World) -> None:
    assert do(world).version == do(world).version == 1
    assert Event.objects.filter(action="grade.excused").count() == 1
    assert do(world, reason="Another reason.").version == 2


def test_an_older_form_is_refused(world: World) -> None:
    do(world, version=0)
    with pytest.raises(GradeChanged):
        do(world, version=0, reason="Something else.")
    assert Grade.objects.get().excused_reason == "Ill that week."


# --- The page -------------------------------------------------------------------------------------------------------


def test_a_teaching_assistant_excuses_and_takes_it_back(world: World) -> None:
    settled(world.task, world.owner)
    answer = post(world)
    assert answer["Location"] == f"/courses/ml-1/gradebook/students/{world.owner.pk}/"
    row = world.client("ta").get(answer["Location"]).content.decode()
    assert "excused</span>" in row and "Let it count again" in row and "Ill that week." in row
    assert post(world, act="count", version="1").status_code == 302
    assert read(world).result.total == TEN


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"reason": "  "}, "Say why"),
        ({"reason": "x" * 301}, "300"),
        ({"act": ""}, "Say what to do"),
        ({"act": "delete"}, "delete is not something to do here"),
        ({"version": "-1"}, "version"),
    ],
)
def test_what_can_not_be_done_is_named_and_nothing_is_lost(world: World, fields: dict[str, str], says: str) -> None:
    answer = post(world, **fields)
    assert answer.status_code == 422
    assert says.lower() in answer.content.decode().lower()
    assert not Grade.objects.exists()


def test_two_people_at_once_is_a_conflict_with_what_was_typed_still_there(world: World) -> None:
    do(world)
    answer = post(world, reason="My own words.")
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Somebody else changed this grade" in text and "My own words." in text and "Ill that week." in text
    assert 'name="version" value="1"' in text
    assert Grade.objects.get().excused_reason == "Ill that week."


def test_of_blind_work_the_page_shows_the_pseudonym(world: World) -> None:
    by_hand(world.task, blind=True)
    text = world.client("ta").get(address(world)).content.decode()
    assert world.owner.pseudonym in text and "Orla" not in text


@pytest.mark.parametrize("key", ["0" * 16, "x", "%20"])
def test_a_key_of_nobody_leads_nowhere(world: World, key: str) -> None:
    url = reverse("excuse", kwargs={**world.task.url_arguments(), "key": key})
    assert world.client("ta").get(url).status_code == 404


def test_it_goes_back_to_where_it_came_from_only(world: World) -> None:
    assert post(world, back="https://elsewhere.example").status_code == 422


def test_on_the_grading_page_there_is_a_box_that_leads_back_there(world: World) -> None:
    settled(world.task, world.owner)
    url = grading_url(world.task, world.owner.pk)
    assert f'action="{address(world)}"' in world.client("ta").get(url).content.decode()
    assert post(world, back="grading")["Location"] == url
    assert "Let it count again" in world.client("ta").get(url).content.decode()
