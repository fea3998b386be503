"""Verifications and the training runs that they consist of."""

from itertools import pairwise
from typing import Any

import numpy as np
from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from numpy.typing import NDArray

from coursework.models import Submission
from engine.network import Network
from grading.models.work import LIVE, MOST_ATTEMPTS, STORED_FLOAT, Status, TrainingWork, unpack_losses


class Outcome(models.TextChoices):
    """What a completed verification found."""

    VERIFIED = "verified", "Verified"
    AFTER_RESETS = "after_resets", "Reproduced after Resets"
    INSIDE_BAND = "inside_band", "Inside the band"
    CLAIM_NOT_REPRODUCED = "claim_not_reproduced", "To review"
    TARGET_NOT_REACHED = "target_not_reached", "Target not reached"
    DIVERGED = "diverged", "Diverged"
    SETTINGS_NOT_ALLOWED = "settings_not_allowed", "Settings not allowed"


# The claim stands: reproduced as it is, after Resets, or as near as browsers come to one another.
CONFIRMED = (Outcome.VERIFIED, Outcome.AFTER_RESETS, Outcome.INSIDE_BAND)


class Stage(models.TextChoices):
    """Which training a running verification is at."""

    RUNS = "runs", "The submitted run, its first replays and the course seeds"
    REPLAYS = "replays", "More replays, since the first ones differ"
    RESETS = "resets", "The submitted run after Resets"


class Verification(TrainingWork):
    """One automatic grading of a submission. There is at most one live one per submission."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="verifications")
    outcome = models.CharField(max_length=20, choices=Outcome, null=True, blank=True)
    stage = models.CharField(max_length=7, choices=Stage, default=Stage.RUNS)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who asked for this rerun; empty: it came with the hand-in.",
    )
    # The result.
    engine_version = models.CharField(max_length=20, blank=True)
    parameters = models.PositiveIntegerField(null=True, blank=True)
    retrained_epochs = models.PositiveIntegerField(
        null=True, blank=True, help_text="First epoch at which the submitted run reaches the target; empty: never."
    )
    official_epochs = models.FloatField(
        null=True, blank=True, help_text="Median over the course seeds; empty: never, or nothing was run."
    )
    # How firm the retrained epoch is, and how else the claim may have come about.
    band_low = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: there is no band.")
    band_high = models.PositiveIntegerField(null=True, blank=True)
    replays = models.JSONField(
        default=list, blank=True, help_text="Epochs of the replays with last-bit differences; null: never."
    )
    resets = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="After how many Resets the claim is reproduced exactly."
    )
    chance_match = models.FloatField(
        null=True, blank=True, help_text="How likely a made-up claim would have been reproduced by one of the Resets."
    )
    disallowed = models.JSONField(default=list, blank=True, help_text="What is not allowed, one sentence each.")

    class Meta:
        ordering = ("-queued_at", "-pk")
        constraints = (
            UniqueConstraint(fields=["submission"], condition=Q(status__in=LIVE), name="one_live_verification"),
            CheckConstraint(
                condition=Q(status=Status.COMPLETED, outcome__isnull=False)
                | (~Q(status=Status.COMPLETED) & Q(outcome__isnull=True)),
                name="completed_iff_outcome",
            ),
            CheckConstraint(
                condition=~Q(status=Status.RUNNING) | Q(lease_expires_at__isnull=False), name="running_has_a_lease"
            ),
            CheckConstraint(
                condition=Q(band_low__isnull=True, band_high__isnull=True) | Q(band_low__lte=F("band_high")),
                name="band_from_low_to_high",
            ),
            CheckConstraint(condition=Q(attempt__lte=MOST_ATTEMPTS), name="three_attempts_at_most"),
            CheckConstraint(condition=Q(status__in=Status.values), name="verification_status_known"),
        )
        indexes = (models.Index(fields=["status", "queued_at"], name="verification_queue"),)

    def __str__(self) -> str:
        return f"verification {self.pk} of {self.submission_id}: {self.status}"

    @property
    def band(self) -> tuple[int, int] | None:
        """Lowest and highest epoch that an honest run of the link may show in another browser."""
        return None if self.band_low is None or self.band_high is None else (self.band_low, self.band_high)


class RunKind(models.TextChoices):
    """Which question a run answers."""

    OWN = "own", "The submitted run"
    COURSE_SEED = "course_seed", "Course seed"


class VerificationRun(models.Model):
    """One training run of a verification: what it reached, and for the submitted run its trace and weights."""

    verification = models.ForeignKey(Verification, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=11, choices=RunKind)
    position = models.PositiveSmallIntegerField(help_text="0 for the submitted run, then the course seeds in order.")
    seed = models.CharField(max_length=64)
    epochs_run = models.PositiveIntegerField()
    reached_train = models.PositiveIntegerField(null=True, blank=True)
    reached_test = models.PositiveIntegerField(null=True, blank=True)
    reached_both = models.PositiveIntegerField(null=True, blank=True)
    reached = models.PositiveIntegerField(null=True, blank=True, help_text="By the task's criterion.")
    diverged_at = models.PositiveIntegerField(null=True, blank=True)
    best_epoch = models.PositiveIntegerField(help_text="Where the loss that counts was lowest.")
    best_loss = models.FloatField(null=True, blank=True, help_text="The loss that counts, there; empty: no number.")
    trace = models.BinaryField(help_text="Doubles (epochs_run + 1, 2): training and test loss, epoch 0 first.")
    weights = models.BinaryField(help_text="Doubles: for each layer its weights (out, in), then its biases.")

    class Meta:
        ordering = ("verification", "position")
        constraints = (UniqueConstraint(fields=["verification", "position"], name="run_positions_once"),)

    def __str__(self) -> str:
        return f"{self.kind} run, seed {self.seed}"

    @property
    def losses(self) -> NDArray[np.float64]:
        """Training and test loss by epoch, shape (epochs_run + 1, 2); empty where the trace was not kept."""
        return unpack_losses(self.trace)

    def network(self) -> Network:
        """Return the network as it stood after the last epoch."""
        return unpack_network(bytes(self.weights), self.verification.submission.spec.layer_sizes)


def pack_network(network: Network) -> bytes:
    """Write weights and biases, layer by layer, as little-endian doubles."""
    parts: list[NDArray[Any]] = []
    for weights, biases in zip(network.weights, network.biases, strict=True):
        parts += [weights.ravel(), biases]
    return b"".join(part.astype(STORED_FLOAT).tobytes() for part in parts)


def unpack_network(data: bytes, layer_sizes: tuple[int, ...]) -> Network:
    """Read what pack_network wrote; `layer_sizes` goes from the inputs to the output."""
    numbers = np.frombuffer(data, dtype=STORED_FLOAT).astype(np.float64)
    weights, biases, start = [], [], 0
    for inputs, outputs in pairwise(layer_sizes):
        end = start + inputs * outputs
        weights.append(numbers[start:end].reshape(outputs, inputs))
        biases.append(numbers[end : end + outputs])
        start = end + outputs
    return Network(weights=weights, biases=biases)
