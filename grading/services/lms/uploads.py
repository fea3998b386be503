"""An LMS's file between its upload and its download: one for each person and course, for an hour."""

from dataclasses import dataclass

from django.core.cache import cache

from coursework.models import Enrollment

KEPT_SECONDS = 3600
Pairs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class LmsUpload:
    """A file as it was uploaded, and what the person chose for it so far."""

    content: bytes
    name: str
    columns: Pairs | None = None  # task, position of its column; None: nobody has chosen
    by_hand: Pairs = ()  # number of a row, enrollment
    other_most: tuple[int, ...] = ()  # tasks
    overwrite: bool = False
    unreleased: bool = False
    whole: bool = False


def keep_lms_upload(*, by: Enrollment, upload: LmsUpload) -> None:
    """Keep an upload in place of the person's earlier one."""
    fields = (
        *(upload.content, upload.name, upload.columns, upload.by_hand),
        *(upload.other_most, upload.overwrite, upload.unreleased, upload.whole),
    )
    cache.set(_key(by), fields, KEPT_SECONDS)


def kept_lms_upload(*, by: Enrollment) -> LmsUpload | None:
    """Return the upload; None if there is none any more."""
    kept = cache.get(_key(by))
    return LmsUpload(*kept) if kept else None


def _key(by: Enrollment) -> str:
    return f"lms-upload-{by.pk}"
