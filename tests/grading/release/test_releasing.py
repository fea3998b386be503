"""Grades are shown and taken back: what nobody decided is decided by that, what waits is left out, all is recorded."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from coursework.models import Assignment, Enrollment, Event
from grading.grades.reading import grade_of
from grading.grades.rule import State
from grading.grades.waiting import LeftOut
from grading.models import (
    Grade,
    GradingPolicy,
    ReleaseMode,
    RubricItem,
    RubricMark,
    RubricUse,
    Status,
    Verification,
)
from grading.services.grades.releasing import Released, hide_grades, release_grades
from tests.grading.graded import by_hand, classmates, decided, settled
from tests.world import World, hand_in, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return by_hand()


def release(world: World, *students: Any, mail: bool = False) -> Released:
    return release_grades(
        task=world.task, enrollments=students or [world.owner], actor=world.instructor.user, mail=mail
    )


def hide(world: World, *students: Any) -> Released:
    return hide_grades(task=world.task, enrollments=students or [world.owner], actor=world.instructor.user)


def close(world: World) -> None:
    past = timezone.now() - timedelta(minutes=1)
    Assignment.objects.filter(pk=world.task.assignment_id).update(due_at=past)
    world.task.assignment.refresh_from_db()


def acts() -> list[str]:
    return list(Event.objects.filter(action__startswith="grade.").order_by("pk").values_list("action", flat=True))


def test_a_release_decides_on_the_automatic_points_as_they_are(world: World) -> None:
    verification = settled(world.task, world.owner)
    assert release(world) == Released(1, [])
    row = Grade.objects.get()
    assert (row.submission_id, row.verification_id) == (verification.submission_id, verification.pk)
    assert (row.automatic, row.decided_by, row.version) == (Decimal("10.0"), world.instructor.user, 1)
    assert (row.release_state, row.released_by, row.mail_due_at) == ("released", world.instructor.user, None)
    found = grade_of(world.task, world.owner)
    assert (found.is_released, found.result.state, found.result.total) == (True, State.SETTLED, Decimal("10.0"))
    assert found.is_fixed and not found.is_decided  # nobody graded


def test_a_better_attempt_after_the_release_only_shows_as_a_difference(world: World) -> None:
    settled(world.task, world.owner, 200.0)
    release(world)
    before = grade_of(world.task, world.owner).result
    settled(world.task, world.owner, 100.0, claimed_epochs=100)
    after = grade_of(world.task, world.owner).result
    assert after.total == before.total and before.differs is None
    assert after.differs is not None and after.differs.automatic == Decimal("10.0")


def test_what_a_person_decided_stays_as_it_is(world: World) -> None:
    row = decided(settled(world.task, world.owner), world.ta, override=Decimal("4.5"), override_reason="Late, agreed")
    release(world)
    after = Grade.objects.get()
    assert (after.decided_by, after.decided_at, after.override) == (world.ta.user, row.decided_at, Decimal("4.5"))


def test_each_reason_to_wait_leaves_the_grade_as_it_is(world: World) -> None:
    review, checking, failed, again, nothing, both = classmates(world, 6)
    settled(world.task, review, None)
    hand_in(world.task, checking)
    Verification.objects.filter(pk=verification_of(hand_in(world.task, failed)).pk).update(status=Status.FAILED)
    settled(world.task, again)
    hand_in(world.task, again, claimed_epochs=90)
    settled(world.task, both)
    settled(world.task, both, None, claimed_epochs=50)
    found = release(world, review, checking, failed, again, nothing, both)
    assert found.count == 0 and Event.objects.filter(action="grade.released").count() == 0
    assert dict((student.pk, reason) for student, reason in found.left_out) == {
        review.pk: LeftOut.TO_REVIEW,
        checking.pk: LeftOut.CHECKING,
        failed.pk: LeftOut.FAILED,
        again.pk: LeftOut.CHECKING,
        nothing.pk: LeftOut.NOT_YET,
        both.pk: LeftOut.TO_REVIEW,
    }
    assert found.reasons == [
        (LeftOut.TO_REVIEW, 2),
        (LeftOut.CHECKING, 2),
        (LeftOut.FAILED, 1),
        (LeftOut.NOT_YET, 1),
    ]
    assert not Grade.objects.exclude(version=0, release_state="", decided_at=None).exists()


def test_who_is_excused_or_missing_is_released_without_points(world: World) -> None:
    Grade.objects.create(task=world.task, enrollment=world.owner, excused=True, excused_reason="Ill")
    close(world)
    assert release(world, world.owner, world.classmate).count == 2
    states = [grade_of(world.task, one) for one in (world.owner, world.classmate)]
    assert [(one.result.state, one.result.total, one.is_decided) for one in states] == [
        (State.EXCUSED, None, False),
        (State.MISSING, None, False),
    ]
    assert all(one.is_released for one in states)


def test_a_decision_on_what_waited_can_be_released(world: World) -> None:
    decided(settled(world.task, world.owner, None), world.ta, automatic=None)
    assert release(world).count == 1


def test_what_a_person_decided_stays_decided_when_it_is_taken_back(world: World) -> None:
    decided(settled(world.task, world.owner), world.ta, adjustment=Decimal(-1), adjustment_reason="No picture")
    release(world)
    hide(world)
    found = grade_of(world.task, world.owner)
    assert (found.is_decided, found.result.total) == (True, Decimal("9.0"))


def test_a_rubric_that_replaces_takes_nothing_of_what_nobody_graded(world: World) -> None:
    GradingPolicy.objects.filter(task=world.task).update(rubric_use=RubricUse.INSTEAD)
    item = RubricItem.objects.create(task=world.task, title="Report", points=Decimal(4))
    settled(world.task, world.owner)
    graded = decided(settled(world.task, world.classmate), world.ta)
    RubricMark.objects.create(grade=graded, item=item)
    before = [grade_of(world.task, person).result.total for person in (world.owner, world.classmate)]
    release(world, world.owner, world.classmate)
    after = [grade_of(world.task, person).result.total for person in (world.owner, world.classmate)]
    assert before == after == [Decimal("10.0"), Decimal("4.0")]


def test_what_comes_in_after_the_release_and_needs_a_person_says_so(world: World) -> None:
    settled(world.task, world.owner)
    release(world)
    settled(world.task, world.owner, None, claimed_epochs=60)
    found = grade_of(world.task, world.owner)
    assert (found.result.total, found.result.to_review) == (Decimal("10.0"), True)


def test_taking_back_hides_and_a_release_shows_again(world: World) -> None:
    settled(world.task, world.owner)
    release(world, mail=True)
    assert Grade.objects.get().mail_due_at is not None
    assert hide(world) == Released(1, [])
    row = Grade.objects.get()
    assert (row.release_state, row.mail_due_at, row.version) == ("hidden", None, 2)
    found = grade_of(world.task, world.owner)
    assert not found.is_released and not found.is_fixed  # the points follow the verifications again
    release(world)
    assert grade_of(world.task, world.owner).is_released
    assert acts() == ["grade.released", "grade.hidden", "grade.released"]


def test_a_second_click_changes_nothing(world: World) -> None:
    settled(world.task, world.owner)
    release(world)
    assert release(world, mail=True) == Released(0, [(world.owner, LeftOut.RELEASED)])
    assert Grade.objects.get().mail_due_at is None
    hide(world)
    assert hide(world) == Released(0, [(world.owner, LeftOut.NOT_RELEASED)])
    assert Grade.objects.get().version == 2
    assert acts() == ["grade.released", "grade.hidden"]


def test_the_event_says_which_points_and_names_nobody(world: World) -> None:
    receipt = settled(world.task, world.owner).submission.receipt_number
    close(world)
    release(world, world.owner, world.classmate, mail=True)
    first, second = Event.objects.filter(action="grade.released").order_by("pk")
    assert (first.subject, first.details) == (f"submission {receipt}", {"points": "10.0", "mail": True})
    assert (second.subject, second.details["points"]) == (f"enrollment {world.classmate.pk}", None)
    assert (first.task_id, first.enrollment_id, first.course_id) == (world.task.pk, world.owner.pk, world.course.pk)
    assert first.actor == world.instructor.user


def test_where_grades_show_by_themselves_one_can_be_held_back(world: World) -> None:
    GradingPolicy.objects.update(release=ReleaseMode.AUTOMATIC)
    settled(world.task, world.owner)
    assert release(world).left_out == [(world.owner, LeftOut.RELEASED)]
    hide(world)
    assert not grade_of(world.task, world.owner).is_released
    release(world)
    found = grade_of(world.task, world.owner)
    assert found.is_released and not found.is_decided and found.row is not None
    assert found.row.release_state == ""


def test_a_class_takes_as_many_queries_as_two(world: World, django_assert_num_queries: Any) -> None:
    students = classmates(world, 6)
    for student in students:
        settled(world.task, student)
    with django_assert_num_queries(17):
        release(world, *students[:2])
    with django_assert_num_queries(17):
        release(world, *students[2:])
    with django_assert_num_queries(14):
        hide(world, *students)


@pytest.mark.django_db(transaction=True)
def test_two_who_release_at_once_release_each_grade_once(world: World) -> None:
    students = [world.owner, world.classmate]
    for student in students:
        settled(world.task, student)
    counts: list[int] = []
    together = threading.Barrier(2)

    def click(order: list[Enrollment]) -> None:
        try:
            together.wait()
            counts.append(release(world, *order).count)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=(order,)) for order in (students, students[::-1])]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert sorted(counts) == [0, 2]
    assert set(Grade.objects.values_list("version", flat=True)) == {1}
    assert Event.objects.filter(action="grade.released").count() == 2
