"""What a student hands in. A submission never changes: each attempt is a row of its own, and all are kept."""

import secrets
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from coursework.models.assignments import Task
from coursework.models.courses import Enrollment
from engine.link import write_link
from engine.spec import Spec

RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread aloud or in handwriting: no 0 O 1 I L U
RECEIPT_PATTERN = r"[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}"


def new_receipt_number() -> str:
    """Draw a random receipt number such as K7Q4-9XRB: 30^8 of them, so that none can be guessed from another."""
    letters = "".join(secrets.choice(RECEIPT_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def screenshot_path(_screenshot: "Screenshot | None", filename: str) -> str:
    """Where a screenshot is stored: a random name that keeps only the ending that our own encoder chose."""
    name = secrets.token_hex(16)
    return f"screenshots/{name[:2]}/{name}.{'jpg' if filename.endswith('.jpg') else 'png'}"


class ImmutableRowError(Exception):
    """A row that is a record of what somebody did was about to be changed."""


class Submission(models.Model):
    """One attempt: the network as handed in, the claimed epoch and the server's time."""

    receipt_number = models.CharField(max_length=9, unique=True, default=new_receipt_number, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="submissions")
    enrollment = models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="submissions")
    attempt = models.PositiveIntegerField(help_text="1 for a student's first submission to the task.")
    link = models.TextField(blank=True, help_text="The link as it was pasted; empty where the fields were filled in.")
    settings = models.JSONField(help_text="engine.spec.Spec.to_dict of what was handed in.")
    claimed_epochs = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(1_000_000)])
    received_at = models.DateTimeField(help_text="The server's clock when the hand-in was accepted.")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of network, claim and screenshots.")
    idempotency_key = models.CharField(max_length=64, help_text="One form, one submission, however often it is sent.")

    class Meta:
        ordering = ("-received_at", "-pk")
        constraints = (
            UniqueConstraint(fields=["task", "enrollment", "attempt"], name="attempt_numbers_once"),
            UniqueConstraint(fields=["enrollment", "idempotency_key"], name="one_submission_per_form"),
            CheckConstraint(condition=Q(attempt__gte=1), name="attempts_count_from_one"),
            CheckConstraint(condition=Q(claimed_epochs__gte=1), name="claimed_epochs_at_least_one"),
            CheckConstraint(condition=~Q(idempotency_key=""), name="submission_has_idempotency_key"),
        )

    def __str__(self) -> str:
        return self.receipt_number

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new submission; raises ImmutableRowError for one that is stored already."""
        if not self._state.adding:
            raise ImmutableRowError(f"Submission {self.receipt_number} is stored and can't be changed.")
        super().save(*args, **kwargs)

    @property
    def spec(self) -> Spec:
        """The network and its settings."""
        return Spec.from_dict(self.settings)

    @property
    def playground_link(self) -> str:
        """The link that opens exactly this run in the Playground."""
        return write_link(self.spec)


class Screenshot(models.Model):
    """A picture handed in with a submission, decoded and encoded again by us before it was stored."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="screenshots")
    position = models.PositiveSmallIntegerField(help_text="1 for the first picture.")
    picture = models.FileField(upload_to=screenshot_path, db_index=True)
    width = models.PositiveIntegerField(help_text="Pixels.")
    height = models.PositiveIntegerField(help_text="Pixels.")
    original_name = models.CharField(max_length=120, help_text="The file's name on the student's machine, for display.")
    upload_hash = models.CharField(max_length=64, help_text="SHA-256 of the bytes as uploaded.")

    class Meta:
        ordering = ("submission", "position")
        constraints = (UniqueConstraint(fields=["submission", "position"], name="screenshot_positions_once"),)

    def __str__(self) -> str:
        return f"{self.submission_id} picture {self.position}"
