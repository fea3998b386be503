"""How a task is graded: a form with defaults, and a preview of whose points or view of them would change."""

from typing import Any

import pytest

from coursework.models import Event
from grading.grades.reading import policy_of
from grading.models import GradingPolicy
from tests.grading.graded import settled
from tests.grading.rubric.graded import digest_in, graded, item, total, url, words
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
SENT = {"release": "manual", "counts": "best", "rubric_use": "added", "regrade_days": "7", "mail_students": "on"}


@pytest.fixture
def world() -> World:
    world = make_world()
    GradingPolicy.objects.all().delete()
    return world


def post(world: World, **changed: str) -> Any:
    sent = {name: value for name, value in (SENT | changed).items() if value != ""}
    return world.client("instructor").post(url(world, "policy"), sent)


def test_a_task_without_a_row_shows_the_defaults_and_saving_them_stores_nothing(world: World) -> None:
    page = world.client("instructor").get(url(world, "policy")).content.decode()
    for value in ("manual", "best", "added"):
        assert f'value="{value}" id=' in page or f'value="{value}"' in page
    assert page.count("checked") == 4  # three choices, and the mail
    assert post(world).status_code == 302
    assert not GradingPolicy.objects.exists() and not Event.objects.exists()


def test_everything_is_stored_with_what_it_was_before(world: World) -> None:
    assert (
        post(world, counts="last", rubric_use="instead", blind="on", regrade_days="0", mail_students="").status_code
        == 302
    )
    policy = policy_of(world.task)
    assert (policy.counts, policy.rubric_use, policy.blind) == ("last", "instead", True)
    assert (policy.regrade_days, policy.mail_students, policy.release) == (0, False, "manual")
    event = Event.objects.get()
    assert (event.action, event.task_id) == ("policy.changed", world.task.pk)
    assert event.details["counts"] == ["best", "last"] and event.details["regrade_days"] == [7, 0]


def test_blind_needs_people_who_release(world: World) -> None:
    answer = post(world, release="automatic", blind="on")
    assert answer.status_code == 422 and "Not possible with automatic release" in words(answer)
    assert not GradingPolicy.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("regrade_days", "367", "367 is not allowed: a whole number from 0 to 366"),
        ("regrade_days", "-1", "a whole number from 0 to 366"),
        ("regrade_days", "", "Missing: a whole number from 0 to 366"),
        ("release", "sometimes", "sometimes is not allowed: one of manual, automatic"),
        ("counts", "", "Missing: one of best, last"),
        ("rubric_use", "twice", "twice is not allowed: one of added, instead"),
    ],
)
def test_what_is_wrong_is_said(field: str, value: str, said: str, world: World) -> None:
    answer = post(world, **{field: value})
    assert answer.status_code == 422 and said in words(answer)


def test_the_last_attempt_instead_of_the_best_shows_whose_points_go_down(world: World) -> None:
    settled(world.task, world.owner)
    settled(world.task, world.owner, 200.0, claimed_epochs=100)
    settled(world.task, world.classmate)
    shown = post(world, counts="last")
    assert [row.name for row in shown.context["effect"].rows] == ["Orla Owner"]
    assert total(world, world.owner) == 10 and not GradingPolicy.objects.exists()
    assert post(world, counts="last", confirmed=digest_in(shown)).status_code == 302
    assert total(world, world.owner) == shown.context["effect"].rows[0].after < 10
    assert Event.objects.get(action="policy.changed").details["students"] == 1


def test_the_rubric_instead_of_automatic_points(world: World) -> None:
    graded(world, world.owner, item(world.task))
    shown = post(world, rubric_use="instead")
    assert [(row.before, row.after) for row in shown.context["effect"].rows] == [(6, 2)]
    assert post(world, rubric_use="instead", confirmed=digest_in(shown)).status_code == 302


def test_automatic_release_says_how_many_grades_become_visible(world: World) -> None:
    settled(world.task, world.owner)
    graded(world, world.classmate)
    shown = post(world, release="automatic")
    page = words(shown)
    assert "2 grades become visible" in page and "other points" not in page
    assert (shown.context["effect"].shown, shown.context["effect"].points) == (2, 0)
    assert post(world, release="automatic", confirmed=digest_in(shown)).status_code == 302
    page = words(post(world, release="manual"))
    assert "2 grades that students see now are hidden until staff release them" in page


def test_what_moves_nothing_is_saved_at_once(world: World) -> None:
    settled(world.task, world.owner)
    assert post(world, counts="last", regrade_days="30", blind="on").status_code == 302
    assert policy_of(world.task).regrade_days == 30
