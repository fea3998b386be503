"""Running submissions again. Every rerun is a new verification; the earlier ones stay, and nothing is overwritten."""

from collections.abc import Collection, Iterable

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from coursework.models import Submission, Task, User
from coursework.services.events import record
from grading.models import LIVE, BatchState, RerunBatch, RerunItem, Scope, Status, Verification
from grading.reruns import changed_items, in_scope
from grading.selectors import latest_verification, with_verifications
from grading.services.verification import queue_verification


class RerunRefused(Exception):
    """Nothing is run again; the message says why, in words for staff."""


class BatchRunning(RerunRefused):
    """The task has a batch that still runs; `batch` is that one."""

    def __init__(self, batch: RerunBatch) -> None:
        super().__init__("This task is being run again already. Wait until that has ended.")
        self.batch = batch


def run_again(*, submission: Submission, actor: User, reason: str = "") -> Verification:
    """Queue one submission once more; raises RerunRefused while one of its verifications is live."""
    try:
        with transaction.atomic():
            verification = queue_verification(submission=submission, requested_by=actor)
            record(
                action="verification.rerun",
                actor=actor,
                course=submission.task.assignment.course,
                subject=f"submission {submission.receipt_number}",
                about=[submission],
                verification=verification.pk,
                reason=reason,
            )
    except IntegrityError:
        raise RerunRefused(f"{submission.receipt_number} is waiting or running already.") from None
    return verification


def start_batch(
    *,
    task: Task,
    actor: User,
    scope: Scope,
    dry_run: bool,
    reason: str = "",
    submissions: Collection[int] | None = None,
) -> RerunBatch:
    """Start to run a task's submissions again, or to try it; raises BatchRunning, or RerunRefused if there are none.

    For a selection, `submissions` are the primary keys of those chosen; what is not of the task is left out.
    """
    batch = RerunBatch(task=task, dry_run=dry_run, scope=scope, reason=reason, requested_by=actor)
    return _start(batch, in_scope(task, scope, chosen=submissions))


def apply_batch(*, batch: RerunBatch, actor: User) -> RerunBatch:
    """Run for real what a dry run found to change; a second call returns what the first one started.

    What the dry run found is not copied: a result is always that of a verification.
    """
    applied = RerunBatch.objects.filter(applies=batch).first()
    if applied is not None:
        return applied
    if not batch.dry_run or batch.state != BatchState.DONE:
        raise RerunRefused("Only a dry run that is done can be carried out.")
    changed = with_verifications(
        Submission.objects.filter(pk__in=[item.submission_id for item in changed_items(batch)])
    )
    real = RerunBatch(
        task=batch.task, dry_run=False, scope=batch.scope, reason=batch.reason, requested_by=actor, applies=batch
    )
    return _start(real, changed)


def _start(batch: RerunBatch, submissions: Iterable[Submission]) -> RerunBatch:
    """Store the batch with an item for each submission that is settled: those that wait are run anyway."""
    finish_batches()
    rows = [row for row in submissions if not any(each.is_live for each in row.verifications.all())]
    if not rows:  # perhaps because all that were meant wait in a batch that somebody has just started
        raise _running(batch.task) or RerunRefused("There is nothing to run again: no settled submission fits.")
    try:
        with transaction.atomic():
            batch.save()
            items = [_dry_item(batch, row) if batch.dry_run else _real_item(batch, row) for row in rows]
            RerunItem.objects.bulk_create([item for item in items if item is not None])
            _record(batch, "rerun.tried" if batch.dry_run else "rerun.started", batch.requested_by, items=len(rows))
    except IntegrityError:
        running = _running(batch.task)
        if running is None:
            raise
        raise running from None
    return batch


def _running(task: Task) -> BatchRunning | None:
    batch = RerunBatch.objects.filter(task=task, state=BatchState.RUNNING).first()
    return BatchRunning(batch) if batch is not None else None


def _dry_item(batch: RerunBatch, submission: Submission) -> RerunItem:
    before = latest_verification(submission)
    return RerunItem(
        batch=batch, submission=submission, before=before, status=Status.QUEUED, queued_at=batch.created_at
    )


def _real_item(batch: RerunBatch, submission: Submission) -> RerunItem | None:
    """Queue the new verification; None if somebody else has just asked for one."""
    before = latest_verification(submission)
    try:
        with transaction.atomic():
            verification = queue_verification(submission=submission, requested_by=batch.requested_by)
    except IntegrityError:
        return None
    return RerunItem(
        batch=batch,
        submission=submission,
        before=before,
        verification=verification,
        status=None,
        queued_at=verification.queued_at,
    )


def stop_batch(*, batch: RerunBatch, actor: User) -> bool:
    """End a dry run before it is through; False if it was not running, or is a real one: those end by themselves."""
    with transaction.atomic():
        stopped = RerunBatch.objects.filter(pk=batch.pk, dry_run=True, state=BatchState.RUNNING).update(
            state=BatchState.STOPPED, finished_at=timezone.now()
        )
        if stopped:
            _record(batch, "rerun.stopped", actor)
    return bool(stopped)


def finish_batches() -> int:
    """Mark the batches done of which nothing is live any more; returns how many."""
    tried = RerunItem.objects.filter(batch=OuterRef("pk"), status__in=LIVE)
    real = RerunItem.objects.filter(batch=OuterRef("pk"), verification__status__in=LIVE)
    return RerunBatch.objects.filter(~Exists(tried), ~Exists(real), state=BatchState.RUNNING).update(
        state=BatchState.DONE, finished_at=timezone.now()
    )


def _record(batch: RerunBatch, action: str, actor: User | None, **details: int) -> None:
    record(
        action=action,
        actor=actor,
        course=batch.task.assignment.course,
        subject=f"task {batch.task_id}",
        about=[batch.task],
        batch=batch.pk,
        scope=str(batch.scope),
        reason=batch.reason,
        **details,
    )
