"""After the due time the page asks first; before it, it does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Submission
from coursework.services.submissions import LateNotConfirmed
from engine.link import write_link
from tests.world import QUICK_SPEC, World, hand_in, make_world, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def make_late(world: World) -> None:
    assignment = world.task.assignment
    assignment.due_at = timezone.now() - timedelta(hours=1)
    assignment.closes_at = timezone.now() + timedelta(hours=1)
    assignment.save()


def url(world: World) -> str:
    return reverse("hand_in", kwargs=world.task.url_arguments())


def post(world: World, **fields: Any) -> Any:
    data = {"link": write_link(QUICK_SPEC), "claimed_epochs": "101", "idempotency_key": "0" * 32}
    return world.client("owner").post(url(world), data | {"screenshots": [picture()]} | fields)


def page(world: World) -> str:
    return " ".join(world.client("owner").get(url(world)).content.decode().split())


def test_before_the_deadline_nothing_is_asked(world: World) -> None:
    assert "confirm_late" not in page(world)
    assert post(world).status_code == 302


def test_after_it_the_page_says_what_it_costs(world: World) -> None:
    make_late(world)
    shown = page(world)
    assert 'name="confirm_late"' in shown
    assert "A hand-in now is marked late. You have handed in nothing before the deadline." in shown


def test_what_was_on_time_keeps_counting(world: World) -> None:
    hand_in(world.task, world.owner)
    Submission.objects.update(received_at=timezone.now() - timedelta(hours=2))
    make_late(world)
    assert "What you handed in before the deadline keeps counting." in page(world)


def test_unasked_it_is_not_taken(world: World) -> None:
    make_late(world)
    refused = post(world)
    assert refused.status_code == 422
    assert "tick this to hand in late" in refused.content.decode()
    assert not Submission.objects.exists()
    assert post(world, confirm_late="on").status_code == 302


def test_a_form_that_was_handed_in_on_time_may_be_sent_again_later(world: World) -> None:
    first = post(world)
    make_late(world)
    again = post(world, screenshots=[])
    assert (again.status_code, again["Location"]) == (302, first["Location"])


def test_the_service_decides_by_its_own_clock(world: World) -> None:
    make_late(world)
    with pytest.raises(LateNotConfirmed):
        hand_in(world.task, world.owner, accept_late=False)
    assert hand_in(world.task, world.owner, accept_late=True).attempt == 1
