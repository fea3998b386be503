"""Who has a grading page open sees who else has; a sign of more than half a minute ago is none."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from grading.grades.keys import grading_url
from grading.models import Grade, GradingPresence
from tests.grading.graded import settled
from tests.grading.grading_page.rows import opened, second_ta
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def address(world: World) -> str:
    return f"{grading_url(world.task, world.owner.pk)}presence/"


def test_others_are_named_with_the_time_since_when(world: World) -> None:
    settled(world.task, world.owner)
    toni, ta = second_ta(world), world.client("ta")
    start = timezone.now().replace(hour=11, minute=3, second=10)
    with time_machine.travel(start, tick=False):
        alone = toni.post(address(world))
        assert alone.status_code == 200 and "has this page open" not in alone.content.decode()
    with time_machine.travel(start + timedelta(seconds=20), tick=False):
        toni.post(address(world))
    with time_machine.travel(start + timedelta(seconds=40), tick=False):
        said = ta.post(address(world)).content.decode()
        assert "Toni Tamarack has this page open too, since 12:03" in said  # in the course's zone
        assert "Toni Tamarack has this page open" in ta.get(grading_url(world.task, world.owner.pk)).content.decode()
        toni_sees = toni.post(address(world)).content.decode()
        assert "ta has this page open too" in toni_sees and "Toni" not in toni_sees


def test_what_is_no_news_is_not_said_again(world: World) -> None:
    toni, ta = second_ta(world), world.client("ta")
    assert ta.post(address(world), {"shown": ""}).status_code == 204
    toni.post(address(world))
    first = ta.post(address(world), {"shown": ""})
    known = str(GradingPresence.objects.get(user__username="toni").user_id)
    assert f'value="{known}"' in first.content.decode()
    assert ta.post(address(world), {"shown": known}).status_code == 204


def test_an_old_sign_is_none_and_goes_on_the_way(world: World) -> None:
    toni, ta = second_ta(world), world.client("ta")
    now = timezone.now()
    with time_machine.travel(now - timedelta(seconds=31)):
        toni.post(address(world))
    assert "Toni" not in ta.post(address(world)).content.decode()
    assert GradingPresence.objects.get().user == world.ta.user
    with time_machine.travel(now + timedelta(seconds=60)):
        ta.post(address(world))  # back after a while: a new visit
    assert GradingPresence.objects.get().since > now


def test_a_sign_is_no_change_of_the_grade(world: World) -> None:
    settled(world.task, world.owner)
    ta = world.client("ta")
    with opened(ta, world.task, world.owner) as (url, form):
        second_ta(world).post(address(world))
        assert Grade.objects.get().version == 0
        assert ta.post(url, form | {"act": "save"}).status_code == 302


def test_who_is_signed_out_is_told_so_in_place_and_no_longer_asked(world: World) -> None:
    answer = world.client("anonymous").post(address(world), headers={"HX-Request": "true"})
    assert answer.status_code == 286 and "signed out" in answer.content.decode()
    assert not GradingPresence.objects.exists()
