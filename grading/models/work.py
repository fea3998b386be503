"""Work for the workers: rows that are their own queue, with a lease for whoever is at it."""

from typing import Any, ClassVar

import numpy as np
from django.db import models
from numpy.typing import NDArray

MOST_ATTEMPTS = 3
STORED_FLOAT = "<f8"  # little-endian doubles, the same bytes on every machine


class Status(models.TextChoices):
    """How far a piece of work is. Queued and running ones are live: a worker may still settle them."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"
    FAILED = "failed", "Failed by us"


LIVE = (Status.QUEUED, Status.RUNNING)


class Work(models.Model):
    """What a worker has to do, as a row. This row, not the broker, is the queue; `grading.services.leases` moves it."""

    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    queued_at = models.DateTimeField()
    hinted_at = models.DateTimeField(null=True, blank=True, help_text="When the broker was last told of it.")
    # The lease: who works on it, in which attempt, until when without a sign of life.
    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, help_text="Why the latest attempt ended without a result, for staff.")

    # What is set back with each new attempt and at the end: signs of progress, where a kind of work has them.
    BEFORE_ATTEMPT: ClassVar[dict[str, Any]] = {}
    AFTER_ATTEMPT: ClassVar[dict[str, Any]] = {}

    class Meta:
        abstract = True

    @property
    def is_live(self) -> bool:
        """True while a worker may still settle it."""
        return self.status in LIVE


class TrainingWork(Work):
    """Work that trains networks: how far it is can be watched."""

    # Written with each renewal of the lease.
    epochs_done = models.PositiveIntegerField(default=0)
    runs_left = models.PositiveSmallIntegerField(default=0)
    live_trace = models.BinaryField(
        default=b"", help_text="Doubles (n, 3): epoch, training and test loss of the first run so far, thinned."
    )

    BEFORE_ATTEMPT: ClassVar[dict[str, Any]] = {"epochs_done": 0, "runs_left": 0, "live_trace": b""}
    AFTER_ATTEMPT: ClassVar[dict[str, Any]] = {"live_trace": b""}

    class Meta:
        abstract = True


def pack_losses(losses: NDArray[np.float64]) -> bytes:
    """Write training and test loss by epoch, shape (epochs + 1, 2), as little-endian doubles."""
    return np.ascontiguousarray(losses, dtype=STORED_FLOAT).tobytes()


def unpack_losses(trace: "bytes | memoryview[int]") -> NDArray[np.float64]:
    """Read what pack_losses wrote; shape (0, 2) where nothing was kept."""
    return np.frombuffer(bytes(trace), dtype=STORED_FLOAT).reshape(-1, 2).astype(np.float64)
