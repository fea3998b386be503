"""The life of a picture's reading: queued when the picture is stored, claimed, settled or given up, by `leases`.

Whoever waits for readings looks at whole submissions: once none of a submission's is live, its checks are asked for.
That is done after what was stored is committed. So whichever comes last, the hand-in or the last reading, sees both.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from coursework.models import Course, DraftScreenshot, Screenshot
from grading.models import PictureReading, Status
from grading.models.work import LIVE, MOST_ATTEMPTS
from grading.screenshots.reading import ScreenshotReading
from grading.services import leases
from grading.services.evidence.assessments import ask_for_assessment
from grading.services.leases import HINTS_PER_SWEEP, LOST_WORKER

log = structlog.get_logger(__name__)
READING_LEASE = timedelta(seconds=settings.READING_LEASE_SECONDS)
# Until then a picture may be on its way from storage into a row that is not committed yet.
ORPHANED_AFTER = timedelta(hours=1)
AT_ONCE = 500  # rows in one statement
FILE_GONE = "The picture’s file is not in our storage."
NO_REASON = "The reader could make nothing of the picture."


@dataclass(frozen=True, slots=True)
class Reader:
    """The reader of screenshots as loaded: `read` raises `not_readable`, with the reason as its text."""

    read: Callable[[bytes], ScreenshotReading]
    not_readable: type[Exception]


@cache
def load_reader() -> Reader:
    """Load the reader with its models, some seconds and hundreds of megabytes, once for each process.

    Only here, and by name: whoever imports this module does without it. Raises ImportError where the libraries of
    requirements/evidence.txt are missing.
    """
    reader = import_module("grading.screenshots.reader").ScreenshotReader()
    return Reader(read=reader.read, not_readable=import_module("grading.screenshots.pictures").NotReadable)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to settle one reading, as long as the row still stands at `attempt` and with `worker`."""

    reading_id: int
    attempt: int
    worker: str
    picture: str

    @property
    def row(self) -> QuerySet[PictureReading]:
        """The row, if it is still ours."""
        return PictureReading.objects.filter(leases.held(pk=self.reading_id, attempt=self.attempt, worker=self.worker))


def queue_readings(pictures: Iterable[tuple[str, str]]) -> list[int]:
    """Queue pictures, each given by its name in storage and its upload's hash; called where their rows are stored.

    Returns those that the broker should hear of. What is queued or read already stays as it is.
    """
    now = timezone.now()
    rows = [PictureReading(picture=name, upload_hash=upload_hash, queued_at=now) for name, upload_hash in pictures]
    PictureReading.objects.bulk_create(rows, ignore_conflicts=True)
    unheard = PictureReading.objects.filter(picture__in=[row.picture for row in rows], hinted_at=None)
    return list(unheard.filter(status=Status.QUEUED).values_list("pk", flat=True))


def queue_unread(*, course: Course | None) -> int:
    """Queue every stored picture that has no reading, of all courses or one; returns how many there were.

    They are those handed in before there was a reader, or while READ_SCREENSHOTS was off.
    """
    shots = Screenshot.objects.order_by("submission__received_at", "pk")
    drafted = DraftScreenshot.objects.order_by("pk")
    if course is not None:
        shots = shots.filter(submission__task__assignment__course=course)
        drafted = drafted.filter(draft__task__assignment__course=course)
    queued = 0
    for rows in (shots, drafted):
        unread = rows.exclude(picture__in=PictureReading.objects.values("picture"))
        pictures = list(unread.values_list("picture", "upload_hash"))
        for start in range(0, len(pictures), AT_ONCE):
            queue_readings(pictures[start : start + AT_ONCE])
        queued += len(pictures)
    return queued


def run_reading(*, reading_id: int, worker: str, ending: Callable[[], bool] = leases.never) -> list[int]:
    """Read one queued picture; returns the assessments that the broker should hear of.

    A reading under way takes some seconds and can't be stopped, so `ending` is asked before it only.
    """
    claim = claim_reading(reading_id=reading_id, worker=worker)
    if claim is None:
        return []  # delivered twice, or another worker has it, or the picture is gone
    if ending():
        leases.give_back_unharmed(claim.row)
        return []
    try:
        settled = settle_reading(claim=claim, result=_read(claim.picture))
    except ImportError as error:  # this worker's fault and not the picture's: another one will read it
        log.error("reader_not_installed", reading=reading_id, error=str(error)[:200])
        leases.give_back_unharmed(claim.row)
        return []
    except Exception as error:
        log.exception("reading_attempt_failed", reading=reading_id, attempt=claim.attempt)
        settled = bool(leases.end_attempts(claim.row, reason=f"{type(error).__name__}: {error}"[:500]))
    return ask_for_assessments([claim.picture]) if settled else []


def claim_reading(*, reading_id: int, worker: str) -> Claim | None:
    """Take the lease of a queued reading, or of one whose lease ran out; None if somebody else has it."""
    with transaction.atomic():
        if not leases.take(PictureReading.objects.filter(pk=reading_id), worker=worker, lease=READING_LEASE):
            return None
        row = PictureReading.objects.get(pk=reading_id)
        return Claim(row.pk, row.attempt, row.worker, row.picture)


