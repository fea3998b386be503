"""Reads all hand-ins of a task with what is known of their pictures, in a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from coursework.models import Role, Screenshot, Submission, Task
from grading.checks.base import SURE
from grading.integrity.model import Difference, HandIn, Picture, Verified
from grading.models import CheckOutcome, CheckResult, PictureReading, Status, Verification

OTHER_RUN = ("address", "data_points")  # the checks that tell whether a picture is of the link handed in


@dataclass(frozen=True, slots=True)
class _Reading:
    """As much of a reading as groups need."""

    look: str = ""
    epoch: int | None = None
    is_playground: bool | None = None
    is_part: bool = False


def hand_ins_of(task: Task) -> list[HandIn]:
    """Return what students handed in for a task, oldest first; five queries, however many there are."""
    pictures, verified = _pictures(task), _verified(task)
    submissions = (
        Submission.objects.filter(task=task, enrollment__role=Role.STUDENT)
        .select_related("enrollment__user")
        .defer("link", "content_hash", "idempotency_key", "enrollment__user__password")
        .order_by("received_at", "pk")
    )
    return [HandIn(row, tuple(pictures.get(row.pk, ())), verified.get(row.pk)) for row in submissions]


def _pictures(task: Task) -> dict[int, list[Picture]]:
    """Return the pictures by submission, in their order."""
    readings, differences = _readings(task), _differences(task)
    found: dict[int, list[Picture]] = defaultdict(list)
    columns = ("pk", "submission_id", "picture", "position", "width", "height", "upload_hash")
    rows = Screenshot.objects.filter(submission__task=task).order_by("submission", "position").values_list(*columns)
    for pk, submission, name, position, width, height, upload_hash in rows:
        read = readings.get(name, _Reading())
        told = tuple(differences.get(pk, ()))
        about = (read.look, read.epoch, read.is_playground, read.is_part, told)
        found[submission].append(Picture(position, width, height, upload_hash, *about))
    return found


def _readings(task: Task) -> dict[str, _Reading]:
    """Return readings by the picture's name; of the results only what is needed is fetched, not all of it."""
    names = Screenshot.objects.filter(submission__task=task).values("picture")
    rows = PictureReading.objects.filter(picture__in=names, status=Status.COMPLETED, result__isnull=False).order_by()
    found = {}
    for name, look, epoch, confidence, is_playground, plot in rows.values_list(*_COLUMNS):
        sure = confidence is not None and confidence >= SURE
        found[name] = _Reading(look, epoch if sure else None, is_playground, is_part=plot is None)
    return found


_COLUMNS: tuple[Any, ...] = (
    "picture",
    "picture_hash",
    "result__epoch__value",
    "result__epoch__confidence",
    "result__is_playground",
    "result__plot__confidence",
)


def _differences(task: Task) -> dict[int, list[Difference]]:
    """Return by screenshot what the checks say that found it to show another run."""
    found: dict[int, list[Difference]] = defaultdict(list)
    rows = CheckResult.objects.filter(
        assessment__submission__task=task, check_name__in=OTHER_RUN, outcome=CheckOutcome.DIFFERS
    )
    columns = ("screenshot_id", "check_name", "sentence", "innocent")
    for screenshot, name, sentence, innocent in rows.order_by("check_name", "pk").values_list(*columns):
        found[screenshot].append(Difference(name, sentence, tuple(map(str, innocent))))
    return found


def _verified(task: Task) -> dict[int, Verified]:
    """Return by submission what its newest completed verification says: that one speaks for it."""
    columns = ("submission_id", "outcome", "retrained_epochs", "band_low", "band_high", "chance_match")
    rows = Verification.objects.filter(submission__task=task, status=Status.COMPLETED).order_by("queued_at", "pk")
    found: dict[int, Verified] = {}
    for submission, outcome, reached, low, high, chance in rows.values_list(*columns):
        band = None if low is None else (low, high)
        found[submission] = Verified(str(outcome), reached, band, chance)
    return found
