"""Equal pictures of two students: whoever was checked first is checked again, and nobody in circles."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from coursework.models import Submission
from coursework.services.courses import enroll
from grading.models import Assessment, CheckOutcome, CheckResult, Status
from grading.screenshots.reading import PlotReading
from grading.services.evidence.assessments import ask_for_assessment, run_assessment
from tests.grading.evidence_rows import hand_in_picture, read_pictures
from tests.world import QUICK_SPEC, World, make_user, make_world

pytestmark = pytest.mark.django_db
LOOK = "0f" * 32
PLOT = PlotReading(((0, 0), (9, 0), (9, 9), (0, 9)), 0.5, "")
EARLIER = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return make_world()


def handed_in_and_checked(world: World, name: str, **fields: Any) -> tuple[Submission, list[int]]:
    """Hand in, read and check; gives the submission and the assessments to hint at."""
    student = enroll(course=world.course, user=make_user(name))
    submission = hand_in_picture(world.task, student, **fields)
    read_pictures(submission, picture_hash=LOOK, plot=PLOT)
    assessment_id = ask_for_assessment(submission_id=submission.pk)
    assert assessment_id is not None
    return submission, run_assessment(assessment_id=assessment_id, worker="one")


def same_picture(submission: Submission) -> CheckResult:
    return CheckResult.objects.get(assessment__submission=submission, check_name="same-picture")


def run_all(hinted: list[int]) -> int:
    """Run what is hinted at until nothing more is; gives how many runs that took."""
    runs = 0
    while hinted:
        runs += 1
        assert runs < 20, "they send each other around in circles"
        hinted = hinted[1:] + run_assessment(assessment_id=hinted[0], worker="one")
    return runs


def test_the_earlier_one_is_checked_again_and_says_the_same(world: World) -> None:
    first, hinted = handed_in_and_checked(world, "first", size=50)
    assert hinted == []
    assert same_picture(first).outcome == CheckOutcome.AGREES
    second, hinted = handed_in_and_checked(world, "second", size=50)
    assert hinted == [first.assessment.pk]
    assert Assessment.objects.get(submission=first).status == Status.QUEUED
    assert run_all(hinted) == 1
    assert first.receipt_number in same_picture(second).sentence
    assert second.receipt_number in same_picture(first).sentence
    assert same_picture(first).weight == same_picture(second).weight > 0


def test_pictures_of_different_links_that_look_alike_are_told_as_well(world: World) -> None:
    first, _ = handed_in_and_checked(world, "first", spec=QUICK_SPEC.with_seed("0.2"))
    _, hinted = handed_in_and_checked(world, "second")
    assert run_all(hinted) == 1
    assert same_picture(first).outcome == CheckOutcome.DIFFERS


def test_honest_classmates_with_one_link_send_nobody_around(world: World) -> None:
    for number in range(4):
        submission, hinted = handed_in_and_checked(world, f"s{number}")
        assert hinted == []
    assert len(same_picture(submission).details["same"]) == 3


def test_many_equal_files_are_checked_a_bounded_number_of_times(world: World) -> None:
    runs = []
    for number in range(5):
        _, hinted = handed_in_and_checked(world, f"s{number}", size=50)
        runs.append(run_all(hinted))
    assert runs == [0, 1, 0, 0, 0]  # those of whom it is known already need not hear of each further one


def test_who_was_checked_after_the_reading_has_seen_it(world: World) -> None:
    handed_in_and_checked(world, "first", size=50)
    CheckResult.objects.all().delete()  # as if the first one's check could not find it
    second = hand_in_picture(world.task, world.owner, size=50)
    read_pictures(second, picture_hash=LOOK, at=timezone.now() - EARLIER)
    assessment_id = ask_for_assessment(submission_id=second.pk)
    assert assessment_id is not None
    assert run_assessment(assessment_id=assessment_id, worker="one") == []


def test_one_that_runs_meanwhile_runs_once_more(world: World) -> None:
    first, _ = handed_in_and_checked(world, "first", size=50)
    Assessment.objects.filter(submission=first).update(status=Status.RUNNING, lease_expires_at=timezone.now() + EARLIER)
    _, hinted = handed_in_and_checked(world, "second", size=50)
    assert hinted == []
    assert Assessment.objects.get(submission=first).ask_again
