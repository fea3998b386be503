"""How a submission's evidence stands, by what is stored; and that a mark holds for just what was seen."""

import pytest

from coursework.models import Submission
from grading.evidence.standing import EvidenceState, Standing, standing_of, standings, subject_of
from grading.models import Assessment, CheckOutcome, PictureReading, Status
from grading.services.evidence.marks import mark_seen
from tests.grading.evidence.rows import agreeing, assess, differing, picture_of, read_picture, result
from tests.world import World, hand_in, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def submission(world: World) -> Submission:
    return hand_in(world.task, world.owner)


def see(world: World, submission: Submission) -> None:
    members = standing_of(submission).members
    subject = subject_of(submission.receipt_number)
    mark_seen(task=submission.task, subject=subject, members=members, actor=world.ta.user, seen=True)


def test_a_difference_that_counts(submission: Submission) -> None:
    differing(submission, weight=0.7)
    result(submission, "playground", CheckOutcome.AGREES)
    found = standing_of(submission)
    assert (found.state, found.differences, found.weight) == (EvidenceState.DIFFERS, 1, 0.7)
    assert found.members == {"epoch:differs", "playground:agrees"}
    assert found.needs_look and found.is_heavy


def test_a_difference_that_does_not_count_is_none(submission: Submission) -> None:
    read_picture(picture_of(submission))
    result(submission, "epoch", CheckOutcome.DIFFERS, counts=False)
    result(submission, "playground", CheckOutcome.AGREES)
    assert standing_of(submission).state is EvidenceState.AGREES


def test_agreement_and_nothing_to_compare(submission: Submission) -> None:
    agreeing(submission)
    assert standing_of(submission).state is EvidenceState.AGREES
    Assessment.objects.get().results.update(outcome=CheckOutcome.CANT_SAY)
    assert standing_of(submission).state is EvidenceState.NOTHING


def test_a_picture_that_waits_is_being_read_and_then_checked(submission: Submission) -> None:
    read_picture(picture_of(submission), None, status=Status.QUEUED, unreadable="")
    found = standing_of(submission)
    assert found.state is EvidenceState.READING and found.pictures.waiting == 1
    read_picture(picture_of(submission))
    assert standing_of(submission).state is EvidenceState.READING
    assess(submission, status=Status.QUEUED, checked_at=None)
    assert standing_of(submission).state is EvidenceState.READING


def test_earlier_results_speak_while_an_assessment_runs_again(submission: Submission) -> None:
    differing(submission)
    Assessment.objects.update(status=Status.QUEUED)
    assert standing_of(submission).state is EvidenceState.DIFFERS


def test_what_is_not_readable(submission: Submission) -> None:
    read_picture(picture_of(submission), None)
    assert standing_of(submission).state is EvidenceState.UNREADABLE
    assess(submission)
    result(submission, "same-picture", CheckOutcome.CANT_SAY)
    assert standing_of(submission).state is EvidenceState.UNREADABLE
    result(submission, "playground", CheckOutcome.DIFFERS)
    assert standing_of(submission).state is EvidenceState.DIFFERS


def test_our_failures(submission: Submission) -> None:
    read_picture(picture_of(submission), None, status=Status.FAILED, unreadable="")
    assert standing_of(submission).state is EvidenceState.FAILED
    read_picture(picture_of(submission))
    assess(submission, status=Status.FAILED, checked_at=None)
    assert standing_of(submission).state is EvidenceState.FAILED


def test_pictures_that_nobody_was_asked_to_read(submission: Submission) -> None:
    PictureReading.objects.all().delete()
    found = standing_of(submission)
    assert found.state is EvidenceState.NOTHING and found.pictures.all == 1 and found.pictures.asked == 0


def test_no_picture_at_all(world: World) -> None:
    submission = hand_in(world.task, world.owner, screenshots=[])
    assert standing_of(submission).state is EvidenceState.NOTHING


def test_new_findings_unsee_it(world: World, submission: Submission) -> None:
    differing(submission)
    see(world, submission)
    found = standing_of(submission)
    assert found.seen and found.seen_by == world.ta.user and not found.needs_look and not found.is_heavy
    result(submission, "trace", CheckOutcome.DIFFERS)
    assert not standing_of(submission).seen


def test_the_rank_is_need_then_weight_and_what_was_seen_last() -> None:
    unseen = [Standing(EvidenceState.DIFFERS, weight=0.9), Standing(EvidenceState.DIFFERS, weight=0.2)]
    unseen += [Standing(state) for state in EvidenceState if state is not EvidenceState.DIFFERS]
    assert sorted(reversed(unseen), key=lambda one: one.rank) == unseen
    assert [one.state.value for one in unseen[2:]] == ["unreadable", "failed", "reading", "nothing", "agrees"]


def test_other_tasks_submissions_are_not_looked_at(world: World, submission: Submission) -> None:
    other = hand_in(world.task, world.classmate)
    differing(other)
    found = standings(world.task, Submission.objects.filter(pk=submission.pk))
    assert set(found) == {submission.pk} and not found[submission.pk].differences
