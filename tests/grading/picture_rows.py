"""Readings of pictures for tests, made by hand: no picture is looked at."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from engine.spec import Spec
from grading.models import PictureReading, Status
from grading.screenshots.reading import Read, ScreenshotReading
from tests.world import QUICK_SPEC


def read(value: Any, text: str | None = None, confidence: float = 0.99) -> Read[Any]:
    """One value, read for sure unless told."""
    return Read(str(value) if text is None else text, value, confidence)


def shown(spec: Spec = QUICK_SPEC, *, epoch: int | None = 101, **values: Any) -> ScreenshotReading:
    """The reading of a picture that shows all of a run but for its points; values by name change it."""
    seen = {
        "is_playground": True,
        "epoch": None if epoch is None else read(epoch),
        "loss_train": read(0.001, "0.001"),
        "loss_test": read(0.001, "0.001"),
        "features": read(spec.features),
        "hidden_layers": read(len(spec.hidden_layers)),
        "neurons": read(spec.hidden_layers),
        "dataset": read(spec.dataset),
        "problem": read(spec.problem),
        "learning_rate": read(spec.learning_rate),
        "activation": read(spec.activation),
        "noise": read(spec.noise),
        "batch_size": read(spec.batch_size),
    }
    return ScreenshotReading(width=1280, height=800, reader_version="test", **(seen | values))


def row(name: str, *, age: timedelta = timedelta(), **fields: Any) -> PictureReading:
    """The row of a picture that waits, unless told."""
    values = {"status": Status.QUEUED, "upload_hash": "0" * 64, "queued_at": timezone.now() - age}
    return PictureReading.objects.update_or_create(picture=name, defaults=values | fields)[0]


def row_read(name: str, reading: ScreenshotReading) -> PictureReading:
    """The row of a picture that was read."""
    return row(name, status=Status.COMPLETED, result=reading.to_dict(), finished_at=timezone.now())
