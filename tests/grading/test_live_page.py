"""What a submission's page says while its verification is live: receipt, place, estimate, stage, the growing curve."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from coursework.models import Submission
from engine.training import Progress
from grading.models import Outcome, Stage, Status, Verification
from grading.services.verification import claim_verification, queue_verification, renew, run_verification
from tests.world import World, hand_in, make_world, verification_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def address(submission: Submission, name: str = "submission") -> str:
    return reverse(name, kwargs={"receipt_number": submission.receipt_number})


def page(world: World, submission: Submission, who: str = "owner") -> str:
    return " ".join(world.client(who).get(address(submission)).content.decode().split())


def fragment(world: World, submission: Submission, seen: str = "") -> str:
    response = world.client("owner").get(address(submission, "submission_progress"), {"seen": seen})
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def settle_some(world: World, seconds: list[float]) -> None:
    """Leave verifications behind that took so long, one after the other, until just now."""
    submission = hand_in(world.task, world.classmate)
    run_verification(verification_id=verification_of(submission).pk, worker="one")
    now = timezone.now()
    first = verification_of(submission)
    for number, took in enumerate(seconds):
        row = first if number == 0 else queue_verification(submission=submission)
        times = {"started_at": now - timedelta(seconds=took), "finished_at": now, "worker": f"w{number % 2}"}
        Verification.objects.filter(pk=row.pk).update(status=Status.COMPLETED, outcome=Outcome.VERIFIED, **times)


def train_until(submission: Submission, losses: list[float], stage: Stage = Stage.RUNS) -> None:
    claim = claim_verification(verification_id=verification_of(submission).pk, worker="one")
    assert claim is not None
    both = np.array([losses, losses]).T
    progress = Progress(len(losses) - 1, 400, running=3, losses=both[-1:], first_losses=lambda: both)
    renew(claim=claim, stage=Stage.RUNS, progress=progress)
    if stage is not Stage.RUNS:
        renew(claim=claim, stage=stage, progress=progress)


def test_the_receipt_comes_first_with_number_time_and_hash(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    Submission.objects.filter(pk=submission.pk).update(received_at="2026-07-01T12:00:07Z")
    text = page(world, submission)
    told = [">Received", submission.receipt_number, "1 Jul 2026, 14:00:07", submission.content_hash, "in the queue"]
    places = [text.index(words) for words in told]
    assert places == sorted(places)


def test_without_recent_verifications_there_is_no_estimate(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    text = page(world, submission)
    assert "Next in the queue" in text and "usually" not in text


def test_the_estimate_comes_from_what_took_how_long_lately(world: World) -> None:
    settle_some(world, [5.0] * 6)
    submission = hand_in(world.task, world.owner)
    assert "The result usually takes 5 to 10 seconds from here." in page(world, submission)


def test_workers_that_were_not_seen_lately_are_not_counted_on(world: World) -> None:
    settle_some(world, [5.0] * 6)
    long_ago = timezone.now() - timedelta(minutes=30)
    Verification.objects.update(started_at=long_ago - timedelta(seconds=5), finished_at=long_ago)
    assert "usually" not in page(world, hand_in(world.task, world.owner))


def test_while_it_runs_the_estimate_is_for_the_rest(world: World) -> None:
    settle_some(world, [40.0] * 6)
    submission = hand_in(world.task, world.owner)
    train_until(submission, [0.5, 0.4])
    verifications = Verification.objects.filter(submission=submission)
    verifications.update(started_at=timezone.now() - timedelta(seconds=32))
    assert "usually 7 to 8 seconds more" in fragment(world, submission)
    verifications.update(started_at=timezone.now() - timedelta(seconds=41))  # longer than usual: nobody knows
    assert "usually" not in fragment(world, submission)


def test_the_curve_so_far_is_drawn_with_the_claim(world: World) -> None:
    submission = hand_in(world.task, world.owner, claimed_epochs=5)
    train_until(submission, [0.5, 0.3, 0.2])
    text = fragment(world, submission)
    assert "Epoch 2 of at most 400" in text
    assert "over 2 epochs training loss goes from 0.50000 to 0.20000" in text
    assert "The target is not reached yet. Claimed was epoch 5." in text


def test_a_curve_that_has_got_there_says_where(world: World) -> None:
    submission = hand_in(world.task, world.owner, claimed_epochs=2)
    train_until(submission, [0.5, 0.3, 0.0014])
    assert "The target is reached at epoch 2." in fragment(world, submission)


def test_the_curve_stays_while_the_later_stages_run(world: World) -> None:
    submission = hand_in(world.task, world.owner, claimed_epochs=2)
    train_until(submission, [0.5, 0.3, 0.0014], Stage.RESETS)
    text = fragment(world, submission)
    assert "after 1 to 20 Resets" in text and "The target is reached at epoch 2." in text


def test_only_a_new_stage_is_announced(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    text = page(world, submission)
    assert '<p id="stage" class="vh" role="status">Waiting for a worker.</p>' in text
    assert "?seen=queued" in text
    assert "hx-swap-oob" not in fragment(world, submission, seen="queued")
    train_until(submission, [0.5, 0.4])
    news = fragment(world, submission, seen="queued")
    assert '<p id="stage" hx-swap-oob="innerHTML">A worker is retraining the link.</p>' in news
    assert "?seen=runs" in news
    assert "hx-swap-oob" not in fragment(world, submission, seen="runs")
    assert 'role="status"' not in news and "aria-live" not in news


def test_a_lost_worker_is_said_to_cost_nothing(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    Verification.objects.update(attempt=1)
    assert "Attempt 2 of 3: a worker was lost. That costs you nothing." in page(world, submission)


def test_a_longer_queue_needs_no_more_queries(world: World, django_assert_max_num_queries: Any) -> None:
    settle_some(world, [5.0] * 8)
    submission = hand_in(world.task, world.owner)
    for _ in range(3):
        Verification.objects.create(submission=hand_in(world.task, world.ta), queued_at=timezone.now(), status="failed")
    page(world, submission)
    with django_assert_max_num_queries(16):
        fragment(world, submission)
