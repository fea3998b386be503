"""What teaching assistants may do with rubrics is the course's to say."""

import pytest
from django.urls import reverse

from coursework.models import Course, Event
from grading.models import RubricGroup
from tests.grading.rubric.graded import item, url, words
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_without_the_right_they_read_the_rubric_and_reach_no_form(world: World) -> None:
    row = item(world.task, explanation="Read *this*.")
    page = world.client("ta").get(url(world, "rubric"))
    assert page.status_code == 200 and "<em>this</em>" in page.content.decode()
    assert "New item" not in words(page) and "Delete" not in words(page) and "How it is graded" not in words(page)
    for name, more in (
        *(("policy", {}), ("rubric_item_new", {}), ("rubric_group_new", {})),
        *((name, {"item": row.pk}) for name in ("rubric_item_edit", "rubric_item_delete")),
    ):
        assert world.client("ta").get(url(world, name, **more)).status_code == 404
        assert world.client("ta").post(url(world, name, **more)).status_code == 404


def test_with_the_right_they_change_it(world: World) -> None:
    Course.objects.update(assistants_edit_rubric=True)
    ta = world.client("ta")
    assert ta.post(url(world, "rubric_group_new"), {"title": "Report"}).status_code == 302
    assert RubricGroup.objects.count() == 1
    assert "How it is graded" in words(ta.get(url(world, "rubric")))
    assert ta.get(url(world, "policy")).status_code == 200


def test_instructors_switch_that_in_the_course(world: World) -> None:
    address = reverse("course_edit", kwargs={"course": world.course.slug})
    client = world.client("instructor")
    assert "Teaching assistants release grades" in words(client.get(address))
    sent = {"title": world.course.title, "slug": world.course.slug, "time_zone": "Europe/Zurich"}
    assert client.post(address, sent | {"assistants_release": "on"}).status_code == 302
    world.course.refresh_from_db()
    assert (world.course.assistants_release, world.course.assistants_edit_rubric) == (True, False)
    assert Event.objects.get(action="course.changed").details["fields"] == ["assistants_release"]
    assert "checked" in client.get(address).content.decode()
    assert client.post(address, sent).status_code == 302
    world.course.refresh_from_db()
    assert not world.course.assistants_release
