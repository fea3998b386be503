"""Pictures for hand-ins that are made up: a few real ones, shared by many."""

from collections.abc import Sequence

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from coursework.models import Screenshot, Submission, Task
from coursework.services.demo import PICTURES
from coursework.services.screenshots import prepare_screenshot, store_screenshots
from grading.services.evidence.readings import queue_readings

BY_TASK = {
    "circle": ("circle-6-3", "circle-squares-4", "circle-default", "circle-all-inputs"),
    "spiral": ("spiral-8-8-8", "spiral-8-6-6", "spiral-default"),
}


def give_pictures(task: Task, submissions: Sequence[Submission]) -> None:
    """Add a picture to each of these submissions.

    They are real ones of other runs, and the same few again and again: what reads and compares pictures will say so.
    """
    prepared = [
        prepare_screenshot(SimpleUploadedFile(f"{name}.webp", (PICTURES / f"{name}.webp").read_bytes()))
        for name in BY_TASK[task.slug]
    ]
    stored = store_screenshots(prepared)
    shown = [stored[number % len(stored)] for number in range(len(submissions))]
    Screenshot.objects.bulk_create(
        Screenshot(
            submission=submission,
            position=1,
            picture=picture.name,
            width=picture.width,
            height=picture.height,
            original_name=picture.original_name,
            upload_hash=picture.upload_hash,
        )
        for submission, picture in zip(submissions, shown, strict=True)
    )
    if settings.READ_SCREENSHOTS:
        queue_readings([(picture.name, picture.upload_hash) for picture in stored])
