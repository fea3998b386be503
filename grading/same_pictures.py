"""Which pictures of others equal those of one submission: the very file in the course, the same look in the task."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from coursework.models import Screenshot, Submission
from grading.alike import HASH_DIGITS, NEAR, hash_words
from grading.checks.base import SamePicture, sure
from grading.models import PictureReading
from grading.read_values import ReadValues, read_values
from grading.screenshots.reading import ScreenshotReading

MOST_SHOWN = 20  # of one picture; where a whole class hands in one link, all of its pictures look the same
_Near = dict[int, int]  # bits that differ, by the screenshot's key


@dataclass(frozen=True, slots=True)
class _Picture:
    """One picture that was handed in; `look` is its perceptual hash, or empty."""

    screenshot_id: int
    picture: str
    upload_hash: str
    look: str


@dataclass(frozen=True, slots=True)
class _Hit:
    """Somebody else's screenshot that equals one of the submission."""

    screenshot_id: int
    is_exact: bool
    distance: int


def same_pictures(submission: Submission) -> dict[int, tuple[SamePicture, ...]]:
    """Find the pictures of other people that equal those of a submission, by the screenshot's key; a few queries.

    At most `MOST_SHOWN` for each, the most telling first. A student's own attempts are left out.
    """
    own = _pictures(Screenshot.objects.filter(submission=submission))
    others = Screenshot.objects.exclude(submission__enrollment=submission.enrollment_id)
    hits = _hits(own, others, submission)
    hit_keys = {hit.screenshot_id for found in hits.values() for hit in found}
    if not hit_keys:
        return {}
    same_link = _with_link_of(submission, hit_keys)
    told = {key: _most_telling(found, same_link) for key, found in hits.items()}
    shown = _Shown.of(own, {hit.screenshot_id for found in told.values() for hit in found})
    return {
        one.screenshot_id: tuple(shown.same(one, hit, same_link) for hit in told[one.screenshot_id])
        for one in own
        if told[one.screenshot_id]
    }


def _pictures(screenshots: QuerySet[Screenshot]) -> list[_Picture]:
    """List pictures with how they look, as far as that is known."""
    reading = PictureReading.objects.filter(picture=OuterRef("picture"))
    look = Coalesce(Subquery(reading.values("picture_hash")[:1]), Value(""))
    rows = screenshots.order_by("pk").annotate(look=look).values_list("pk", "picture", "upload_hash", "look")
    return [_Picture(*row) for row in rows]


def _hits(own: list[_Picture], others: QuerySet[Screenshot], submission: Submission) -> dict[int, list[_Hit]]:
    course = submission.task.assignment.course_id
    files = others.filter(submission__task__assignment__course=course, upload_hash__in=[one.upload_hash for one in own])
    by_file: dict[str, set[int]] = {}
    for pk, upload_hash in files.values_list("pk", "upload_hash"):
        by_file.setdefault(upload_hash, set()).add(pk)
    in_task = [one for one in _pictures(others.filter(submission__task=submission.task_id)) if _is_known(one)]
    near = _not_told_apart({one: _near(one, in_task) for one in own}, in_task)
    found = {}
    for one in own:
        exact = by_file.get(one.upload_hash, set())
        found[one.screenshot_id] = [_Hit(key, True, 0) for key in exact]
        found[one.screenshot_id] += [_Hit(key, False, bits) for key, bits in near[one].items() if key not in exact]
    return found


def _is_known(one: _Picture) -> bool:
    return len(one.look) == HASH_DIGITS


def _near(own: _Picture, others: list[_Picture]) -> _Near:
    """Find the pictures whose hashes differ from one's own in a few bits."""
    if not _is_known(own) or not others:
        return {}
    words = hash_words([one.look for one in others])
    bits = np.bitwise_count(words ^ hash_words([own.look])).sum(axis=1)
    return {others[place].screenshot_id: int(bits[place]) for place in np.flatnonzero(bits <= NEAR)}


def _not_told_apart(near: dict[_Picture, _Near], others: list[_Picture]) -> dict[_Picture, _Near]:
    """Leave out what shows another epoch, other losses or another network.

    Honest pictures of one design in windows of one size are as near as copies, whatever the seed.
    """
    candidates = {key for keys in near.values() for key in keys}
    if not candidates:
        return near
    names = {one.screenshot_id: one.picture for one in others if one.screenshot_id in candidates}
    read = read_values([*names.values(), *(own.picture for own in near)])
    return {
        own: {key: bits for key, bits in keys.items() if not _told_apart(read, own.picture, names[key])}
        for own, keys in near.items()
    }


def _told_apart(read: Mapping[str, ReadValues], one: str, other: str) -> bool:
    return read.get(one, ReadValues()).tells_apart(read.get(other, ReadValues()))


def _with_link_of(submission: Submission, keys: set[int]) -> set[int]:
    """Keep the pictures that were handed in with the same settings and seed."""
    rows = Screenshot.objects.filter(pk__in=keys).values_list("pk", "submission__settings")
    return {pk for pk, settings in rows if settings == submission.settings}


def _most_telling(found: list[_Hit], same_link: set[int]) -> list[_Hit]:
    """Put the very file first, then other links, then the nearest."""

    def order(hit: _Hit) -> tuple[bool, bool, int, int]:
        return not hit.is_exact, hit.screenshot_id in same_link, hit.distance, hit.screenshot_id

    return sorted(found, key=order)[:MOST_SHOWN]


@dataclass(frozen=True, slots=True)
class _Shown:
    """What there is to say of pictures: receipt number, position and name by key, and the epoch shown by name."""

    rows: Mapping[int, tuple[str, int, str]]
    epochs: Mapping[str, int | None]

    @classmethod
    def of(cls, own: Iterable[_Picture], keys: set[int]) -> "_Shown":
        """Read it in two queries."""
        columns = ("pk", "submission__receipt_number", "position", "picture")
        rows = {pk: row for pk, *row in Screenshot.objects.filter(pk__in=keys).values_list(*columns)}
        names = [one.picture for one in own] + [name for _, _, name in rows.values()]
        readings = PictureReading.objects.filter(picture__in=names)
        epochs = {row.picture: _epoch(row.reading) for row in readings}
        return cls({pk: (receipt, position, name) for pk, (receipt, position, name) in rows.items()}, epochs)

    def same(self, own: _Picture, hit: _Hit, same_link: set[int]) -> SamePicture:
        receipt_number, position, name = self.rows[hit.screenshot_id]
        epoch = self.epochs.get(own.picture)
        return SamePicture(
            receipt_number=receipt_number,
            position=position,
            is_exact=hit.is_exact,
            distance=hit.distance,
            same_link=hit.screenshot_id in same_link,
            same_epoch=epoch is not None and epoch == self.epochs.get(name),
        )


def _epoch(reading: ScreenshotReading | None) -> int | None:
    epoch = sure(reading.epoch) if reading else None
    return None if epoch is None else epoch.value
