"""The uploaded roster between its preview and its application: one for each instructor and course, for an hour."""

from dataclasses import dataclass

from django.core.cache import cache

from coursework.models import Enrollment
from coursework.roster import Plan

KEPT_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class RosterUpload:
    """A file as it was uploaded, and the lines of the plan that its preview showed last."""

    content: bytes
    deactivate_missing: bool
    lines: tuple[str, ...] = ()


def keep_upload(*, by: Enrollment, upload: RosterUpload) -> None:
    """Keep an upload in place of the instructor's earlier one."""
    cache.set(_key(by), (upload.content, upload.deactivate_missing, upload.lines), KEPT_SECONDS)


def kept_upload(*, by: Enrollment) -> RosterUpload | None:
    """Return the upload; None if there is none any more."""
    kept = cache.get(_key(by))
    return RosterUpload(*kept) if kept else None


def drop_upload(*, by: Enrollment) -> None:
    """Forget the upload: it holds people's names."""
    cache.delete(_key(by))


def differences(shown: tuple[str, ...], plan: Plan) -> tuple[list[str], list[str]]:
    """Return what the plan does and the preview did not show, and what it showed and the plan does no longer."""
    before, now = set(shown), set(plan.lines)
    return [line for line in plan.lines if line not in before], [line for line in shown if line not in now]


def _key(by: Enrollment) -> str:
    return f"roster-upload-{by.pk}"
