"""Verifications run again, for one task at a time: tried first without consequence, or for real."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from coursework.models import Submission, Task
from grading.models.verification import Verification
from grading.models.work import MOST_ATTEMPTS, Status, TrainingWork


class BatchState(models.TextChoices):
    """How far a batch is. One that runs keeps others of its task from starting."""

    RUNNING = "running", "Running"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"


class Scope(models.TextChoices):
    """Which submissions of a task are run again."""

    ALL = "all", "All submissions"
    FAILED = "failed", "Those that failed by us"
    OTHER_ENGINE = "other_engine", "Those verified by another version of the engine"
    SELECTION = "selection", "Those chosen one by one"


class RerunBatch(models.Model):
    """Submissions of one task to be run again.

    A dry run keeps what it finds in its own items and touches nothing else. Anything else is a real rerun: each item
    names the new verification, and the earlier ones stay.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="reruns")
    dry_run = models.BooleanField()
    scope = models.CharField(max_length=12, choices=Scope, default=Scope.ALL)
    reason = models.CharField(max_length=200, blank=True, help_text="For staff. Names nobody.")
    state = models.CharField(max_length=7, choices=BatchState, default=BatchState.RUNNING)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    applies = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="applied_as",
        help_text="The dry run whose changes this one carries out; each is carried out once.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            UniqueConstraint(fields=["task"], condition=Q(state=BatchState.RUNNING), name="one_running_rerun_per_task"),
            CheckConstraint(condition=Q(state__in=BatchState.values), name="rerun_state_known"),
            CheckConstraint(condition=Q(scope__in=Scope.values), name="rerun_scope_known"),
            CheckConstraint(condition=Q(applies__isnull=True) | Q(dry_run=False), name="only_real_reruns_apply"),
        )

    def __str__(self) -> str:
        return f"{'dry run' if self.dry_run else 'rerun'} {self.pk} of task {self.task_id}"

    @property
    def is_running(self) -> bool:
        """True until all its items are settled or it is stopped."""
        return self.state == BatchState.RUNNING

    def url_arguments(self) -> dict[str, Any]:
        """Give the keyword arguments of every URL that names this batch."""
        return {**self.task.url_arguments(), "batch": self.pk}


class RerunItem(TrainingWork):
    """One submission of a batch. In a dry run this row is the queue, claimed and fenced like a verification."""

    batch = models.ForeignKey(RerunBatch, on_delete=models.CASCADE, related_name="items")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="rerun_items")
    before = models.ForeignKey(
        Verification,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What spoke for the submission when the batch began.",
    )
    verification = models.ForeignKey(
        Verification, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="The real rerun."
    )
    # Of the fields of work, only dry runs use more than `queued_at`.
    status = models.CharField(  # type: ignore[assignment]  # unlike other work, a real rerun's item has none
        max_length=9, choices=Status, null=True, blank=True, help_text="Empty: a real rerun."
    )
    finding = models.JSONField(null=True, blank=True, help_text="What the dry run found.")

    class Meta:
        ordering = ("batch", "pk")
        constraints = (
            UniqueConstraint(fields=["batch", "submission"], name="rerun_submissions_once"),
            CheckConstraint(
                condition=Q(status__isnull=True, verification__isnull=False)
                | Q(status__isnull=False, verification__isnull=True),
                name="rerun_tried_or_real",
            ),
            CheckConstraint(
                condition=Q(status__isnull=True) | Q(status__in=Status.values), name="rerun_item_status_known"
            ),
            CheckConstraint(
                condition=~Q(status=Status.RUNNING) | Q(lease_expires_at__isnull=False), name="tried_item_has_a_lease"
            ),
            CheckConstraint(condition=Q(attempt__lte=MOST_ATTEMPTS), name="rerun_three_attempts_at_most"),
        )
        indexes = (models.Index(fields=["status", "batch"], name="rerun_queue"),)

    def __str__(self) -> str:
        return f"{self.submission_id} in {self.batch_id}"
