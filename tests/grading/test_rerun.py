"""Running again: new rows, the earlier result speaks until a new one has completed, and a dry run touches nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coursework.models import Event, Submission
from grading.models import BatchState, Outcome, RerunBatch, RerunItem, Scope, Status, Verification
from grading.models.work import MOST_ATTEMPTS
from grading.reruns import compare, scope_counts
from grading.selectors import counting_entry, latest_verification, leaderboard, place_in_queue, unfinished_rerun
from grading.services import dry_run
from grading.services.dry_run import claim_item, settle_item, sweep_dry_runs, try_item
from grading.services.leases import LOST_WORKER
from grading.services.rerun import BatchRunning, RerunRefused, apply_batch, run_again, start_batch, stop_batch
from grading.services.verification import run_verification, sweep
from grading.services.verify import Finding
from tests.world import World, hand_in, make_world, verification_of

pytestmark = pytest.mark.django_db
BETTER = Finding(Outcome.VERIFIED, "9.9", retrained_epochs=101, official_epochs=7.0)


@pytest.fixture
def world() -> World:
    return make_world()


def settled(world: World, person: Any = None) -> Submission:
    submission = hand_in(world.task, person or world.owner)
    run_verification(verification_id=verification_of(submission).pk, worker="test")
    return submission


def failed(submission: Submission) -> Verification:
    row = Verification.objects.filter(submission=submission).order_by("-pk").first()
    assert row is not None
    Verification.objects.filter(pk=row.pk).update(
        status=Status.FAILED, attempt=MOST_ATTEMPTS, last_error="lost", finished_at=timezone.now()
    )
    return row


def again(world: World, submission: Submission) -> Verification:
    return run_again(submission=submission, actor=world.instructor.user, reason="a new engine")


def dry(world: World, scope: Scope = Scope.ALL) -> RerunBatch:
    return start_batch(task=world.task, actor=world.instructor.user, scope=scope, dry_run=True, reason="try")


def stored() -> list[Any]:
    return list(Verification.objects.order_by("pk").values())


# --- One submission ----------------------------------------------------------------------------------------------


def test_a_rerun_is_a_new_row_and_the_earlier_one_stays_as_it_is(world: World) -> None:
    submission = settled(world)
    before = stored()
    rerun = again(world, submission)
    assert rerun.requested_by == world.instructor.user
    assert stored()[:1] == before
    event = Event.objects.get(action="verification.rerun")
    assert (event.actor, event.subject) == (world.instructor.user, f"submission {submission.receipt_number}")
    assert event.details == {"verification": rerun.pk, "reason": "a new engine"}


def test_a_second_click_does_not_run_it_twice(world: World) -> None:
    submission = settled(world)
    again(world, submission)
    with pytest.raises(RerunRefused, match="waiting or running already"):
        again(world, submission)
    assert Verification.objects.count() == 2
    assert Event.objects.filter(action="verification.rerun").count() == 1


@pytest.mark.parametrize("state", ["queued", "running", "failed"])
def test_while_it_is_run_again_and_if_that_fails_the_student_s_place_stays(world: World, state: str) -> None:
    submission = settled(world)
    rerun = again(world, submission)
    if state == "running":
        Verification.objects.filter(pk=rerun.pk).update(status=state, lease_expires_at=timezone.now())
    if state == "failed":
        failed(submission)
    submission.refresh_from_db()
    speaking = latest_verification(submission)
    assert speaking is not None and speaking.outcome == Outcome.VERIFIED
    assert unfinished_rerun(submission) == rerun
    assert [row.entry.receipt_number for row in leaderboard(world.task)] == [submission.receipt_number]
    assert counting_entry(task=world.task, enrollment=world.owner) is not None


def test_once_completed_the_rerun_speaks(world: World) -> None:
    submission = settled(world)
    rerun = again(world, submission)
    assert run_verification(verification_id=rerun.pk, worker="test") is True
    Verification.objects.filter(pk=rerun.pk).update(outcome=Outcome.CLAIM_NOT_REPRODUCED)
    submission.refresh_from_db()
    speaking = latest_verification(submission)
    assert speaking is not None and speaking.outcome == Outcome.CLAIM_NOT_REPRODUCED
    assert unfinished_rerun(submission) is None
    assert leaderboard(world.task) == []


def test_before_anything_has_completed_the_newest_speaks(world: World) -> None:
    submission = hand_in(world.task, world.owner)
    failed(submission)
    rerun = again(world, submission)
    assert latest_verification(submission) == rerun
    assert unfinished_rerun(submission) is None


def test_hand_ins_don_t_wait_behind_reruns(world: World) -> None:
    again(world, settled(world))
    waiting = verification_of(hand_in(world.task, world.classmate))
    assert place_in_queue(waiting) == 1
    assert sweep()[0] == waiting.pk


# --- A task, tried first -----------------------------------------------------------------------------------------


def test_a_dry_run_stores_nothing_with_the_submissions(world: World) -> None:
    settled(world), settled(world, world.classmate)
    before, board = stored(), leaderboard(world.task)
    batch = dry(world)
    for item_id in sweep_dry_runs():
        assert try_item(item_id=item_id, worker="test") is True
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    assert (stored(), leaderboard(world.task)) == (before, board)
    rows = compare(batch)
    assert [(row.changed, row.after) for row in rows] == [(False, row.before) for row in rows]
    assert [(row.place_before, row.place_after) for row in rows] == [(1, 1), (2, 2)]


def test_a_dry_run_says_what_would_change_and_where_everybody_would_stand(world: World) -> None:
    first, second = settled(world), settled(world, world.classmate)
    batch = dry(world)
    one, two = sweep_dry_runs()
    assert try_item(item_id=one, worker="test")
    claim = claim_item(item_id=two, worker="test")
    assert claim is not None and settle_item(claim=claim, finding=BETTER)
    changes, stays = compare(batch)
    assert (changes.item.submission, changes.changed, changes.place_before, changes.place_after) == (second, True, 2, 1)
    assert (stays.item.submission, stays.changed, stays.place_before, stays.place_after) == (first, False, 1, 2)


def test_carrying_it_out_runs_just_the_changed_ones_for_real_and_only_once(world: World) -> None:
    settled(world)
    second = settled(world, world.classmate)
    batch = dry(world)
    one, two = sweep_dry_runs()
    try_item(item_id=one, worker="test")
    claim = claim_item(item_id=two, worker="test")
    assert claim is not None and settle_item(claim=claim, finding=BETTER)
    batch.refresh_from_db()
    real = apply_batch(batch=batch, actor=world.instructor.user)
    assert apply_batch(batch=batch, actor=world.instructor.user) == real
    item = real.items.get()
    assert item.submission == second and item.verification is not None
    # The dry run's number is not believed: the rerun finds its own.
    assert run_verification(verification_id=item.verification.pk, worker="test")
    (row,) = compare(RerunBatch.objects.get(pk=real.pk))
    assert row.after == row.before and row.changed is False
    sweep_dry_runs()
    real.refresh_from_db()
    assert real.state == BatchState.DONE


def test_a_dry_run_that_is_not_done_can_t_be_carried_out(world: World) -> None:
    settled(world)
    with pytest.raises(RerunRefused, match="that is done"):
        apply_batch(batch=dry(world), actor=world.instructor.user)


def test_one_batch_of_a_task_at_a_time(world: World) -> None:
    settled(world)
    batch = dry(world)
    with pytest.raises(BatchRunning) as refused:
        dry(world)
    assert refused.value.batch == batch
    with pytest.raises(IntegrityError), transaction.atomic():
        RerunBatch.objects.create(task=world.task, dry_run=True)
    assert RerunItem.objects.count() == 1


def test_scopes(world: World) -> None:
    settled(world)
    broken = hand_in(world.task, world.classmate)
    failed(broken)
    hand_in(world.task, world.ta)  # waits
    assert scope_counts(world.task) == {Scope.ALL: 2, Scope.FAILED: 1, Scope.OTHER_ENGINE: 0}
    Verification.objects.filter(outcome=Outcome.VERIFIED).update(engine_version="0.1")
    assert scope_counts(world.task)[Scope.OTHER_ENGINE] == 1
    batch = start_batch(task=world.task, actor=world.operator, scope=Scope.FAILED, dry_run=False)
    assert batch.items.get().submission == broken
    with pytest.raises(RerunRefused):
        start_batch(task=world.task, actor=world.operator, scope=Scope.FAILED, dry_run=False)


def test_nothing_to_run_again_is_said(world: World) -> None:
    with pytest.raises(RerunRefused, match="nothing to run again"):
        dry(world)
    assert RerunBatch.objects.count() == 0


def test_a_lost_worker_s_item_is_taken_over_and_fails_after_three_attempts(world: World) -> None:
    settled(world)
    batch = dry(world)
    (item_id,) = sweep_dry_runs()
    late = claim_item(item_id=item_id, worker="one")
    assert late is not None and claim_item(item_id=item_id, worker="two") is None
    for _ in range(2):
        RerunItem.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        assert sweep_dry_runs() == [item_id]
        assert claim_item(item_id=item_id, worker="two") is not None
    assert settle_item(claim=late, finding=BETTER) is False
    RerunItem.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert sweep_dry_runs() == []
    item = batch.items.get()
    assert (item.status, item.last_error, item.finding) == (Status.FAILED, LOST_WORKER, None)
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE


def test_an_error_gives_the_item_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(world)
    batch = dry(world)

    def fail(*_: Any, **__: Any) -> None:
        raise MemoryError("too large")

    monkeypatch.setattr(dry_run, "verify", fail)
    for _ in range(MOST_ATTEMPTS):
        for item_id in sweep_dry_runs():
            assert try_item(item_id=item_id, worker="test") is False
    item = batch.items.get()
    assert (item.status, item.last_error) == (Status.FAILED, "MemoryError: too large")


def test_a_stopped_dry_run_takes_no_more_and_drops_what_comes_late(world: World) -> None:
    settled(world), settled(world, world.classmate)
    batch = dry(world)
    one, two = sweep_dry_runs()
    claim = claim_item(item_id=one, worker="test")
    assert claim is not None
    assert stop_batch(batch=batch, actor=world.instructor.user) is True
    assert stop_batch(batch=batch, actor=world.instructor.user) is False
    assert settle_item(claim=claim, finding=BETTER) is False
    assert claim_item(item_id=two, worker="test") is None
    assert sweep_dry_runs() == []
    assert dry(world).pk != batch.pk  # the next may start


def test_who_asked_for_what_is_remembered(world: World) -> None:
    settled(world)
    batch = dry(world)
    stop_batch(batch=batch, actor=world.operator)
    tried, stopped = Event.objects.filter(action__startswith="rerun.").order_by("pk")
    assert (tried.action, tried.actor, tried.details["items"]) == ("rerun.tried", world.instructor.user, 1)
    assert (stopped.action, stopped.actor, stopped.course) == ("rerun.stopped", world.operator, world.course)
