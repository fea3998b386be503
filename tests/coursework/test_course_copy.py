"""What comes along to the next term, and what stays."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from coursework.models import Assignment, Course, Enrollment, Event, Extension, Role, Section, Submission, Task
from coursework.services.course_copy import copy_course
from coursework.services.rows import SlugTaken
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db
# Monday to Friday night in winter; 26 weeks later it is summer.
OPENS_AT = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
DUE_AT = datetime(2026, 11, 13, 22, 59, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    world = make_world()
    hand_in(world.task, world.owner)
    Assignment.objects.filter(pk=world.task.assignment.pk).update(opens_at=OPENS_AT, due_at=DUE_AT)
    world.course.join_code = "K7Q4-9XRB"
    world.course.save()
    section = Section.objects.create(course=world.course, name="Monday")
    Extension.objects.create(assignment=world.task.assignment, section=section, due_at=DUE_AT)
    world.task.practice_seeds, world.task.practice_per_day = ["0.7"], 3
    world.task.instructions, world.task.full_points_epochs = "Do it.", 55
    world.task.board_frozen_at, world.task.board_top = DUE_AT, 5
    world.task.save()
    return world


def copy(world: World, **data: Any) -> Course:
    values: dict[str, Any] = {"title": "Next", "slug": "next", "days": 26 * 7} | data
    return copy_course(source=world.course, actor=world.instructor.user, **values)


def test_assignments_tasks_rules_points_and_practice_come_along(world: World) -> None:
    task = Task.objects.get(assignment__course=copy(world))
    same = [*("title", "slug", "instructions", "criterion", "target", "max_epochs", "attempts", "allowed_settings")]
    same += ["points", "share_for_target", "full_points_epochs", "practice_seeds", "practice_per_day", "board_top"]
    assert {name: getattr(task, name) for name in same} == {name: getattr(world.task, name) for name in same}
    assert task.pk != world.task.pk and task.board_frozen_at is None


def test_times_keep_their_day_and_hour_across_the_change_of_clocks(world: World) -> None:
    assignment = copy(world).assignments.get()
    assert assignment.opens_at == datetime(2027, 5, 3, 6, 0, tzinfo=UTC)
    assert assignment.due_at == datetime(2027, 5, 14, 21, 59, tzinfo=UTC)
    assert assignment.closes_at is None


def test_only_the_one_who_copies_is_in_the_copy(world: World) -> None:
    course = copy(world)
    enrollment = Enrollment.objects.get(course=course)
    assert (enrollment.user, enrollment.role) == (world.instructor.user, Role.INSTRUCTOR)
    assert not Submission.objects.filter(task__assignment__course=course).exists()
    assert not Extension.objects.filter(assignment__course=course).exists()
    assert (course.join_code, course.sections.count(), course.time_zone) == (None, 0, "Europe/Zurich")


def test_seeds_stay_unless_asked_for(world: World) -> None:
    assert Task.objects.get(assignment__course=copy(world)).course_seeds.count() == 0
    task = Task.objects.get(assignment__course=copy(world, slug="with", with_seeds=True))
    assert [seed.seed for seed in task.course_seeds.all()] == ["0.1", "0.2", "0.3"]


def test_sections_and_a_join_code_of_its_own_on_demand(world: World) -> None:
    course = copy(world, with_sections=True, with_join_code=True)
    assert [section.name for section in course.sections.all()] == ["Monday"]
    assert course.join_code and course.join_code != world.course.join_code


def test_the_source_is_left_as_it_was_and_the_event_names_it(world: World) -> None:
    before = Course.objects.filter(pk=world.course.pk).values().get()
    course = copy(world)
    assert Course.objects.filter(pk=world.course.pk).values().get() == before
    assert Task.objects.filter(assignment__course=world.course).count() == 1
    event = Event.objects.get(action="course.copied")
    assert event.course == course and event.details == {"source": world.course.pk, "days": 182}


def test_all_is_copied_or_nothing(world: World) -> None:
    Task.objects.filter(pk=world.task.pk).update(allowed_settings={"dataset": ["moon"]})
    with pytest.raises(ValidationError):
        copy(world)
    assert not Course.objects.filter(slug="next").exists()
    with pytest.raises(SlugTaken, match="ml-2 is taken"):
        copy(world, slug="ml-2")


def post(world: World, **data: str) -> Any:
    values = {"title": "Next", "slug": "next", "weeks": "26", "starts_on": ""} | data
    return world.client("instructor").post(reverse("course_copy", kwargs={"course": "ml-1"}), values)


def test_the_page_copies_by_weeks(world: World) -> None:
    assert post(world)["Location"] == "/setup/next/"
    assert Assignment.objects.get(course__slug="next").opens_at == datetime(2027, 5, 3, 6, 0, tzinfo=UTC)


def test_or_to_a_first_day_that_wins_over_the_weeks(world: World) -> None:
    assert post(world, starts_on="2027-03-01").status_code == 302
    assert Assignment.objects.get(course__slug="next").opens_at == datetime(2027, 3, 1, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"weeks": "1000"}, "1000 is not allowed: a whole number from -520 to 520."),
        ({"starts_on": "9999-01-01"}, "9999-01-01 is not allowed: at most ten years from 2026-11-02."),
        ({"starts_on": "soon"}, "This can’t be read as a day"),
        ({"slug": "ml-1"}, "ml-1 is taken by another course"),
    ],
)
def test_a_refused_copy_says_why(world: World, data: dict[str, str], words: str) -> None:
    response = post(world, **data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Course.objects.count() == 2


def test_a_course_without_assignments_can_be_copied_too() -> None:
    bare = make_world()
    bare.course.assignments.all().delete()
    assert post(bare).status_code == 302
    assert Course.objects.get(slug="next").assignments.count() == 0
