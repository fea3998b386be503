"""Signs of life from the processes that work beside the web server."""

from django.db import models
from django.db.models import CheckConstraint, Q


class SignKind(models.TextChoices):
    """Which part of the service gives a sign."""

    WORKER = "worker", "Worker"
    SWEEPER = "sweeper", "Sweeper"
    COURIER = "courier", "Courier"


class WorkerSign(models.Model):
    """The last sign of one running process. It goes when the process ends, or when nothing was heard for long."""

    name = models.CharField(max_length=120, unique=True, help_text="Machine and process number.")
    kind = models.CharField(max_length=7, choices=SignKind, default=SignKind.WORKER)
    queues = models.CharField(max_length=120, blank=True, help_text="What a worker listens to, with commas between.")
    version = models.CharField(max_length=20, help_text="The engine's; workers of two versions may disagree.")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("kind", "name")
        constraints = (CheckConstraint(condition=Q(kind__in=SignKind.values), name="worker_sign_kind_known"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
