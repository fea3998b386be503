"""Drawing new course seeds takes training, so it is asked for here and done by a worker."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils import timezone

from coursework.models.assignments import Task


class DrawingState(models.TextChoices):
    """How far a drawing of seeds is."""

    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Drawing"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


OPEN_STATES = (DrawingState.QUEUED, DrawingState.RUNNING)


class SeedDrawing(models.Model):
    """One wish for new course seeds, and what became of it. This row, not the broker, says how far it is."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="seed_drawings")
    count = models.PositiveSmallIntegerField(help_text="So many seeds are wanted.")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=DrawingState, default=DrawingState.QUEUED)
    tried = models.PositiveSmallIntegerField(default=0, help_text="So many seeds were looked at.")
    reason = models.CharField(max_length=400, blank=True, help_text="Why it failed.")

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            UniqueConstraint(fields=["task"], condition=Q(state__in=OPEN_STATES), name="one_open_drawing_per_task"),
            CheckConstraint(condition=Q(state__in=DrawingState.values), name="drawing_state_known"),
            CheckConstraint(condition=Q(state="failed") ^ Q(reason=""), name="drawing_failed_iff_reason"),
        )

    def __str__(self) -> str:
        return f"{self.count} seeds for {self.task_id}: {self.state}"
