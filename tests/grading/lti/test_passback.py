"""Grades that arrive in the LMS: what is told and when, against a fake LMS as strict as Moodle."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coursework.models import Role
from grading.grades.judgement import Judgement
from grading.models import DeliveryState, LineItem, ReleaseMode, Score
from grading.services.grades.deciding import Seen, decide, undecide
from grading.services.grades.excusing import excuse, unexcuse
from grading.services.grades.releasing import hide_grades, release_grades
from grading.services.lti.passback import compare_line_item, mark_scores
from tests.grading.graded import by_hand, settled
from tests.grading.lti.lms_rows import Connected, connect, later, only_score, send_all, use_one_key
from tests.lti_platform.fixtures import *  # noqa: F403
from tests.lti_platform.platform import FakePlatform
from tests.world import hand_in, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    use_one_key(monkeypatch)


def test_a_result_that_is_released_by_itself_arrives_scaled(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms)
    _, remote = found.column(world.task, maximum=50.0)
    verification = settled(world.task, world.owner, 100.0)
    assert send_all() == 1
    assert found.shown(world.owner, remote) == 50.0
    stored = lms.stored(found.users[world.owner.pk], remote)
    assert stored is not None and stored.sent["scoreGiven"] == 10.0 and stored.sent["scoreMaximum"] == 10.0
    assert stored.sent["activityProgress"] == "Completed" and stored.sent["gradingProgress"] == "FullyGraded"
    assert stored.sent["timestamp"].endswith("Z") and "." in stored.sent["timestamp"]
    assert stored.submitted_at[:19] == verification.submission.received_at.isoformat()[:19]
    assert stored.comment.startswith("Verified, 100 official epochs. See http") and stored.comment.endswith("#grade")
    row = only_score()
    assert row.state == DeliveryState.DELIVERED and row.due_at is None and row.delivered_at and not row.uncertain
    mark_scores(task=world.task, enrollments=[world.owner])
    before = len(lms.requests)
    assert send_all() == 1 and len(lms.requests) == before  # nothing is new, so nothing is said
    assert Score.objects.get().delivered_at == row.delivered_at


def test_what_is_not_released_is_not_told_and_taking_back_clears(lms: FakePlatform) -> None:
    world = by_hand()
    found = connect(world, lms)
    _, remote = found.column(world.task)
    lms.grade_by_hand(found.users[world.owner.pk], remote, 3.0, later=-60)
    settled(world.task, world.owner)
    send_all()
    assert found.shown(world.owner, remote) == 3.0 and len(remote.history) == 1  # what a teacher typed stays
    release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)
    send_all()
    assert found.shown(world.owner, remote) == 10.0
    with later(2):
        hide_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user)
        send_all()
    assert found.shown(world.owner, remote) is None
    stored = lms.stored(found.users[world.owner.pk], remote)
    assert stored is not None and stored.grading == "NotReady" and "scoreGiven" not in stored.sent
    with later(4):
        mark_scores(task=world.task, enrollments=[world.owner])
        send_all()
        assert len(remote.history) == 3  # cleared once is cleared
        release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)
        send_all()
    assert found.shown(world.owner, remote) == 10.0


def test_what_a_person_decides_arrives_and_is_taken_back(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms)
    _, remote = found.column(world.task)
    judgement = Judgement(override=Decimal("7.5"), override_reason="agreed")
    row = decide(task=world.task, enrollment=world.owner, actor=world.ta.user, seen=Seen(0), judgement=judgement)
    send_all()
    assert found.shown(world.owner, remote) == 7.5
    stored = lms.stored(found.users[world.owner.pk], remote)
    assert stored is not None and stored.comment.startswith("Graded. See ") and "agreed" not in stored.comment
    with later(2):
        undecide(task=world.task, enrollment=world.owner, actor=world.ta.user, version=row.version)
        send_all()
    assert found.shown(world.owner, remote) is None


def test_an_assignment_is_told_once_all_its_tasks_are_and_excused_ones_count_neither_way(lms: FakePlatform) -> None:
    world = make_world()
    second = make_task(world.course, slug="second", title="Second", points=Decimal(30))
    found = connect(world, lms)
    _, remote = found.column(None, maximum=40.0)
    settled(world.task, world.owner)
    send_all()
    assert not remote.history
    excuse(task=second, enrollment=world.owner, reason="ill", actor=world.ta.user)
    send_all()
    assert found.shown(world.owner, remote) == 40.0  # 10 of 10
    assert remote.history[-1][1].sent["scoreMaximum"] == 10.0
    with later(2):
        unexcuse(task=second, enrollment=world.owner, actor=world.ta.user)
        send_all()
    assert found.shown(world.owner, remote) is None
    with later(4):
        settled(second, world.owner)
        send_all()
    assert found.shown(world.owner, remote) == 40.0
    assert remote.history[-1][1].sent["scoreMaximum"] == 40.0
    assert remote.history[-1][1].comment.startswith("Points of 2 tasks. See ")


def test_what_was_not_handed_in_counts_nothing_once_it_is_closed(lms: FakePlatform) -> None:
    world = make_world()
    make_task(world.course, slug="second", title="Second", points=Decimal(30))
    found = connect(world, lms, world.owner, world.classmate)
    item, remote = found.column(None, maximum=40.0)
    settled(world.task, world.owner)
    send_all()
    assert not remote.history
    with later(days=2):
        compare_line_item(item.pk)
        assert send_all() == 1
    assert found.shown(world.owner, remote) == 10.0
    assert found.shown(world.classmate, remote) is None  # who handed in nothing at all is the teacher's to grade


def test_while_an_attempt_is_checked_the_lms_keeps_what_it_has(lms: FakePlatform) -> None:
    world = make_world()
    world.task.grading_policy.counts = "last"
    world.task.grading_policy.save()
    found = connect(world, lms)
    item, remote = found.column(world.task)
    settled(world.task, world.owner)
    send_all()
    hand_in(world.task, world.owner)
    mark_scores(task=world.task, enrollments=[world.owner])
    send_all()
    compare_line_item(item.pk)
    assert found.shown(world.owner, remote) == 10.0 and len(remote.history) == 1


def test_blind_work_is_not_told_before_its_release(lms: FakePlatform) -> None:
    world = by_hand(blind=True)
    found = connect(world, lms)
    _, remote = found.column(world.task)
    settled(world.task, world.owner)
    send_all()
    assert not remote.history
    release_grades(task=world.task, enrollments=[world.owner], actor=world.instructor.user, mail=False)
    send_all()
    assert found.shown(world.owner, remote) == 10.0


def test_who_does_not_take_part_is_not_sent(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms)
    item, remote = found.column(world.task)
    settled(world.task, world.owner)
    changes: list[tuple[Any, int, dict[str, Any]]] = [
        (LineItem, item.pk, {"active": False}),
        (type(found.course.deployment.platform), found.course.deployment.platform.pk, {"active": False}),
        (type(world.owner), world.owner.pk, {"role": Role.TEACHING_ASSISTANT}),
        (type(found.course.members.get()), found.course.members.get().pk, {"active": False}),
    ]
    for model, pk, change in changes:
        before = {name: getattr(model._default_manager.get(pk=pk), name) for name in change}
        model._default_manager.filter(pk=pk).update(**change)
        assert mark_scores(task=world.task, enrollments=[world.owner]) == 0
        Score.objects.update(due_at=Score.objects.get().asked_at, state=DeliveryState.WAITING)
        assert send_all() == 1 and Score.objects.get().due_at is None
        model._default_manager.filter(pk=pk).update(**before)
    assert not remote.history
    compare_line_item(item.pk)
    send_all()
    assert found.shown(world.owner, remote) == 10.0


def test_several_courses_of_the_lms_each_hear_of_their_own(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms)
    found.column(world.task)
    lms.courses["3"] = lms.add_course()
    other = found.course.deployment.courses.create(context_id="3", course=world.course, scopes=found.course.scopes)
    second = Connected(lms, world, other)
    second.join(world.classmate)
    second.column(world.task)
    assert mark_scores(task=world.task, enrollments=[world.owner, world.classmate]) == 2
    pairs = Score.objects.values_list("line_item__lms_course", "member__enrollment")
    assert set(pairs) == {(found.course.pk, world.owner.pk), (other.pk, world.classmate.pk)}


def test_a_course_without_columns_costs_one_query() -> None:
    world = make_world()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert mark_scores(task=world.task, enrollments=[world.owner]) == 0
    assert len(queries) == 1


def test_a_class_is_compared_in_a_fixed_number_of_queries(lms: FakePlatform) -> None:
    world = make_world()
    found = connect(world, lms)
    item, _ = found.column(None)
    counts = []
    for person in (world.classmate, world.ta):
        world.task.grading_policy.release = ReleaseMode.AUTOMATIC
        person.role = Role.STUDENT
        person.save()
        found.join(person)
        settled(world.task, person)
        Score.objects.update(due_at=None)
        with CaptureQueriesContext(connection) as queries:
            compare_line_item(item.pk)
        counts.append(len(queries))
        assert Score.objects.filter(due_at__isnull=False).count() == len(counts)
    assert counts[0] == counts[1] <= 20
