"""Readings that end, and workers that claim, at the same time: one assessment, run once, and nothing new is missed."""

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from grading.models import Assessment, PictureReading, Status
from grading.services.evidence.assessments import ask_for_assessment, claim_assessment, run_assessment
from tests.drills.test_at_the_same_time import at_once
from tests.grading.evidence_rows import hand_in_picture, read_pictures
from tests.world import World, make_world

pytestmark = pytest.mark.drill
PICTURES = 3


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def test_readings_that_end_together_ask_for_one_assessment(world: World) -> None:
    submission = hand_in_picture(world.task, world.owner, pictures=PICTURES)
    readings = read_pictures(submission, hidden_layers=1)
    PictureReading.objects.update(status=Status.RUNNING, lease_expires_at=timezone.now())

    def end(reading_id: int) -> int | None:
        with transaction.atomic():
            PictureReading.objects.filter(pk=reading_id).update(status=Status.COMPLETED, lease_expires_at=None)
            return ask_for_assessment(submission_id=submission.pk)

    asked = at_once([partial(end, reading.pk) for reading in readings])
    assert [pk for pk in asked if pk is not None] == [Assessment.objects.get().pk]


def test_ten_workers_claim_it_once(world: World) -> None:
    submission = hand_in_picture(world.task, world.owner)
    read_pictures(submission, hidden_layers=1)
    assessment_id = ask_for_assessment(submission_id=submission.pk)
    assert assessment_id is not None
    claims = at_once([lambda: claim_assessment(assessment_id=assessment_id, worker="one")] * 10)
    assert len([claim for claim in claims if claim is not None]) == 1


def test_two_that_equal_each_other_end_at_the_same_time(world: World) -> None:
    waiting = []
    for student in (world.owner, world.classmate):
        submission = hand_in_picture(world.task, student, size=50)
        read_pictures(submission, hidden_layers=1)
        waiting.append(ask_for_assessment(submission_id=submission.pk) or 0)
    hinted = at_once([partial(run_assessment, assessment_id=pk, worker="one") for pk in waiting])
    for pk in [pk for hints in hinted for pk in hints]:
        run_assessment(assessment_id=pk, worker="one")
    assert {row.status for row in Assessment.objects.all()} == {Status.COMPLETED}
    assert all(row.weight > 0 for row in Assessment.objects.all())
