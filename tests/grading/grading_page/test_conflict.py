"""Two people on one grade: who saves second sees what the first saved, loses nothing, and decides knowingly."""

from decimal import Decimal

import pytest

from grading.grades.reading import grade_of
from grading.models import Grade
from tests.grading.graded import settled
from tests.grading.grading_page.rows import item, opened, rerun, second_ta, sent_by
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_second_of_two_sees_both_and_may_save_over_it(world: World) -> None:
    settled(world.task, world.owner)
    one, two = item(world.task, "Typo", "-1"), item(world.task, "No report", "-3", position=2)
    toni, ta = second_ta(world), world.client("ta")
    with opened(toni, world.task, world.owner) as (url, first), opened(ta, world.task, world.owner) as (_, second):
        assert toni.post(url, first | {"items": [one.pk], "comment": "From Toni.", "act": "save"}).status_code == 302
        refused = ta.post(url, second | {"items": [two.pk], "comment": "From me.", "act": "save_next"})
    page = refused.content.decode()
    assert refused.status_code == 409
    for said in ("Toni Tamarack saved this grade at", "From Toni.", "From me.", "Typo −1.0", "No report −3.0"):
        assert said in page
    assert grade_of(world.task, world.owner).result.total == Decimal("9.0")  # Toni's
    again = sent_by(refused)
    assert (again["items"], again["comment"], again["version"]) == ([str(two.pk)], "From me.", "1")
    assert ta.post(url, again | {"act": "save"}).status_code == 302
    row = Grade.objects.get()
    assert (row.comment, row.version, row.decided_by) == ("From me.", 2, world.ta.user)
    assert grade_of(world.task, world.owner).result.total == Decimal("7.0")


def test_taking_back_what_somebody_else_changed_asks_first_too(world: World) -> None:
    settled(world.task, world.owner)
    toni, ta = second_ta(world), world.client("ta")
    with opened(ta, world.task, world.owner) as (url, form):
        ta.post(url, form | {"act": "save"})
    with opened(toni, world.task, world.owner) as (url, first), opened(ta, world.task, world.owner) as (_, second):
        toni.post(url, first | {"comment": "Mine.", "act": "save"})
        refused = ta.post(url, second | {"act": "undecide"})
    assert refused.status_code == 409 and Grade.objects.get().decided_at is not None


def test_a_rerun_that_settled_meanwhile_is_named_and_what_was_typed_stays(world: World) -> None:
    submission = settled(world.task, world.owner, 100.0).submission
    ta = world.client("ta")
    with opened(ta, world.task, world.owner) as (url, form):
        rerun(submission, 300.0, world)
        refused = ta.post(url, form | {"comment": "Very good.", "act": "save_next"})
    page = refused.content.decode()
    now = grade_of(world.task, world.owner).result.total
    assert refused.status_code == 409 and not Grade.objects.filter(decided_at__isnull=False).exists()
    assert f"it gave 10.0 automatic points, and gives {now} automatic points now" in page
    again = sent_by(refused)
    assert again["comment"] == "Very good."
    assert ta.post(url, again | {"act": "save"}).status_code == 302
    assert Grade.objects.get().automatic == now


def test_a_rerun_with_the_same_points_is_named_as_well(world: World) -> None:
    submission = settled(world.task, world.owner, 100.0).submission
    ta = world.client("ta")
    with opened(ta, world.task, world.owner) as (url, form):
        rerun(submission, 100.0, world)
        refused = ta.post(url, form | {"act": "save"})
    assert refused.status_code == 409 and "the same" in refused.content.decode()


def test_a_first_attempt_that_came_meanwhile_is_named(world: World) -> None:
    ta = world.client("ta")
    with opened(ta, world.task, world.owner) as (url, form):
        hand_in(world.task, world.owner)
        refused = ta.post(url, form | {"override": "0", "override_reason": "Nothing came.", "act": "save"})
    assert refused.status_code == 409 and "Attempt 1 was handed in while" in refused.content.decode()
    assert sent_by(refused)["override_reason"] == "Nothing came."
