"""Reads of the queue for those who look after it: what waits, runs, failed and was settled, and who works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from coursework.models import Course
from grading.models import BatchState, RerunBatch, RerunItem, Status, Verification, WorkerSign

MOST_ROWS = 20
SIGN_EXPECTED = timedelta(seconds=30)  # signs come every 10 s


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One process with its last sign and what it is working on."""

    sign: WorkerSign
    heard: bool  # lately enough
    doing: tuple[Verification, ...]
    busy: bool  # with these, or with a picture


@dataclass(frozen=True, slots=True)
class QueueState:
    """Everything the queue page shows. Of long lists there are the first MOST_ROWS; the counts are of all."""

    at: datetime
    waiting: Sequence[Verification]
    waiting_count: int
    running: Sequence[Verification]
    failed: Sequence[Verification]
    failed_count: int
    settled: Sequence[Verification]
    settled_last_hour: int
    oldest_waiting: timedelta | None
    median_wait: timedelta | None  # of what was settled in the last hour
    median_run: timedelta | None
    batches: Sequence[RerunBatch]


def queue_state(course: Course | None = None) -> QueueState:
    """Gather the state of the queue: of everything, or of one course."""
    rows = verifications(course)
    now = timezone.now()
    waiting = rows.filter(status=Status.QUEUED).order_by("queued_at", "pk")
    failed = unresolved_failures(rows).order_by("-finished_at", "-pk")
    settled = rows.filter(status=Status.COMPLETED).order_by("-finished_at", "-pk")
    lately = settled.filter(finished_at__gte=now - timedelta(hours=1))
    times = list(lately.values_list("queued_at", "started_at", "finished_at"))
    first = waiting.values_list("queued_at", flat=True).first()
    batches = RerunBatch.objects.filter(state=BatchState.RUNNING).select_related("task__assignment__course")
    return QueueState(
        at=now,
        waiting=list(waiting[:MOST_ROWS]),
        waiting_count=waiting.count(),
        running=list(rows.filter(status=Status.RUNNING).order_by("started_at", "pk")),
        failed=list(failed[:MOST_ROWS]),
        failed_count=failed.count(),
        settled=list(settled[:MOST_ROWS]),
        settled_last_hour=len(times),
        oldest_waiting=None if first is None else now - first,
        median_wait=_median([started - queued for queued, started, _ in times if started]),
        median_run=_median([finished - started for _, started, finished in times if started and finished]),
        batches=list(batches.filter(task__assignment__course=course) if course else batches),
    )


def verifications(course: Course | None) -> QuerySet[Verification]:
    """Return all verifications, or those of one course, with what names them; without their large columns."""
    rows = Verification.objects.select_related("submission__task__assignment__course", "submission__enrollment")
    rows = rows.defer("live_trace", "replays", "disallowed")
    return rows.filter(submission__task__assignment__course=course) if course else rows


def unresolved_failures(rows: QuerySet[Verification]) -> QuerySet[Verification]:
    """Return the failed ones that nothing newer has replaced: these want a person."""
    newer = Verification.objects.filter(
        Q(queued_at__gt=OuterRef("queued_at")) | Q(queued_at=OuterRef("queued_at"), pk__gt=OuterRef("pk")),
        submission=OuterRef("submission"),
    )
    return rows.filter(~Exists(newer), status=Status.FAILED)


def oldest_waiting_seconds() -> float | None:
    """Return for how long the oldest hand-in has been waiting; None if none waits. Reruns may wait."""
    waiting = Verification.objects.filter(status=Status.QUEUED, requested_by__isnull=True)
    first = waiting.order_by("queued_at").values_list("queued_at", flat=True).first()
    return None if first is None else max(0.0, (timezone.now() - first).total_seconds())


def dry_run_items_waiting() -> int:
    """Count the submissions that dry runs still have to train."""
    waiting = RerunItem.objects.filter(status__in=(Status.QUEUED, Status.RUNNING), batch__state=BatchState.RUNNING)
    return waiting.count()


def worker_lines(running: Sequence[Verification], *, readers: Sequence[str] = ()) -> list[WorkerLine]:
    """List the processes that gave a sign, each with what it is working on; `readers` are at a picture."""
    return [_worker_line(sign, running, readers) for sign in WorkerSign.objects.all()]


def _worker_line(sign: WorkerSign, running: Sequence[Verification], readers: Sequence[str]) -> WorkerLine:
    own = f"{sign.name}:"  # its pool's processes have one more number
    doing = tuple(row for row in running if row.worker.startswith(own))
    return WorkerLine(
        sign=sign,
        heard=timezone.now() - sign.seen_at <= SIGN_EXPECTED,
        doing=doing,
        busy=bool(doing) or any(reader.startswith(own) for reader in readers),
    )


def is_served(queue: str) -> bool:
    """Whether a worker that listens to this queue gave a sign lately."""
    heard = WorkerSign.objects.filter(seen_at__gte=timezone.now() - SIGN_EXPECTED).values_list("queues", flat=True)
    return any(queue in queues.split(", ") for queues in heard)


def _median(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(time.total_seconds() for time in times)) if times else None
