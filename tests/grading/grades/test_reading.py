"""Grades are read for one student and for a class alike, in a fixed number of queries."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from coursework.models import Assignment, Extension
from grading.grades.keys import grade_key, in_blind_order, with_key
from grading.grades.reading import grade_of, grades_of
from grading.grades.rule import State
from grading.models import Grade, ReleaseMode, RubricItem, RubricMark
from tests.grading.graded import settled
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_grade_of_a_student_who_handed_in_twice(world: World) -> None:
    settled(world.task, world.owner, 200.0)
    settled(world.task, world.owner, 100.0, claimed_epochs=100)
    found = grade_of(world.task, world.owner)
    assert [one.attempt for one in found.attempts] == [1, 2]
    assert (found.result.total, found.result.state) == (Decimal("10.0"), State.SETTLED)
    assert found.is_released and not found.is_decided and found.row is None


def test_lateness_costs_what_the_assignment_says_and_an_extension_takes_that_back(world: World) -> None:
    now = timezone.now()
    Assignment.objects.filter(pk=world.task.assignment_id).update(
        due_at=now - timedelta(hours=1), closes_at=now + timedelta(days=1), late_percent_per_day=20
    )
    world.task.assignment.refresh_from_db()
    settled(world.task, world.owner, accept_late=True)
    found = grade_of(world.task, world.owner)
    assert (found.is_late, found.result.points.late, found.result.total) == (True, Decimal("2.0"), Decimal("8.0"))
    Extension.objects.create(assignment=world.task.assignment, enrollment=world.owner, due_at=now + timedelta(hours=1))
    found = grade_of(world.task, world.owner)
    assert (found.is_late, found.has_own_time, found.result.total) == (False, True, Decimal("10.0"))


def test_what_a_person_decided_is_read_with_the_rubric(world: World) -> None:
    verification = settled(world.task, world.owner)
    item = RubricItem.objects.create(task=world.task, title="No report", points=Decimal("-2.5"))
    row = Grade.objects.create(
        task=world.task,
        enrollment=world.owner,
        submission=verification.submission,
        verification=verification,
        automatic=Decimal("10.0"),
        decided_at=timezone.now(),
        decided_by=world.ta.user,
    )
    RubricMark.objects.create(grade=row, item=item)
    found = grade_of(world.task, world.owner)
    assert (found.is_decided, found.result.points.rubric, found.result.total) == (True, Decimal("-2.5"), Decimal("7.5"))


def test_a_task_whose_grades_people_release_hides_them_until_then(world: World) -> None:
    task = make_task(world.course, slug="by-hand", release=ReleaseMode.MANUAL)
    assert not grade_of(task, world.owner).is_released
    Grade.objects.create(
        task=task,
        enrollment=world.owner,
        release_state="released",
        released_at=timezone.now(),
        released_by=world.instructor.user,
    )
    assert grade_of(task, world.owner).is_released


def test_a_class_takes_as_many_queries_as_one_student(world: World, django_assert_num_queries: Any) -> None:
    people = [world.owner, world.classmate]
    for person in people:
        settled(world.task, person)
    with django_assert_num_queries(6):
        assert set(grades_of([world.task], people)) == {(world.task.pk, person.pk) for person in people}
    RubricItem.objects.create(task=world.task, title="One", points=Decimal(1))
    with django_assert_num_queries(7):
        grades_of([world.task], people)


def test_a_key_leads_to_one_student_and_orders_without_names(world: World) -> None:
    people = [world.owner, world.classmate]
    key = grade_key(world.task.pk, world.owner.pk)
    assert with_key(world.task, people, key) == world.owner
    assert with_key(world.task, people, "0" * 16) is None
    assert in_blind_order(world.task, people) == in_blind_order(world.task, people[::-1])
