"""Rows of evidence for tests: pictures handed in, and their readings as a worker would have stored them."""

import itertools
from datetime import datetime
from typing import Any

from django.utils import timezone

from coursework.models import Enrollment, Submission, Task
from coursework.services.screenshots import prepare_screenshot
from engine.spec import Spec
from grading.models import PictureReading, Status
from grading.screenshots.reading import ScreenshotReading
from tests.grading.checks.samples import reading
from tests.world import QUICK_SPEC, hand_in, picture

_sizes = itertools.count(100)  # none of the sizes that tests ask for by themselves


def hand_in_picture(
    task: Task,
    enrollment: Enrollment,
    *,
    spec: Spec = QUICK_SPEC,
    pictures: int = 1,
    size: int | None = None,
    **fields: Any,
) -> Submission:
    """Hand in pictures of which no two are alike, or one of this size, which is the same file each time."""
    sizes = [size] if size is not None else [next(_sizes) for _ in range(pictures)]
    files = [prepare_screenshot(picture(size=(one, 20))) for one in sizes]
    return hand_in(task, enrollment, spec=spec, screenshots=files, **fields)


def read_pictures(
    submission: Submission, read: ScreenshotReading | None = None, *, at: datetime | None = None, **values: Any
) -> list[PictureReading]:
    """Store a reading of each picture: with these values, or none where `read` is None and there are none."""
    result = read or (reading(**values) if values else None)
    fields = {
        "status": Status.COMPLETED,
        "queued_at": at or timezone.now(),
        "finished_at": at or timezone.now(),
        "result": None if result is None else result.to_dict(),
        "unreadable": "" if result else "It is all black.",
        "picture_hash": result.picture_hash if result else "",
    }
    return [
        PictureReading.objects.update_or_create(
            picture=one.picture.name, defaults={"upload_hash": one.upload_hash, **fields}
        )[0]
        for one in submission.screenshots.all()
    ]
