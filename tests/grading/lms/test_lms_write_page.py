"""The page of a file of our own data: what it would hold, and the file."""

import re
from decimal import Decimal

import pytest

from coursework.models import Event
from grading.models import Grade, GradingPolicy, ReleaseMode
from tests.grading.lms.lms_world import make_lms_world, url
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_lms_world()


def test_a_file_of_our_data_says_what_it_holds_and_is_given(world: World) -> None:
    asked = {"system": "canvas", "tasks": [str(world.task.pk)]}
    page = world.client("ta").get(url("lms_write", world), asked).content.decode()
    assert "Download 2 students" in page
    assert "2 nothing handed in yet" in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert fields["identifier"] == "id_number"
    answer = world.client("ta").post(url("lms_write", world), fields)
    assert answer["Content-Disposition"].startswith(f'attachment; filename="canvas-{world.course.slug}-')
    assert b'"Ash, Alex",,1001,,,7.5' in answer.content
    assert Event.objects.get(action="lms.exported").details["way"] == "written"
    Grade.objects.update(override=Decimal("1.0"))
    assert world.client("ta").post(url("lms_write", world), fields).status_code == 409


def test_who_may_not_release_gets_no_unreleased_grades_by_asking(world: World) -> None:
    GradingPolicy.objects.update(release=ReleaseMode.MANUAL)
    asked = {"system": "blackboard", "tasks": [str(world.task.pk)], "unreleased": "on"}
    assert (
        "Nobody has a grade that can be written."
        in world.client("ta").get(url("lms_write", world), asked).content.decode()
    )
    page = world.client("instructor").get(url("lms_write", world), asked).content.decode()
    assert "Download 2 students" in page
    assert "With grades that are not released" in page


def test_wishes_that_can_not_be_are_said(world: World) -> None:
    answer = world.client("ta").get(url("lms_write", world), {"system": "other", "tasks": ["0"], "section": "x"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "other is not one of the available choices" in page
    assert "0 is not one of the available choices" in page
