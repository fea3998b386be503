"""Three lost workers: held against the hand-in when it alone loses them, not when machines go down all around."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coursework.models import Submission
from coursework.services.courses import enroll
from grading.models import Status, Verification
from grading.models.work import MOST_ATTEMPTS
from grading.services.fresh_starts import MANY_LOST, MOST_FRESH_STARTS
from grading.services.leases import LOST_WORKER
from grading.services.verification import claim_verification, sweep
from tests.world import World, hand_in, make_user, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def hand_ins(world: World, count: int) -> list[Submission]:
    people = [enroll(course=world.course, user=make_user(f"student{number}")) for number in range(count)]
    return [hand_in(world.task, person) for person in people]


def lose_worker(submission: Submission, times: int = 1) -> None:
    for _ in range(times):
        newest = submission.verifications.latest("pk")
        assert claim_verification(verification_id=newest.pk, worker="one") is not None
        Verification.objects.filter(pk=newest.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        sweep()


def statuses(submission: Submission) -> list[str]:
    return list(submission.verifications.order_by("pk").values_list("status", flat=True))


def others_that_lost_one(world: World, count: int) -> None:
    for other in hand_ins(world, count):
        lose_worker(other)
        claim_verification(verification_id=other.verifications.get().pk, worker="two")


def test_alone_in_losing_workers_it_stays_failed(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    others_that_lost_one(world, MANY_LOST - 1)
    lose_worker(submission, MOST_ATTEMPTS)
    sweep()
    assert statuses(submission) == [Status.FAILED]


def test_among_many_that_lost_theirs_it_is_queued_afresh_once(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    others_that_lost_one(world, MANY_LOST)
    lose_worker(submission, MOST_ATTEMPTS)
    sweep()
    assert statuses(submission) == [Status.FAILED, Status.QUEUED]
    failed, fresh = submission.verifications.order_by("pk")
    assert (failed.attempt, failed.last_error) == (MOST_ATTEMPTS, LOST_WORKER)
    assert (fresh.attempt, fresh.requested_by) == (0, None)


def test_losses_before_it_was_queued_do_not_count(world: World) -> None:
    others_that_lost_one(world, MANY_LOST)
    submission = hand_in(world.task, world.owner)
    lose_worker(submission, MOST_ATTEMPTS)
    assert statuses(submission) == [Status.FAILED]


def test_fresh_starts_come_to_an_end(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    others_that_lost_one(world, MANY_LOST)
    for _ in range(MOST_FRESH_STARTS + 1):
        Verification.objects.filter(attempt=2).update(started_at=timezone.now())
        lose_worker(submission, MOST_ATTEMPTS)
    assert statuses(submission) == [Status.FAILED] * (MOST_FRESH_STARTS + 1)
