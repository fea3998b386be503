"""One student's row in full, for staff."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from tests.grading.gradebook.rows import by_hand, decide
from tests.grading.graded import released, settled
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(world: World, who: str = "ta") -> Any:
    url = reverse("gradebook_student", kwargs={"course": world.course.slug, "enrollment": world.owner.pk})
    return world.client(who).get(url).content.decode()


def test_it_takes_the_points_apart_and_lists_all_attempts(world: World) -> None:
    first = settled(world.task, world.owner, 150.0).submission
    settled(world.task, world.owner, None, claimed_epochs=80)
    decide(
        world.task,
        world.owner,
        world.ta,
        adjustment=Decimal("-0.5"),
        adjustment_reason="The report came a day later.",
        override=Decimal(7),
        override_reason="Agreed in the office hour.",
    )
    text = page(world)
    assert first.receipt_number in text and "counts</span>" in text and "To review" in text
    assert "The report came a day later." in text and "Agreed in the office hour." in text
    assert "−0.5" in text or "-0.5" in text
    assert '<tr class="sum"><th scope="row">Points that count</th><td class="num"><b>7.0</b>' in text


def test_it_says_what_is_released(world: World) -> None:
    settled(world.task, world.owner)
    assert "released</span>" in page(world)
    by_hand(world.task)
    assert "not released</span>" in page(world)


def test_of_blind_work_there_is_nothing(world: World) -> None:
    submission = settled(world.task, world.owner).submission
    by_hand(world.task, blind=True)
    text = page(world)
    assert submission.receipt_number not in text and "10.0</b>" not in text
    assert "graded without names" in text
    released(world.task, world.owner, world.instructor)
    assert submission.receipt_number in page(world)


def test_only_students_of_the_course_have_one(world: World) -> None:
    for stranger in (world.elsewhere, world.ta):
        url = reverse("gradebook_student", kwargs={"course": world.course.slug, "enrollment": stranger.pk})
        assert world.client("instructor").get(url).status_code == 404
