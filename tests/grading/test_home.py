"""The first page: what is due and until when for this very person, in the same few queries for any number of tasks."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from coursework.models import Course, Extension, Role, Section
from coursework.services.courses import enroll
from grading.home import courses_of
from grading.services.verification import run_verification
from tests.world import World, hand_in, make_assignment, make_course, make_task, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def home(world: World, who: str = "owner") -> str:
    response = world.client(who).get(reverse("home"))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def another_task(course: Course, slug: str, *, due: timedelta, **fields: Any) -> Any:
    now = timezone.now()
    window = {"opens_at": min(now, now + due) - timedelta(days=1), "due_at": now + due}
    assignment = make_assignment(course, slug=slug, **(window | fields))
    task = make_task(course, slug=slug, title=f"Task {slug}")
    type(task).objects.filter(pk=task.pk).update(assignment=assignment)
    return assignment


def test_the_soonest_comes_first_within_a_course_and_among_courses(world: World) -> None:
    another_task(world.course, "later", due=timedelta(days=3))
    another_task(world.course, "sooner", due=timedelta(hours=2))
    urgent = make_course("urgent")
    enroll(course=urgent, user=world.owner.user)
    another_task(urgent, "at-once", due=timedelta(minutes=30))
    text = home(world)
    order = [text.index(title) for title in ("Task at-once", "Task sooner", "Task A: Circle", "Task later")]
    assert order == sorted(order)
    assert "in 29 min" in text and "in 1 h 59 min" in text


def test_what_is_over_is_folded_away(world: World) -> None:
    another_task(world.course, "past", due=timedelta(days=-2))
    text = home(world)
    assert "Closed tasks (1)" in text
    assert text.index("Task A: Circle") < text.index("Closed tasks") < text.index("Task past")


def test_an_own_extension_is_used_and_named(world: World) -> None:
    assignment = world.task.assignment
    due = timezone.now() + timedelta(days=4, minutes=1)
    Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=due)
    assert "in 4 days" in home(world) and "your extension" in home(world)
    assert "in 4 days" not in home(world, "classmate") and "your extension" not in home(world, "classmate")


def test_a_section_s_extension_holds_for_its_students_only(world: World) -> None:
    section = Section.objects.create(course=world.course, name="Lab 1")
    world.owner.section = section
    world.owner.save()
    due = timezone.now() + timedelta(days=4, minutes=1)
    Extension.objects.create(assignment=world.task.assignment, section=section, due_at=due)
    assert "in 4 days" in home(world)
    assert "in 4 days" not in home(world, "classmate")


def test_an_extension_counts_for_what_ranks_too(world: World) -> None:
    assignment = world.task.assignment
    submission = hand_in(world.task, world.owner)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    assignment.due_at = timezone.now() - timedelta(seconds=1)
    assignment.opens_at = assignment.due_at - timedelta(days=1)
    type(submission).objects.filter(pk=submission.pk).update(received_at=timezone.now())
    assignment.save()
    (course,), _ = courses_of(world.owner.user, now=timezone.now())
    assert course.over[0].counting is None  # it came after the class's due time
    Extension.objects.create(assignment=assignment, enrollment=world.owner, due_at=timezone.now() + timedelta(hours=1))
    (course,), _ = courses_of(world.owner.user, now=timezone.now())
    assert course.due[0].counting is not None


def test_courses_that_a_person_left_are_gone(world: World) -> None:
    world.owner.active = False
    world.owner.save()
    text = home(world)
    assert "Course ml-1" not in text and "No course yet" in text


def test_without_a_course_it_says_how_to_get_into_one(world: World) -> None:
    assert "gives you a code to join by" in home(world, "operator")


def test_a_course_without_tasks_says_so(world: World) -> None:
    enroll(course=make_course("bare"), user=world.owner.user)
    assert "This course has no tasks yet" in home(world)


def test_staff_are_led_to_the_class(world: World) -> None:
    text = home(world, "ta")
    assert "You are teaching assistant here" in text
    assert reverse("course_dashboard", kwargs={"course": world.course.slug}) in text
    assert "attempts used" not in text and ">Hand in<" not in text


def test_the_latest_results_come_newest_first(world: World) -> None:
    for _ in range(2):
        run_verification(verification_id=verification_of(hand_in(world.task, world.owner)).pk, worker="test")
    hand_in(world.task, world.owner)  # not settled
    text = home(world)
    results = text[text.index("Latest results") :]
    assert results.index("attempt 2") < results.index("attempt 1")
    assert "attempt 3" not in results
    assert "Latest results" not in home(world, "classmate")


def test_when_attempts_are_used_up_there_is_no_way_to_the_form(world: World) -> None:
    world.task.attempts = 1
    world.task.save()
    hand_in(world.task, world.owner)
    assert "Try again" not in home(world) and "1 of 1 attempts used" in home(world)


def queries(world: World, who: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        home(world, who)
    return len(captured)


@pytest.mark.parametrize("who", ["owner", "ta"])
def test_more_courses_tasks_and_attempts_need_no_more_queries(who: str, world: World) -> None:
    run_verification(verification_id=verification_of(hand_in(world.task, world.owner)).pk, worker="test")
    home(world, who)  # signing in has queries of its own
    before = queries(world, who)
    person = getattr(world, who).user
    for number in range(3):
        course = make_course(f"more-{number}")
        enrollment = enroll(course=course, user=person, role=Role.STUDENT)
        another_task(course, f"a{number}", due=timedelta(days=number + 1))
        another_task(world.course, f"b{number}", due=timedelta(days=number + 1))
        for task in type(world.task).objects.filter(assignment__course=course):
            run_verification(verification_id=verification_of(hand_in(task, enrollment)).pk, worker="test")
    assert queries(world, who) <= before + 3  # the lists were empty before for who had handed in nothing
    assert queries(world, who) <= 15
