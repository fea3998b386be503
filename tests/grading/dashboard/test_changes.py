"""Visits of staff, and what changed since the last one."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from grading.dashboard.changes import changes_since
from grading.dashboard.rows import class_of
from grading.models import Outcome, StaffVisit
from grading.services.visits import LASTS, note_visit
from tests.grading.dashboard.classes import asked_again, graded, settled
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
NOW = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return make_world()


def visit(world: World, minutes: float) -> object:
    return note_visit(task=world.task, user=world.ta.user, now=NOW + minutes * MINUTE)


def test_a_visit_goes_on_while_its_signs_are_close(world: World) -> None:
    assert visit(world, 0) is None
    assert visit(world, 29) is None and visit(world, 58) is None  # still the first one
    assert visit(world, 58 + 31) == NOW + 58 * MINUTE
    assert visit(world, 58 + 32) == NOW + 58 * MINUTE  # looking again does not forget it
    assert StaffVisit.objects.count() == 1 and timedelta(minutes=30) == LASTS


def test_each_person_and_task_has_visits_of_its_own(world: World) -> None:
    visit(world, 0)
    assert note_visit(task=world.task, user=world.instructor.user, now=NOW + 90 * MINUTE) is None


def test_a_visit_under_way_is_stored_once_a_minute(world: World) -> None:
    visit(world, 0)
    visit(world, 0.5)
    assert StaffVisit.objects.get().visited_at == NOW
    visit(world, 2)
    assert StaffVisit.objects.get().visited_at == NOW + 2 * MINUTE


def test_what_changed_is_counted_with_whose_it_is(world: World) -> None:
    settled(world.task, world.owner)
    since = timezone.now()
    settled(world.task, world.owner)
    submission = settled(world.task, world.classmate, Outcome.CLAIM_NOT_REPRODUCED)
    settled(world.task, world.ta)  # no student
    asked_again(graded(submission, world.ta))
    found = {one.kind: one for one in changes_since(world.task, class_of(world.task), since)}
    assert {kind: (one.count, one.words) for kind, one in found.items()} == {
        "hand_ins": (2, "new hand-ins"),
        "settled": (2, "verifications settled"),
        "graded": (1, "grade decided"),
        "regrades": (1, "regrade request"),
    }
    assert found["graded"].students == {world.classmate.pk}


def test_the_page_tells_it_with_links_to_just_these_students(world: World) -> None:
    browser: Client = world.client("ta")
    url = reverse("dashboard", kwargs=world.task.url_arguments())
    assert "Since your visit" not in browser.get(url).content.decode()
    StaffVisit.objects.update(visited_at=timezone.now() - timedelta(hours=2))
    settled(world.task, world.classmate)
    page = browser.get(url)
    (link,) = [query for change, query in page.context["changes"] if change.kind == "hand_ins"]
    assert "1 new hand-in<" in page.content.decode()
    listed = browser.get(f"{url}?{link}").context["lines"]
    assert [line.name for line in listed] == ["classmate"]
    StaffVisit.objects.update(visited_at=timezone.now() + timedelta(hours=1), before_at=timezone.now())
    assert "Nothing has changed since your visit" in browser.get(url).content.decode()
