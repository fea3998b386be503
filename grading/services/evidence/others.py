"""Whom to check again because their pictures equal one that came later."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Max

from coursework.models import Screenshot
from grading.checks.assessing import PictureResult
from grading.checks.base import COMMON
from grading.checks.same_picture import SAME_PICTURE
from grading.models import Assessment, CheckResult, PictureReading, Status

# Honest pictures that look alike would otherwise send a whole class to be checked again with each new one.
WORTH_TELLING = COMMON
# Clocks of two machines differ, and a reading is stored a moment after the time it bears.
LEEWAY = timedelta(minutes=1)


def submissions_to_tell(*, submission_id: int, results: Iterable[PictureResult]) -> list[int]:
    """List the submissions of others that should be checked again, by their keys.

    Those whose pictures equal one of this submission in a way that is worth telling, who were checked before this
    submission's pictures were read, and whose own result says less than this one's. Once they have been checked again
    theirs says as much, so two submissions never send each other around in circles.
    """
    telling = _telling(results)
    read_at = _read_at(submission_id) if telling else None
    if read_at is None:
        return []
    checked = Assessment.objects.filter(
        submission__receipt_number__in=telling, checked_at__lt=read_at + LEEWAY
    ).exclude(status=Status.QUEUED)
    weights = _weights(checked.values_list("pk", flat=True))
    rows = checked.order_by("pk").values_list("pk", "submission", "submission__receipt_number")
    return [other for pk, other, receipt_number in rows if weights.get(pk, 0.0) < telling[receipt_number]]


def _telling(results: Iterable[PictureResult]) -> dict[str, float]:
    """Give the weight for each receipt number among the equal pictures."""
    found: dict[str, float] = {}
    for result in results:
        if result.check.name != SAME_PICTURE.name:
            continue
        for same in result.finding.details.get("same", ()):
            weight = same["weight"]
            if weight >= WORTH_TELLING:
                found[same["receipt_number"]] = max(weight, found.get(same["receipt_number"], 0.0))
    return found


def _read_at(submission_id: int) -> datetime | None:
    """Say when the last of a submission's pictures was read."""
    names = Screenshot.objects.filter(submission=submission_id).values("picture")
    latest: datetime | None = PictureReading.objects.filter(picture__in=names).aggregate(at=Max("finished_at"))["at"]
    return latest


def _weights(assessment_ids: Iterable[int]) -> Mapping[int, float]:
    """Give by assessment what its own check of equal pictures weighs."""
    rows = CheckResult.objects.filter(assessment__in=assessment_ids, check_name=SAME_PICTURE.name)
    return dict(rows.order_by().values_list("assessment").annotate(weight=Max("weight")))
