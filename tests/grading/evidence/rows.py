"""Rows of evidence as workers would have stored them: readings of pictures, and what checks said."""

from typing import Any

from django.utils import timezone

from coursework.models import Screenshot, Submission
from grading.models import Assessment, CheckOutcome, CheckResult, PictureReading, Status
from grading.screenshots.reading import PlotReading, Read, ScreenshotReading

READING = ScreenshotReading(
    width=1280,
    height=635,
    reader_version="1",
    is_playground=True,
    epoch=Read("000,061", 61, 0.99, (210.0, 194.0, 86.8, 27.0)),
    loss_train=Read("0.001", 0.001, 0.98, (793.4, 330.4, 32.5, 15.0)),
    loss_test=Read("0.001", 0.001, 0.8, (775.1, 310.4, 32.5, 15.0)),
    features=Read("x, xSquared", ("x", "xSquared"), 0.95),
    neurons=Read("6 neurons, ? neurons", (6, None), 0.5, (400.0, 250.0, 200.0, 20.0)),
    plot=PlotReading(((775.0, 350.0), (1000.0, 350.0), (1000.0, 575.0), (775.0, 575.0)), 0.97, ""),
)


def picture_of(submission: Submission, position: int = 1) -> Screenshot:
    return submission.screenshots.get(position=position)


def read_picture(screenshot: Screenshot, reading: ScreenshotReading | None = READING, **fields: Any) -> PictureReading:
    """Store a reading that is done; without one the picture was not readable unless `fields` say otherwise."""
    values: dict[str, Any] = {
        "status": Status.COMPLETED,
        "queued_at": timezone.now(),
        "upload_hash": screenshot.upload_hash,
        "result": reading.to_dict() if reading else None,
        "unreadable": "" if reading else "The file ends early.",
    }
    return PictureReading.objects.update_or_create(picture=screenshot.picture.name, defaults=values | fields)[0]


def assess(submission: Submission, *, weight: float = 0.0, **fields: Any) -> Assessment:
    """Store an assessment that is done and has no results yet."""
    now = timezone.now()
    values = {"status": Status.COMPLETED, "queued_at": now, "checked_at": now, "weight": weight} | fields
    return Assessment.objects.update_or_create(submission=submission, defaults=values)[0]


def result(submission: Submission, check: str, outcome: str, *, position: int = 1, **fields: Any) -> CheckResult:
    """Store what one check said of one picture, and the assessment with it."""
    weight = fields.get("weight", 0.6 if outcome == CheckOutcome.DIFFERS else 0.0)
    found = Assessment.objects.filter(submission=submission).first() or assess(submission)
    found.weight += weight
    found.differences += outcome == CheckOutcome.DIFFERS
    found.save()
    values = {"sentence": f"{check} {outcome}.", "weight": weight} | fields
    return CheckResult.objects.create(
        assessment=found,
        screenshot=picture_of(submission, position),
        check_name=check,
        outcome=outcome,
        **values,
    )


def agreeing(submission: Submission) -> None:
    """Store a picture that was read and agrees."""
    read_picture(picture_of(submission))
    result(submission, "epoch", CheckOutcome.AGREES)


def differing(submission: Submission, *, weight: float = 0.6) -> None:
    """Store a picture that was read and differs in its epoch."""
    read_picture(picture_of(submission))
    result(submission, "epoch", CheckOutcome.DIFFERS, weight=weight, innocent=["Reset draws new weights."])
