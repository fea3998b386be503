"""Screenshots as evidence: what was read from them, what the checks say, and what staff noted about it."""

import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from coursework.models import Screenshot, Submission, Task
from grading.models.work import MOST_ATTEMPTS, Status, Work
from grading.screenshots.reading import ScreenshotReading


class PictureReading(Work):
    """The reading of one stored picture, whether it waits in a draft or was handed in. The row is the queue.

    A picture keeps its name in storage when a draft is handed in, so what was read before counts afterwards.
    """

    picture = models.CharField(max_length=100, unique=True, help_text="The picture's name in storage.")
    upload_hash = models.CharField(max_length=64, help_text="SHA-256 of the bytes as uploaded.")
    result = models.JSONField(
        null=True, blank=True, help_text="ScreenshotReading.to_dict; null: not read yet, or not readable."
    )
    unreadable = models.CharField(max_length=200, blank=True, help_text="Why nothing could be read, if so.")
    picture_hash = models.CharField(max_length=64, blank=True, help_text="Perceptual, 256 bits in hexadecimal digits.")

    class Meta:
        ordering = ("queued_at", "pk")
        constraints = (
            CheckConstraint(
                condition=~Q(status=Status.RUNNING) | Q(lease_expires_at__isnull=False),
                name="running_reading_has_a_lease",
            ),
            CheckConstraint(condition=Q(attempt__lte=MOST_ATTEMPTS), name="three_reading_attempts_at_most"),
            CheckConstraint(condition=Q(status__in=Status.values), name="reading_status_known"),
            CheckConstraint(
                condition=~Q(status=Status.COMPLETED) | Q(result__isnull=False) | ~Q(unreadable=""),
                name="completed_reading_has_result",
            ),
        )
        indexes = (
            models.Index(fields=["status", "queued_at"], name="reading_queue"),
            models.Index(fields=["upload_hash"], name="reading_by_upload"),
            models.Index(fields=["picture_hash"], name="reading_by_look"),
        )

    def __str__(self) -> str:
        return f"reading of {self.picture}: {self.status}"

    @property
    def reading(self) -> ScreenshotReading | None:
        """What was read; None while it waits, and for a picture that can't be read."""
        return None if self.result is None else ScreenshotReading.from_dict(self.result)


class Assessment(Work):
    """The checks of one submission's pictures, against the submission and its retrained run. The row is the queue.

    It is run when all pictures are read, and again when something new is known: the verification, an equal picture.
    """

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="assessment")
    ask_again = models.BooleanField(default=False, help_text="Something new came while it was running.")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="When the results below were found.")
    weight = models.FloatField(default=0.0, help_text="How much a person should look at it: the differences' weights.")
    differences = models.PositiveSmallIntegerField(default=0, help_text="Checks that say: differs.")

    class Meta:
        ordering = ("-weight", "pk")
        constraints = (
            CheckConstraint(
                condition=~Q(status=Status.RUNNING) | Q(lease_expires_at__isnull=False),
                name="running_assessment_has_a_lease",
            ),
            CheckConstraint(condition=Q(attempt__lte=MOST_ATTEMPTS), name="three_assessment_attempts_at_most"),
            CheckConstraint(condition=Q(status__in=Status.values), name="assessment_status_known"),
            CheckConstraint(condition=Q(weight__gte=0), name="assessment_weight_not_negative"),
        )
        indexes = (models.Index(fields=["status", "queued_at"], name="assessment_queue"),)

    def __str__(self) -> str:
        return f"assessment of {self.submission_id}: {self.status}"


class CheckOutcome(models.TextChoices):
    """What a check says. None of them is an accusation: a difference is a reason to look."""

    AGREES = "agrees", "Agrees"
    DIFFERS = "differs", "Differs"
    CANT_SAY = "cant_say", "Can’t say"


class CheckResult(models.Model):
    """What one check says of one picture. `Finding` in `grading.checks.base` says what the columns mean."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="results")
    screenshot = models.ForeignKey(Screenshot, on_delete=models.CASCADE, related_name="check_results")
    check_name = models.SlugField(max_length=40, help_text="The check's name in the registry.")
    outcome = models.CharField(max_length=8, choices=CheckOutcome)
    counts = models.BooleanField(
        default=True, help_text="False: another picture of the submission shows what this one does not."
    )
    weight = models.FloatField(default=0.0, help_text="For sorting; 0 unless it differs.")
    sentence = models.TextField()
    innocent = models.JSONField(default=list, blank=True, help_text="What a difference can innocently mean.")
    compared = models.JSONField(default=list, blank=True, help_text="Lines of the table: Compared.to_dict of each.")
    details = models.JSONField(default=dict, blank=True, help_text="What the check found, by name, for pages.")

    class Meta:
        ordering = ("assessment", "screenshot", "pk")
        constraints = (
            UniqueConstraint(fields=["assessment", "screenshot", "check_name"], name="check_results_once"),
            CheckConstraint(condition=Q(outcome__in=CheckOutcome.values), name="check_outcome_known"),
            CheckConstraint(condition=Q(weight__gte=0), name="check_weight_not_negative"),
            CheckConstraint(condition=Q(outcome=CheckOutcome.DIFFERS) | Q(weight=0), name="only_differences_weigh"),
        )

    def __str__(self) -> str:
        return f"{self.check_name}: {self.outcome}"


class EvidenceMark(models.Model):
    """What staff noted about one subject of a task's evidence: seen, and a note. Students never see it.

    `subject` names a submission ("submission:K7Q4-9XRB") or a group of the integrity view ("pictures:…", "link:…",
    "claim:…"). `members_digest` is of what belonged to it when it was seen: a group that has grown is new again.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="evidence_marks")
    subject = models.CharField(max_length=120)
    members_digest = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)
    note_at = models.DateTimeField(null=True, blank=True)
    note_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("task", "subject")
        constraints = (
            UniqueConstraint(fields=["task", "subject"], name="one_mark_per_subject"),
            CheckConstraint(condition=~Q(subject=""), name="mark_has_a_subject"),
        )

    def __str__(self) -> str:
        return self.subject

    def is_seen(self, members: Iterable[str]) -> bool:
        """Say whether it was seen with just these members."""
        return self.seen_at is not None and self.members_digest == digest_of(members)


def digest_of(members: Iterable[str]) -> str:
    """Return SHA-256 of the members, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(set(members))).encode()).hexdigest()
