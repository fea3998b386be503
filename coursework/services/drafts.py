"""Drafts: what a student has filled in is kept until it is handed in or thrown away."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from coursework.models import Draft, DraftScreenshot, Enrollment, Task
from coursework.rules import SINGLE_SETTINGS
from coursework.selectors.drafts import draft_pictures
from coursework.services.screenshots import (
    MOST_SCREENSHOTS,
    PreparedScreenshot,
    ScreenshotRefused,
    StoredScreenshot,
    delete_stored,
    prepare_screenshot,
    store_screenshots,
)
from coursework.services.submissions import lock_enrollment
from coursework.signals import picture_stored

KEPT_FIELDS = ("link", "drawn", "features", "seed", *SINGLE_SETTINGS, "claimed_epochs")
MOST_VALUES = 20  # of one name; there are seven inputs
MOST_CHARACTERS = 20_000


def save_draft(*, task: Task, enrollment: Enrollment, fields: Mapping[str, Sequence[str]]) -> Draft:
    """Keep what stands in the form's fields; fields that are not the form's own are left out."""
    kept = {
        name: [_storable(value) for value in fields[name][:MOST_VALUES]] for name in KEPT_FIELDS if fields.get(name)
    }
    draft, _ = Draft.objects.update_or_create(task=task, enrollment=enrollment, defaults={"fields": kept})
    return draft


def _storable(value: str) -> str:
    return value[:MOST_CHARACTERS].replace("\x00", "")  # PostgreSQL's JSON holds no NUL


def prepare_pictures(uploads: Iterable[UploadedFile[Any]]) -> tuple[list[PreparedScreenshot], list[str]]:
    """Check pictures; return those that are fine, and for each other one why it is not taken."""
    prepared, refusals = [], []
    for upload in uploads:
        try:
            prepared.append(prepare_screenshot(upload))
        except ScreenshotRefused as refusal:
            refusals.append(str(refusal))
    return prepared, refusals


def keep_pictures(*, task: Task, enrollment: Enrollment, prepared: Iterable[PreparedScreenshot]) -> list[str]:
    """Keep pictures in the student's draft; return for each one for which there is no room that it was left out.

    A picture that is there already is not kept twice. Raises NotStored where storage fails.
    """
    refusals = []
    for picture in prepared:
        try:
            _keep_picture(task, enrollment, picture)
        except ScreenshotRefused as refusal:
            refusals.append(str(refusal))
    return refusals


def add_pictures(*, task: Task, enrollment: Enrollment, uploads: Iterable[UploadedFile[Any]]) -> list[str]:
    """Check pictures and keep those that are fine; return for each other one why it is not kept.

    Raises NotStored where storage fails.
    """
    prepared, refusals = prepare_pictures(uploads)
    return refusals + keep_pictures(task=task, enrollment=enrollment, prepared=prepared)


def _keep_picture(task: Task, enrollment: Enrollment, prepared: PreparedScreenshot) -> None:
    """Store the file first, then the row; a file without a row is deleted again."""
    (stored,) = store_screenshots([prepared])
    kept = False
    try:
        kept = _add_row(task, enrollment, stored)
    finally:
        if not kept:
            delete_stored([stored.name])


@transaction.atomic
def _add_row(task: Task, enrollment: Enrollment, stored: StoredScreenshot) -> bool:
    """Add a picture's row; False if it is there already. Raises ScreenshotRefused if there is no room for it."""
    lock_enrollment(enrollment)
    draft, _ = Draft.objects.get_or_create(task=task, enrollment=enrollment)
    if draft.screenshots.filter(upload_hash=stored.upload_hash).exists():
        return False
    if draft.screenshots.count() >= MOST_SCREENSHOTS:
        raise ScreenshotRefused(
            f"{stored.original_name} was left out: at most {MOST_SCREENSHOTS} pictures. Remove one to make room."
        )
    DraftScreenshot.objects.create(
        draft=draft,
        picture=stored.name,
        width=stored.width,
        height=stored.height,
        original_name=stored.original_name,
        upload_hash=stored.upload_hash,
    )
    picture_stored.send(sender=DraftScreenshot, name=stored.name, upload_hash=stored.upload_hash)
    return True


def remove_picture(*, task: Task, enrollment: Enrollment, picture: int) -> bool:
    """Remove one picture from the student's draft with its file; False if there is no such picture."""
    with transaction.atomic():
        lock_enrollment(enrollment)
        found = [row for row in draft_pictures(task=task, enrollment=enrollment) if row.pk == picture]
        for row in found:
            row.delete()
    delete_stored(str(row.picture.name) for row in found)
    return bool(found)


def throw_away(*, task: Task, enrollment: Enrollment) -> None:
    """Delete a student's draft with its pictures."""
    with transaction.atomic():
        lock_enrollment(enrollment)
        names = [str(row.picture.name) for row in draft_pictures(task=task, enrollment=enrollment)]
        Draft.objects.filter(task=task, enrollment=enrollment).delete()
    delete_stored(names)
