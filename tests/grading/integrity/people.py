"""Hand-ins as values, for tests that need no database; and readings as rows, for those that do."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from coursework.models import Enrollment, Submission, User
from engine.spec import Spec
from grading.integrity.model import HandIn, Picture, Verified
from grading.models import Outcome, PictureReading, Status, Verification
from grading.read_values import ReadValues
from grading.screenshots.reading import Read, ScreenshotReading

LOOK, NEAR_LOOK, OTHER_LOOK = "0" * 64, "f" + "0" * 62 + "f", "5" * 64  # 8 bits apart, and far away
START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPEC = Spec(seed="0.51803")


def student(number: int) -> Enrollment:
    return Enrollment(pk=number, user=User(pk=number, username=f"s{number}", first_name=f"Student {number}"))


def made(number: int, attempt: int = 1, *, spec: Spec = SPEC, claimed: int = 141, **fields: Any) -> HandIn:
    """A hand-in of the student of that number, its receipt telling both numbers."""
    submission = Submission(
        receipt_number=f"{number:04}-{attempt:04}",
        enrollment=student(number),
        attempt=attempt,
        settings=spec.to_dict(),
        claimed_epochs=claimed,
        received_at=START + timedelta(minutes=10 * number + attempt),
    )
    return HandIn(submission, **fields)


def shot(upload: str, look: str = "", epoch: int | None = None, *, position: int = 1, **fields: Any) -> Picture:
    """A picture with these bytes and this look; other fields are of what was read, or of what checks found."""
    of_checks = {name: fields.pop(name) for name in ("differences", "points_agree") if name in fields}
    return Picture(position, 800, 600, upload, ReadValues(look, epoch, **fields), **of_checks)


def not_reproduced(reached: int | None = 508, band: tuple[int, int] | None = (490, 530)) -> Verified:
    return Verified(Outcome.CLAIM_NOT_REPRODUCED, reached, band, chance_match=0.25)


def confirmed(reached: int) -> Verified:
    return Verified(Outcome.VERIFIED, reached, (reached, reached), chance_match=None)


def read(submission: Submission, look: str, epoch: int | None = None, confidence: float = 0.99) -> PictureReading:
    """Store what a reader would have found in the first picture of a submission."""
    picture = submission.screenshots.get(position=1)
    shown = None if epoch is None else Read(f"000,{epoch:03}", epoch, confidence, (1.0, 2.0, 30.0, 10.0))
    reading = ScreenshotReading(64, 48, "test", is_playground=True, epoch=shown, picture_hash=look)
    row, _ = PictureReading.objects.update_or_create(
        picture=picture.picture.name,
        defaults={
            "upload_hash": picture.upload_hash,
            "status": Status.COMPLETED,
            "queued_at": timezone.now(),
            "result": reading.to_dict(),
            "picture_hash": look,
        },
    )
    return row


def settle(submission: Submission, outcome: Outcome, **fields: Any) -> Verification:
    """Settle the waiting verification of a submission."""
    row = Verification.objects.get(submission=submission)
    values = {"status": Status.COMPLETED, "outcome": outcome, "finished_at": timezone.now()} | fields
    Verification.objects.filter(pk=row.pk).update(**values)
    return row
