"""Who may see a course."""

import pytest

from tests.world import make_world

pytestmark = pytest.mark.django_db


def test_who_left_the_course_is_a_stranger_there() -> None:
    world = make_world()
    address = f"/courses/{world.course.slug}/playground/circle/"
    assert world.client("owner").get(address).status_code == 200
    world.owner.active = False
    world.owner.save()
    assert world.client("owner").get(address).status_code == 404
