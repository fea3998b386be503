"""Reads of the pictures' queue: what waits to be read, what could not be, and how many checks are behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from coursework.models import Course, DraftScreenshot, Screenshot, Submission, Task
from coursework.runtime.celery_settings import EVIDENCE
from grading.models import Assessment, PictureReading, Status
from grading.queue import MOST_ROWS, is_served

WAITING = Q(status=Status.QUEUED)
RUNNING = Q(status=Status.RUNNING)
FAILED = Q(status=Status.FAILED)
NOT_READABLE = Q(status=Status.COMPLETED) & ~Q(unreadable="")
READ = Q(status=Status.COMPLETED, unreadable="")
STATES = {"queued": WAITING, "running": RUNNING, "read": READ, "not_readable": NOT_READABLE, "failed": FAILED}


@dataclass(frozen=True, slots=True)
class PictureLine:
    """One reading with where its picture is: handed in, or (without a submission) in a draft of the task."""

    reading: PictureReading
    task: Task | None
    submission: Submission | None
    position: int | None

    @property
    def failed(self) -> bool:
        """Whether it was given up by our fault; else the picture itself could not be read."""
        return self.reading.status == Status.FAILED


@dataclass(frozen=True, slots=True)
class PictureQueue:
    """What the queue page says of pictures. Of long lists there are the first MOST_ROWS; the counts are of all."""

    counts: dict[str, int]  # by the names of STATES
    running: Sequence[PictureLine]
    unread: Sequence[PictureLine]  # failed by us, then those that could not be read, the newest first
    oldest_waiting: timedelta | None
    median_run: timedelta | None  # of what was read in the last hour
    assessments_live: int
    assessments_failed: int
    served: bool  # a worker listens

    @property
    def unread_count(self) -> int:
        """How many there are of `unread`."""
        return self.counts["failed"] + self.counts["not_readable"]


def picture_queue(course: Course | None = None) -> PictureQueue:
    """Gather the state of the pictures' queue: of everything, or of one course."""
    rows = readings_of(course)
    checks = Assessment.objects.all()
    if course is not None:
        checks = checks.filter(submission__task__assignment__course=course)
    checked = checks.aggregate(
        live=Count("pk", filter=Q(status__in=(Status.QUEUED, Status.RUNNING))), failed=Count("pk", filter=FAILED)
    )
    now = timezone.now()
    lately = rows.filter(READ, finished_at__gte=now - timedelta(hours=1)).values_list("started_at", "finished_at")
    times = [(done - began).total_seconds() for began, done in lately if began and done]
    first = rows.filter(WAITING).order_by("queued_at").values_list("queued_at", flat=True).first()
    running = list(rows.filter(RUNNING).order_by("started_at", "pk")[:MOST_ROWS])
    # "failed" comes after "completed".
    unread = list(rows.filter(FAILED | NOT_READABLE).order_by("-status", "-finished_at", "-pk")[:MOST_ROWS])
    lines = _lines([*running, *unread])
    return PictureQueue(
        counts=counts_of(rows),
        running=lines[: len(running)],
        unread=lines[len(running) :],
        oldest_waiting=None if first is None else now - first,
        median_run=timedelta(seconds=median(times)) if times else None,
        assessments_live=checked["live"],
        assessments_failed=checked["failed"],
        served=is_served(EVIDENCE),
    )


def counts_of(rows: QuerySet[PictureReading]) -> dict[str, int]:
    """Count readings by state; the names are those of STATES."""
    counted = rows.order_by().aggregate(**{name: Count("pk", filter=state) for name, state in STATES.items()})
    return {name: int(counted[name]) for name in STATES}


def readings_of(course: Course | None) -> QuerySet[PictureReading]:
    """Return all readings, or those of one course's pictures, handed in or in drafts; without what was read."""
    rows = PictureReading.objects.defer("result")
    if course is None:
        return rows
    handed_in = Screenshot.objects.filter(submission__task__assignment__course=course).values("picture")
    drafted = DraftScreenshot.objects.filter(draft__task__assignment__course=course).values("picture")
    return rows.filter(Q(picture__in=handed_in) | Q(picture__in=drafted))


def oldest_picture_seconds() -> float | None:
    """Return for how long the oldest picture has been waiting to be read; None if none waits."""
    first = PictureReading.objects.filter(WAITING).order_by("queued_at").values_list("queued_at", flat=True).first()
    return None if first is None else max(0.0, (timezone.now() - first).total_seconds())


def _lines(readings: Iterable[PictureReading]) -> list[PictureLine]:
    """Add to readings where their pictures are."""
    rows = list(readings)
    names = [row.picture for row in rows]
    handed_in = Screenshot.objects.filter(picture__in=names).select_related("submission__task__assignment__course")
    drafted = DraftScreenshot.objects.filter(picture__in=names).select_related("draft__task__assignment__course")
    shots = {str(shot.picture.name): shot for shot in handed_in} if names else {}
    tasks = {str(shot.picture.name): shot.draft.task for shot in drafted} if names else {}
    return [_line(row, shots.get(row.picture), tasks.get(row.picture)) for row in rows]


def _line(reading: PictureReading, shot: Screenshot | None, draft_task: Task | None) -> PictureLine:
    if shot is None:
        return PictureLine(reading, draft_task, None, None)
    return PictureLine(reading, shot.submission.task, shot.submission, shot.position)