def _read(picture: str) -> dict[str, Any]:
    """Read a stored picture; returns the columns of the result. That nothing can be read is a result, too."""
    reader = load_reader()
    try:
        with default_storage.open(picture) as file:
            content = file.read()
    except FileNotFoundError:
        return _not_readable(FILE_GONE)
    try:
        reading = reader.read(content)
    except reader.not_readable as reason:
        return _not_readable(str(reason))
    return {"result": reading.to_dict(), "unreadable": "", "picture_hash": reading.picture_hash}


def _not_readable(reason: str) -> dict[str, Any]:
    return {"result": None, "unreadable": (reason or NO_REASON)[:200], "picture_hash": ""}


def settle_reading(*, claim: Claim, result: dict[str, Any]) -> bool:
    """Store the result if the row is still ours; False (and nothing stored) for the late result of a lost worker."""
    with transaction.atomic():  # what the database refuses must not spoil whatever this is part of
        settled = leases.settle(claim.row, **result)
    if settled:
        log.info("reading_settled", reading=claim.reading_id, readable=not result["unreadable"])
    return settled


def ask_for_assessments(pictures: Iterable[str]) -> list[int]:
    """Ask for the checks of all submissions that hold one of these pictures; returns those the broker should hear of.

    Those that still wait for another picture are left for that one.
    """
    rows = Screenshot.objects.filter(picture__in=list(pictures)).order_by("submission")
    asked = [ask_for_assessment(submission_id=pk) for pk in rows.values_list("submission", flat=True).distinct()]
    return [pk for pk in asked if pk is not None]


def ask_if_all_read(pictures: Iterable[str]) -> list[int]:
    """The same for a hand-in that was stored just now, without a write where one of its pictures waits to be read.

    That one's reading will ask; everybody hands in at the same time, and SQLite lets one write.
    """
    names = list(pictures)
    waits = PictureReading.objects.filter(picture__in=names, status__in=LIVE).exists()
    return [] if waits else ask_for_assessments(names)


def sweep_readings(*, now: datetime | None = None) -> list[int]:
    """Return expired leases to the queue and list the readings that the broker should hear of (again)."""
    now = now or timezone.now()
    rows = PictureReading.objects.all()
    lost = rows.filter(status=Status.RUNNING, lease_expires_at__lt=now, attempt__gte=MOST_ATTEMPTS)
    given_up = list(lost.values_list("picture", flat=True))
    failed = leases.end_expired(rows, now=now)
    if failed:
        log.error("readings_failed", count=failed, reason=LOST_WORKER)
        ask_for_assessments(given_up)
    return leases.unheard(rows.order_by("queued_at", "pk"), now=now, at_most=HINTS_PER_SWEEP)


def tidy_readings(*, now: datetime | None = None) -> int:
    """Put right what interruptions left; returns how many readings were deleted since their pictures are gone.

    A draft's picture may be removed in several ways, by deleting a task among them: its reading goes here, an hour or
    so later. Checks that were never asked for, because a process ended just before, are asked for.
    """
    now = now or timezone.now()
    _ask_for_forgotten(since=now - ORPHANED_AFTER)
    old = PictureReading.objects.filter(queued_at__lt=now - ORPHANED_AFTER)
    # One statement, so that a picture on its way from a draft into a submission is seen in one of the two.
    gone = old.exclude(
        Q(picture__in=Screenshot.objects.values("picture")) | Q(picture__in=DraftScreenshot.objects.values("picture"))
    )
    deleted, _ = gone.delete()
    if deleted:
        log.info("readings_of_removed_pictures_deleted", count=deleted)
    return deleted


def _ask_for_forgotten(*, since: datetime) -> None:
    done = PictureReading.objects.exclude(status__in=LIVE).filter(finished_at__gte=since)
    forgotten = Screenshot.objects.filter(picture__in=done.values("picture"), submission__assessment=None)
    ask_for_assessments(forgotten.values_list("picture", flat=True))


def mark_readings_hinted(*, readings: Sequence[int]) -> None:
    """Remember that the broker was told of these readings just now."""
    if readings:
        leases.mark_hinted(PictureReading.objects.filter(pk__in=readings))


def read_again(*, readings: QuerySet[PictureReading]) -> list[int]:
    """Queue readings that are done or were given up once more; returns those that the broker should hear of.

    What was read before stays until there is something newer. Readings that wait or run are left alone.
    """
    now = timezone.now()
    readings.exclude(status__in=LIVE).update(
        status=Status.QUEUED,
        queued_at=now,
        hinted_at=None,
        attempt=0,
        unreadable="",
        last_error="",
        started_at=None,
        finished_at=None,
    )
    return list(PictureReading.objects.filter(status=Status.QUEUED, queued_at=now).values_list("pk", flat=True))
