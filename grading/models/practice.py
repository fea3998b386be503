"""Practice runs: a design tried on seeds that everybody knows, before it is handed in."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from numpy.typing import NDArray

from coursework.models import Enrollment, Task
from engine.link import write_link
from engine.spec import Spec
from grading.models.work import LIVE, MOST_ATTEMPTS, Status, TrainingWork, unpack_losses


@dataclass(frozen=True, slots=True)
class SeedResult:
    """What the design did on one seed. `reached` None: not within `epochs_run`."""

    seed: str
    reached: int | None
    epochs_run: int
    best_epoch: int
    best_loss: float | None
    diverged_at: int | None


class PracticeRun(TrainingWork):
    """One design of one person on a task's practice seeds. It is never ranked, and uses no attempt."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="practice_runs")
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="practice_runs")
    settings = models.JSONField(help_text="engine.spec.Spec.to_dict of the design; it may have no seed.")
    results = models.JSONField(
        default=list, blank=True, help_text="One object per run: the design's own seed if it has one, then practice."
    )
    trace = models.BinaryField(
        default=b"", help_text="Doubles (epochs_run + 1, 2): training and test loss of the first run, epoch 0 first."
    )

    class Meta:
        ordering = ("-queued_at", "-pk")
        constraints = (
            UniqueConstraint(fields=["enrollment"], condition=Q(status__in=LIVE), name="one_live_practice_run"),
            CheckConstraint(
                condition=~Q(status=Status.RUNNING) | Q(lease_expires_at__isnull=False),
                name="running_practice_has_a_lease",
            ),
            CheckConstraint(condition=Q(attempt__lte=MOST_ATTEMPTS), name="three_practice_attempts_at_most"),
            CheckConstraint(condition=Q(status__in=Status.values), name="practice_status_known"),
        )
        indexes = (
            models.Index(fields=["status", "queued_at"], name="practice_queue"),
            models.Index(fields=["enrollment", "task", "-queued_at"], name="practice_by_person"),
        )

    def __str__(self) -> str:
        return f"practice run {self.pk} of {self.enrollment_id}: {self.status}"

    @property
    def spec(self) -> Spec:
        """The design and its settings."""
        return Spec.from_dict(self.settings)

    @property
    def playground_link(self) -> str:
        """The link that opens the design in the Playground."""
        return write_link(self.spec)

    @property
    def losses(self) -> NDArray[np.float64]:
        """Training and test loss by epoch of the first run, shape (epochs_run + 1, 2); empty until it is done."""
        return unpack_losses(self.trace)

    @property
    def _all_results(self) -> list[SeedResult]:
        stored: list[dict[str, Any]] = self.results
        return [SeedResult(**one) for one in stored]

    @property
    def own_result(self) -> SeedResult | None:
        """What came out on the design's own seed; None if it has none or is not done."""
        results = self._all_results
        return results[0] if results and self.settings.get("seed") else None

    @property
    def practice_results(self) -> list[SeedResult]:
        """What came out on the practice seeds, in their order."""
        results = self._all_results
        return results[1:] if self.settings.get("seed") else results

    @property
    def practice_epochs(self) -> list[int | None]:
        """The epochs on the practice seeds; None is a seed on which the target is not reached."""
        return [result.reached for result in self.practice_results]

    @property
    def failed_by_us(self) -> bool:
        """True if all attempts were lost, which uses up nothing; a run that merely took too long ends at once."""
        return self.status == Status.FAILED and self.attempt >= MOST_ATTEMPTS
