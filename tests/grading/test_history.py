"""What belongs to the history of a submission, and under which name staff read it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from coursework.models import Event, Section, Submission
from coursework.services.events import record
from coursework.services.extensions import grant_extension
from grading.grades.names import names_hidden
from grading.grades.reading import grade_of
from grading.history import US, course_history, history_of, history_of_work
from grading.models import Grade, GradingPolicy, ReleaseMode, ReleaseState, Scope
from grading.services.board import reveal_names
from grading.services.rerun import start_batch
from grading.services.verification import run_verification
from tests.world import World, hand_in, make_task, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def submission(world: World) -> Submission:
    return hand_in(world.task, world.owner)


def blind(world: World) -> None:
    GradingPolicy.objects.filter(task=world.task).update(blind=True, release=ReleaseMode.MANUAL)


def release(world: World, state: str = ReleaseState.RELEASED) -> None:
    values = {"release_state": state, "released_at": timezone.now(), "released_by": world.instructor.user}
    Grade.objects.update_or_create(task=world.task, enrollment=world.owner, defaults=values)


def extend(world: World, target: Any) -> None:
    assignment = world.task.assignment
    due = assignment.due_at + timedelta(days=2)
    actor = world.instructor.user
    grant_extension(assignment=assignment, target=target, due_at=due, closes_at=None, reason="", actor=actor)


def test_it_tells_who_did_what_newest_first(world: World, submission: Submission) -> None:
    run_verification(verification_id=verification_of(submission).pk, worker="one")
    settled, received = history_of(submission)
    assert (received.who, received.says) == ("Orla Owner", "Handed in attempt 1 of Task A: Circle")
    assert (settled.who, settled.says) == (US, "Checked attempt 1: verified")
    assert ("epochs retrained", "101") in settled.details
    assert received.receipt_number == submission.receipt_number and received.at <= settled.at


def test_extensions_of_the_student_and_of_the_section_belong_to_it(world: World, submission: Submission) -> None:
    section = Section.objects.create(course=world.course, name="Lab 1")
    world.owner.section = section
    world.owner.save()
    extend(world, world.owner)
    extend(world, section)
    extend(world, world.classmate)
    submission.refresh_from_db()
    says = [entry.says for entry in history_of(submission)]
    assert says[:2] == ["Gave a section more time", "Gave Orla Owner more time"] and len(says) == 3


def test_other_attempts_reruns_and_what_changed_for_the_task_belong_to_it(world: World, submission: Submission) -> None:
    hand_in(world.task, world.owner, claimed_epochs=102)
    run_verification(verification_id=verification_of(submission).pk, worker="one")
    start_batch(task=world.task, actor=world.instructor.user, scope=Scope.ALL, dry_run=True)
    reveal_names(task=world.task, actor=world.ta.user)
    record(action="rubric.changed", actor=world.ta.user, course=world.course, about=[world.task])
    actions = [entry.action for entry in history_of(submission)]
    assert actions == [
        "rubric.changed",
        "leaderboard.revealed",
        "rerun.tried",
        "verification.settled",
        "submission.received",
        "submission.received",
    ]


def test_what_happened_to_others_does_not(world: World, submission: Submission) -> None:
    hand_in(world.task, world.classmate)
    hand_in(make_task(world.course, slug="other"), world.owner)
    record(action="rerun.started", actor=None, course=world.course, about=[world.task], batch=77)
    record(action="person.role_changed", actor=None, course=world.course, about=[world.owner])
    assert [entry.action for entry in history_of(submission)] == ["submission.received"]


def test_work_without_a_submission_has_a_history_too(world: World) -> None:
    record(action="grade.excused", actor=world.ta.user, course=world.course, about=[world.task, world.owner])
    (entry,) = history_of_work(task=world.task, enrollment=world.owner)
    assert (entry.who, entry.says) == ("ta", "Excused Orla Owner from Task A: Circle")


def test_a_longer_history_takes_no_more_queries(
    world: World, submission: Submission, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        record(action=f"x.y{number}", actor=world.ta.user, course=world.course, about=[submission])
    with django_assert_max_num_queries(4):
        assert len(history_of(submission)) == 6


# --- Blind ---------------------------------------------------------------------------------------------------------


def test_blind_work_is_that_of_a_pseudonym(world: World, submission: Submission) -> None:
    blind(world)
    record(action="grade.assigned", actor=world.ta.user, course=world.course, about=[world.task, world.owner])
    assigned, received = history_of(submission)
    assert (received.who, received.student) == (world.owner.pseudonym, world.owner.pseudonym)
    assert assigned.who == "ta" and world.owner.pseudonym in assigned.says
    everything = f"{assigned} {received}"
    assert "Orla" not in everything and "owner" not in everything


def test_released_it_has_a_name_again(world: World, submission: Submission) -> None:
    blind(world)
    release(world)
    assert history_of(submission)[0].who == "Orla Owner"


def test_the_key_of_a_hidden_student_is_told_nowhere(world: World, submission: Submission) -> None:
    blind(world)
    key = world.owner.pk
    record(
        action="regrade.asked",
        actor=world.owner.user,
        course=world.course,
        subject=f"enrollment {key}",
        about=[world.task, world.owner],
        enrollment=key,
    )
    asked = history_of(submission)[0]
    assert asked.subject == world.owner.pseudonym and "enrollment" not in asked.raw


@pytest.mark.parametrize("is_blind", [True, False])
@pytest.mark.parametrize("state", ["", ReleaseState.HIDDEN, ReleaseState.RELEASED, None])
def test_names_are_hidden_just_where_grades_hide_them(
    world: World, submission: Submission, is_blind: bool, state: str | None
) -> None:
    if is_blind:
        blind(world)
    if state is not None:
        release(world, state)
    expected = names_hidden(grade_of(world.task, world.owner))
    assert [event.is_hidden for event in course_history(world.course)] == [expected]  # type: ignore[attr-defined]
    assert expected == (is_blind and state != ReleaseState.RELEASED)


def test_what_is_about_nobody_s_work_hides_nothing(world: World) -> None:
    blind(world)
    extend(world, world.owner)
    record(action="rubric.changed", actor=world.ta.user, course=world.course, about=[world.task])
    assert not any(event.is_hidden for event in course_history(world.course))  # type: ignore[attr-defined]


def test_what_was_deleted_still_has_its_history(world: World) -> None:
    task = make_task(world.course, slug="gone")
    record(action="task.created", actor=world.ta.user, course=world.course, subject="task x/gone", about=[task])
    task.delete()
    event = Event.objects.get()
    assert event.task_id is not None
    assert [event.task for event in course_history(world.course)] == [None]
