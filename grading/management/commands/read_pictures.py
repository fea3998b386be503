"""`manage.py read_pictures`: have pictures read that were not, or once more."""

from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q, QuerySet

from coursework.models import Course
from grading.models import PictureReading
from grading.picture_queue import FAILED, NOT_READABLE, READ, readings_of
from grading.services.evidence.readings import queue_unread, read_again


class Command(BaseCommand):
    """Queues readings. The sweeper tells the workers of them, the oldest first and not too many at a time."""

    help = "Queue pictures for the reader: those without a reading (unless told otherwise), or some once more."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name which pictures."""
        parser.add_argument("--course", metavar="SLUG", help="of this course only")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--unread", action="store_true", help="those that were never queued; this is the default")
        which.add_argument("--failed", action="store_true", help="those that failed by us or were not readable")
        which.add_argument("--outdated", action="store_true", help="those read by another version of the reader")
        which.add_argument("--all", action="store_true", help="all of them, the unread ones too")

    def handle(self, *_args: Any, course: str | None, failed: bool, outdated: bool, **options: Any) -> None:
        """Queue them and say how many they are."""
        if not settings.READ_SCREENSHOTS:
            raise CommandError("READ_SCREENSHOTS is off: nobody would read them.")
        chosen = _course(course)
        queued = 0
        if options["all"] or not (failed or outdated):
            queued += queue_unread(course=chosen)
        if failed or outdated or options["all"]:
            queued += len(read_again(readings=_again(readings_of(chosen), failed=failed, outdated=outdated)))
        pictures = "1 picture" if queued == 1 else f"{queued} pictures"
        self.stdout.write(f"{pictures} queued. The sweeper tells the workers of the queue “evidence”.")


def _course(slug: str | None) -> Course | None:
    if slug is None:
        return None
    course = Course.objects.filter(slug=slug).first()
    if course is None:
        known = ", ".join(Course.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no course {slug!r}. Courses here: {known}.")
    return course


def _again(rows: QuerySet[PictureReading], *, failed: bool, outdated: bool) -> QuerySet[PictureReading]:
    if failed:
        return rows.filter(FAILED | NOT_READABLE)
    if outdated:
        # What could not be read says nothing of the version: another one may do better.
        return rows.filter(NOT_READABLE | READ & ~Q(result__reader_version=_reader_version()))
    return rows


def _reader_version() -> str:
    """Return the version of the reader that is installed here; importing it loads its library, so only if asked for."""
    try:
        return str(import_module("grading.screenshots.reader").READER_VERSION)
    except ImportError as error:
        raise CommandError(f"The reader is not installed here ({error}): run this where its worker runs.") from None
