"""What the checks of one submission look at, gathered from the database, and the checks run over it."""

from collections.abc import Callable
from dataclasses import dataclass

from coursework.models import Submission
from coursework.rules import TaskRules
from engine.spec import Spec
from grading.checks.assessing import Assessed, assess_pictures
from grading.checks.base import Evidence, SamePicture, ShownState, Verified, sure
from grading.checks.registry import CHECKS
from grading.checks.target import shown_losses
from grading.models import PictureReading, Status
from grading.same_pictures import same_pictures
from grading.screenshots.reading import ScreenshotReading
from grading.selectors import latest_verification, with_verifications
from grading.services.evidence.states import shown_states


@dataclass(frozen=True, slots=True)
class Gathered:
    """One submission with its pictures' readings and the pictures of others that equal them, by screenshot."""

    spec: Spec
    claimed_epochs: int
    rules: TaskRules
    verified: Verified | None
    readings: dict[int, ScreenshotReading]
    same: dict[int, tuple[SamePicture, ...]]


def assess(*, submission_id: int, ending: Callable[[], bool]) -> Assessed:
    """Gather, retrain to the shown epochs and run all checks. The slow part is outside any transaction.

    Raises WorkerEnds when `ending` says so, and Submission.DoesNotExist.
    """
    gathered = gather(submission_id=submission_id)
    epochs = {key: _epoch_to_train(reading) for key, reading in gathered.readings.items()}
    wanted = {epoch for epoch in epochs.values() if epoch is not None}
    states = shown_states(gathered.spec, wanted, ending=ending)
    evidence = {
        key: _evidence(gathered, key, None if epoch is None else states.get(epoch)) for key, epoch in epochs.items()
    }
    return assess_pictures(evidence, CHECKS)


def gather(*, submission_id: int) -> Gathered:
    """Read what the checks need in a fixed number of queries."""
    submission = with_verifications(Submission.objects.filter(pk=submission_id)).get()
    return Gathered(
        spec=submission.spec,
        claimed_epochs=submission.claimed_epochs,
        rules=submission.task.rules,
        verified=_verified(submission),
        readings=_readings(submission),
        same=same_pictures(submission),
    )


def _readings(submission: Submission) -> dict[int, ScreenshotReading]:
    """Give the reading of each picture; one of which nothing could be read has a reading without values."""
    screenshots = list(submission.screenshots.order_by("position"))
    rows = PictureReading.objects.filter(picture__in=[one.picture.name for one in screenshots])
    readings = {row.picture: row.reading for row in rows}
    return {
        one.pk: readings.get(one.picture.name or "") or ScreenshotReading(one.width, one.height, reader_version="")
        for one in screenshots
    }


def _verified(submission: Submission) -> Verified | None:
    verification = latest_verification(submission)
    if verification is None or verification.status != Status.COMPLETED:
        return None
    return Verified(
        outcome=verification.outcome or "",
        retrained_epochs=verification.retrained_epochs,
        band=verification.band,
        resets=verification.resets,
    )


def _epoch_to_train(reading: ScreenshotReading) -> int | None:
    """Give the epoch whose losses are worth knowing: one that was read beside a loss."""
    epoch = sure(reading.epoch)
    return epoch.value if epoch is not None and shown_losses(reading) else None


def _evidence(gathered: Gathered, key: int, states: tuple[ShownState, ...] | None) -> Evidence:
    return Evidence(
        reading=gathered.readings[key],
        spec=gathered.spec,
        claimed_epochs=gathered.claimed_epochs,
        rules=gathered.rules,
        verified=gathered.verified,
        states=states,
        same_pictures=gathered.same.get(key, ()),
    )
