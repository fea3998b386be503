"""The task's page: until when for this person, which attempt counts and why, and the way into the Playground."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Extension
from engine.link import read_link
from grading.services.verification import run_verification
from tests.world import World, hand_in, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def page(world: World, who: str = "owner") -> str:
    response = world.client(who).get(reverse("task", kwargs=world.task.url_arguments()))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def verified(world: World, claimed_epochs: int = 101) -> None:
    submission = hand_in(world.task, world.owner, claimed_epochs=claimed_epochs)
    run_verification(verification_id=verification_of(submission).pk, worker="test")


def test_the_due_time_stands_in_the_course_s_zone_with_the_time_left(world: World) -> None:
    assignment = world.task.assignment
    assignment.opens_at, assignment.due_at = "2030-01-01T00:00:00Z", "2030-07-01T21:59:00Z"
    assignment.save()
    text = page(world)
    assert "Mon 1 Jul 2030, 23:59" in text and "Europe/Zurich time" in text
    assert "data-countdown" in text and " days " in text
    assert "Your extension" not in text


def test_the_own_extension_is_named_beside_the_class_s_time(world: World) -> None:
    assignment = world.task.assignment
    due = assignment.due_at + timedelta(days=2)
    Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=due)
    text = page(world)
    assert "Your extension: until" in text and "the class’s due time is" in text
    assert "Your extension" not in page(world, "classmate")


def test_after_the_class_s_time_the_extension_still_leads_to_the_form(world: World) -> None:
    assignment = world.task.assignment
    assignment.opens_at, assignment.due_at = timezone.now() - timedelta(days=2), timezone.now() - timedelta(days=1)
    assignment.save()
    assert "This assignment is closed" in page(world)
    Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=timezone.now() + timedelta(days=1))
    assert ">Hand in</a>" in page(world) and "This assignment is closed" not in page(world)


def test_each_attempt_says_whether_it_counts_and_why(world: World) -> None:
    verified(world)
    verified(world, claimed_epochs=1)
    hand_in(world.task, world.owner)
    text = page(world)
    for words in ("Counts: your best verified attempt", "a person decides", "Is being checked."):
        assert words in text
    assert text.count(">counts</span>") == 1


def test_the_playground_opens_with_the_task_s_settings(world: World) -> None:
    text = page(world)
    start = text.index("https://playground.tensorflow.org/#")
    link = text[start : text.index('"', start)].replace("&amp;", "&")
    assert not world.task.rules.problems(read_link(link).spec.with_seed("0.5"))
    assert "Open the Playground with these settings" in text


def test_a_longer_history_needs_no_more_queries(world: World, django_assert_max_num_queries: object) -> None:
    for _ in range(3):
        verified(world)
    page(world)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        page(world)
