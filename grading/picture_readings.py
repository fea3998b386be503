"""Reads of pictures' readings. Permission is checked before, by coursework.access."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from grading.live import ask_again_seconds
from grading.models import PictureReading, Status

A_WHILE = timedelta(seconds=15)  # before that, nobody wants to know a place
LONG = timedelta(minutes=3)
VERY_LONG = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A moment of a reading that is not done. `place` is None once a worker has it, and while it hardly waits yet."""

    place: int | None
    is_long: bool
    ask_again_seconds: int


def reading_of(name: str) -> PictureReading | None:
    """Return the reading of the picture with this name in storage; None if nobody ever asked for one."""
    return PictureReading.objects.filter(picture=name).first()


def readings_of(names: Iterable[str]) -> dict[str, PictureReading]:
    """Return the readings of several pictures by name, in one query."""
    return {row.picture: row for row in PictureReading.objects.filter(picture__in=list(names))}


def waiting(row: PictureReading, *, now: datetime) -> Waiting:
    """Describe a reading that waits or runs."""
    age = now - row.queued_at
    place = _place(row) if row.status == Status.QUEUED else None
    seconds = 15 if age > VERY_LONG else 1 + ask_again_seconds(place)
    return Waiting(place if age > A_WHILE else None, age > LONG, seconds)


def _place(row: PictureReading) -> int:
    earlier = Q(queued_at__lt=row.queued_at) | Q(queued_at=row.queued_at, pk__lt=row.pk)
    return PictureReading.objects.filter(earlier, status=Status.QUEUED).count() + 1
