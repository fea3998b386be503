"""Reads all hand-ins of a task with what is known of their pictures, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from coursework.models import Role, Screenshot, Submission, Task
from grading.checks.base import SURE
from grading.integrity.model import Difference, HandIn, Picture, Verified
from grading.models import CheckOutcome, CheckResult, PictureReading, Status, Verification

POINTS = "points"
OTHER_RUN = ("address", POINTS)  # the checks that tell whether a picture is of the link handed in


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
    readings, found_by_checks = _readings(task), _found_by_checks(task)
    pictures: dict[int, list[Picture]] = defaultdict(list)
    columns = ("pk", "submission_id", "picture", "position", "width", "height", "upload_hash")
    rows = Screenshot.objects.filter(submission__task=task).order_by("submission", "position").values_list(*columns)
    for pk, submission, name, *stored in rows:
        known = readings.get(name, {}) | found_by_checks.get(pk, {})
        pictures[submission].append(Picture(*stored, **known))
    return pictures


# Of a result only these are fetched, not all of it: the points alone are some thousand characters.
_READ = (
    *(f"{name}__{part}" for name in ("epoch", "neurons") for part in ("value", "confidence")),
    *(f"{name}__{part}" for name in ("loss_train", "loss_test") for part in ("text", "confidence")),
    "is_playground",
    "plot__confidence",
)


def _readings(task: Task) -> dict[str, dict[str, Any]]:
    """Return by a picture's name what was read from it, as fields of Picture."""
    names = Screenshot.objects.filter(submission__task=task).values("picture")
    rows = PictureReading.objects.filter(picture__in=names, status=Status.COMPLETED, result__isnull=False).order_by()
    columns: Iterable[Any] = ("picture", "picture_hash", *(f"result__{name}" for name in _READ))
    return {
        name: _as_fields(look, dict(zip(_READ, read, strict=True))) for name, look, *read in rows.values_list(*columns)
    }


def _as_fields(look: str, read: dict[str, Any]) -> dict[str, Any]:
    """Keep the values of which the reader is sure."""

    def sure(name: str, part: str) -> Any:
        return read[f"{name}__{part}"] if (read[f"{name}__confidence"] or 0) >= SURE else None

    neurons = sure("neurons", "value")
    return {
        "look": look,
        "epoch": sure("epoch", "value"),
        "loss_train": sure("loss_train", "text"),
        "loss_test": sure("loss_test", "text"),
        "neurons": None if neurons is None or None in neurons else tuple(neurons),
        "is_playground": read["is_playground"],
        "is_part": read["plot__confidence"] is None,
    }


def _found_by_checks(task: Task) -> dict[int, dict[str, Any]]:
    """Return by screenshot whether its points are the link's, and what was found to be of another run."""
    points: dict[int, bool] = {}
    differences: dict[int, list[Difference]] = defaultdict(list)
    rows = CheckResult.objects.filter(
        assessment__submission__task=task,
        check_name__in=OTHER_RUN,
        outcome__in=(CheckOutcome.AGREES, CheckOutcome.DIFFERS),
    )
    columns = ("screenshot_id", "check_name", "outcome", "sentence", "innocent")
    for screenshot, name, outcome, sentence, innocent in rows.order_by("check_name", "pk").values_list(*columns):
        differs = outcome == CheckOutcome.DIFFERS
        if name == POINTS:
            points[screenshot] = not differs
        if differs:
            differences[screenshot].append(Difference(name, sentence, tuple(map(str, innocent))))
    return {
        screenshot: {"points_agree": points.get(screenshot), "differences": tuple(differences.get(screenshot, ()))}
        for screenshot in points.keys() | differences.keys()
    }


def _verified(task: Task) -> dict[int, Verified]:
    """Return by submission what its newest completed verification says: that one speaks for it."""
    columns = ("submission_id", "outcome", "retrained_epochs", "band_low", "band_high", "chance_match")
    rows = Verification.objects.filter(submission__task=task, status=Status.COMPLETED).order_by("queued_at", "pk")
    found: dict[int, Verified] = {}
    for submission, outcome, reached, low, high, chance in rows.values_list(*columns):
        band = None if low is None else (low, high)
        found[submission] = Verified(str(outcome), reached, band, chance)
    return found
