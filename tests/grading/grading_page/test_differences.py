"""A newer result than the one decided on shows; a person takes it over or keeps the decision."""

from decimal import Decimal

import pytest
from django.test import Client

from coursework.models import Event
from grading.grades.keys import grading_url
from grading.grades.reading import grade_of
from grading.models import Grade, Verification
from grading.services.rerun import run_again
from tests.grading.graded import settle, settled
from tests.grading.grading_page.rows import opened, rerun
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def newer(world: World) -> Verification:
    """A decision on 10 points less 2, and a rerun after it that gives other points."""
    submission = settled(world.task, world.owner, 100.0).submission
    with opened(world.client("ta"), world.task, world.owner) as (url, form):
        sent = form | {"adjustment": "−2", "adjustment_reason": "Talk.", "act": "save"}
        assert world.client("ta").post(url, sent).status_code == 302
    return rerun(submission, 300.0, world)


def answer(client: Client, world: World, act: str, verification: int, version: int = 1) -> tuple[int, str]:
    url = f"{grading_url(world.task, world.owner.pk)}keep/"
    response = client.post(url, {"act": act, "verification": verification, "version": version})
    return response.status_code, response.content.decode()


def page(world: World) -> str:
    return world.client("ta").get(grading_url(world.task, world.owner.pk)).content.decode()


def test_the_page_says_what_the_newer_result_would_give(world: World, newer: Verification) -> None:
    shown = page(world)
    now = grade_of(world.task, world.owner).result.differs
    assert now is not None and now.automatic is not None
    assert f"A newer result would give {now.automatic - 2}; you decided on 8.0" in shown
    assert "Attempt 1 was run again" in shown


def test_taking_it_over_keeps_the_rest_of_the_decision(world: World, newer: Verification) -> None:
    assert answer(world.client("ta"), world, "take", newer.pk)[0] == 302
    row = Grade.objects.get()
    assert (row.verification, row.adjustment, row.version) == (newer, Decimal("-2.0"), 2)
    assert grade_of(world.task, world.owner).result.differs is None
    event = Event.objects.get(action="grade.taken")
    assert event.details["points_from"] == "8.0" and event.details["verification"] == newer.pk
    assert "A newer result" not in page(world)


def test_keeping_the_decision_silences_it_until_there_is_another(world: World, newer: Verification) -> None:
    assert answer(world.client("ta"), world, "keep", newer.pk)[0] == 302
    row = Grade.objects.get()
    assert (row.kept_against, row.automatic) == (newer, Decimal("10.0"))
    assert "A newer result" not in page(world)
    assert Event.objects.filter(action="grade.kept").count() == 1
    rerun(newer.submission, 390.0, world)
    assert "A newer result" in page(world)


def test_two_newer_results_are_both_done_with_once_the_newest_is_kept(world: World) -> None:
    first = settled(world.task, world.owner, 300.0).submission
    second = settled(world.task, world.owner, 100.0, claimed_epochs=100).submission
    with opened(world.client("ta"), world.task, world.owner, "?attempt=1") as (url, form):
        world.client("ta").post(url, form | {"act": "save"})
    newest = rerun(second, 120.0, world)
    last = rerun(first, 350.0, world)
    differs = grade_of(world.task, world.owner).result.differs
    assert differs is not None and differs.verification_id == newest.pk
    assert answer(world.client("ta"), world, "keep", newest.pk)[0] == 302
    differs = grade_of(world.task, world.owner).result.differs
    assert differs is not None and differs.verification_id == last.pk
    assert answer(world.client("ta"), world, "keep", last.pk, version=2)[0] == 302
    assert grade_of(world.task, world.owner).result.differs is None  # and the one before is not back


def test_an_answer_about_something_else_changes_nothing(world: World, newer: Verification) -> None:
    client = world.client("ta")
    assert answer(client, world, "take", newer.pk, version=0)[0] == 409
    status, shown = answer(client, world, "take", newer.pk + 999)
    assert (status, "another result than the one" in shown) == (409, True)
    run_again(submission=newer.submission, actor=world.operator)
    assert answer(client, world, "keep", newer.pk)[0] == 302  # what runs is newer: it will show
    for nonsense in ({}, {"act": "burn"}, {"act": "keep", "verification": "x", "version": "1"}):
        response = client.post(f"{grading_url(world.task, world.owner.pk)}keep/", nonsense)
        assert response.status_code == 422
    assert Grade.objects.get().automatic == Decimal("10.0")


def test_while_an_earlier_run_goes_on_nothing_is_kept_for_good(world: World) -> None:
    first = settled(world.task, world.owner, 300.0).submission
    with opened(world.client("ta"), world.task, world.owner) as (url, form):
        world.client("ta").post(url, form | {"act": "save"})
    running = run_again(submission=first, actor=world.operator)
    second = settled(world.task, world.owner, 100.0, claimed_epochs=100).submission
    counting = second.verifications.get()
    status, shown = answer(world.client("ta"), world, "keep", counting.pk)
    assert (status, "is not done yet" in shown) == (409, True)
    settle(running, 200.0)
    assert answer(world.client("ta"), world, "keep", counting.pk)[0] == 302
