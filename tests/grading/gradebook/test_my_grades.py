"""A student's own grades: points of what is released, and nothing that would tell of the rest."""

from decimal import Decimal
from typing import Any

import pytest

from grading.gradebook.own import own_grades
from grading.models import Grade
from tests.grading.gradebook.rows import TEN, by_hand, decide
from tests.grading.graded import released, settled
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(world: World, who: str = "owner") -> Any:
    return world.client(who).get(f"/courses/{world.course.slug}/grades/").content.decode()


def test_released_points_with_their_parts(world: World) -> None:
    settled(world.task, world.owner)
    decide(world.task, world.owner, world.ta, adjustment=Decimal(-1), adjustment_reason="Between us.")
    text = page(world)
    assert "<b>9.0</b>" in text and "Adjustment: -1.0" in text
    assert "Between us." not in text


def test_what_is_held_back_shows_only_the_outcome(world: World) -> None:
    by_hand(world.task)
    settled(world.task, world.owner)
    decide(world.task, world.owner, world.ta, override=Decimal("3.3"), override_reason="Private.")
    text = page(world)
    assert "Not released yet" in text and "Verified" in text
    assert "3.3" not in text and "10.0</b>" not in text and "Private." not in text
    released(world.task, world.owner, world.instructor)
    assert "<b>3.3</b>" in page(world)


def test_which_attempt_a_person_graded_is_not_told_before_the_release(world: World) -> None:
    by_hand(world.task)
    first = settled(world.task, world.owner)
    newest = settled(world.task, world.owner, None, claimed_epochs=90)
    decide(world.task, world.owner, world.ta)
    text = page(world)
    assert newest.submission.receipt_number in text and first.submission.receipt_number not in text


def test_the_total_is_of_what_is_released(world: World) -> None:
    held = make_task(world.course, slug="held")
    by_hand(held)
    for task in (world.task, held):
        settled(task, world.owner)
    own = own_grades(world.owner)
    assert (own.total, own.most, own.percent, own.waiting) == (TEN, TEN, Decimal("100.0"), 1)


def test_without_anything_released_there_is_no_total(world: World) -> None:
    own = own_grades(world.owner)
    assert (own.total, own.percent, own.waiting) == (None, None, 1)
    assert "Nothing handed in so far" in page(world)


def test_an_excused_task_says_so_whether_released_or_not_and_without_the_reason(world: World) -> None:
    by_hand(world.task)
    Grade.objects.create(task=world.task, enrollment=world.owner, excused=True, excused_reason="A private matter.")
    text = page(world)
    assert "this task does not count for you" in text and "private matter" not in text
    assert own_grades(world.owner).waiting == 0


def test_nobody_sees_anybody_else_s(world: World) -> None:
    settled(world.task, world.owner)
    assert "<b>10.0</b>" not in page(world, "classmate")


def test_staff_are_led_to_the_gradebook_and_students_find_it_at_home(world: World) -> None:
    assert world.client("ta").get("/courses/ml-1/grades/")["Location"] == "/courses/ml-1/gradebook/"
    assert "/courses/ml-1/grades/" in world.client("owner").get("/").content.decode()
    assert "/courses/ml-1/gradebook/" in world.client("ta").get("/").content.decode()


def test_the_own_report_to_print_is_linked_and_is_a_document(world: World) -> None:
    address = f"/courses/{world.course.slug}/reports/{world.task.assignment.slug}/own/"
    assert address in page(world)
    assert world.client("owner").get(address).content.startswith(b"%PDF")
