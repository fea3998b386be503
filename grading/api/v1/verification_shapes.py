"""How verifications and their runs stand in answers: what the submission's page shows to the same person."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from coursework.models import Enrollment, Submission
from grading.api.json_fields import plain
from grading.api.v1.words import OUTCOMES, STAGES, STATUSES
from grading.live import moment
from grading.models import RunKind, Verification, VerificationRun
from grading.selectors import latest_verification
from grading.visibility import may_see_seeds
from grading.wording import Wording, outcome_wording


@dataclass(frozen=True)
class Seen:
    """A submission's verifications as one person may see them."""

    submission: Submission
    viewer: Enrollment
    request: Request

    @cached_property
    def shows_seeds(self) -> bool:
        """Whether the course seeds may be told."""
        return may_see_seeds(self.submission.task, self.viewer, timezone.now())

    @cached_property
    def speaking(self) -> Verification | None:
        """The verification that counts."""
        return latest_verification(self.submission)

    def address(self, name: str, **more: Any) -> str:
        """Return an address below the submission."""
        where = {"receipt_number": self.submission.receipt_number, **more}
        return reverse(name, kwargs=where, request=self.request)


@dataclass(frozen=True)
class Checked:
    """A verification as one person may see it."""

    verification: Verification
    seen: Seen

    @cached_property
    def runs(self) -> list["Run"]:
        """The submitted run, then those on the course seeds in their order."""
        self.verification.submission = self.seen.submission
        rows = self.verification.runs.all()
        for row in rows:
            row.verification = self.verification
        return [Run(row, self.seen) for row in rows]

    @property
    def url(self) -> str:
        """Where to read it."""
        return self.seen.address("api_verification", verification=self.verification.pk)

    @property
    def counts(self) -> bool:
        """Whether it speaks for the submission."""
        return self.seen.speaking == self.verification

    @property
    def is_rerun(self) -> bool:
        """Whether somebody asked for it."""
        return self.verification.requested_by_id is not None

    @cached_property
    def wording(self) -> Wording:
        """What came of it, as the page says it; of a live one how far it is."""
        self.verification.submission = self.seen.submission
        if self.verification.is_live:
            said = moment(self.verification, now=timezone.now()).said
            return Wording("info", "run", "Being checked", said)
        own = next((run.row for run in self.runs if run.row.kind == RunKind.OWN), None)
        return outcome_wording(self.verification, own_run=own, for_staff=self.seen.viewer.is_course_staff)

    @property
    def band(self) -> dict[str, int] | None:
        """Between which epochs an honest run may show the target."""
        found = self.verification.band
        return None if found is None else {"low": found[0], "high": found[1]}

    @property
    def chance_match(self) -> float | None:
        """How likely a made-up claim would have been reproduced after Resets; for staff."""
        return self.verification.chance_match if self.seen.viewer.is_course_staff else None

    @property
    def last_error(self) -> str | None:
        """Why the latest attempt ended without a result; for staff."""
        return self.verification.last_error if self.seen.viewer.is_course_staff else None


@dataclass(frozen=True)
class Run:
    """One training run as one person may see it. Of hidden course seeds no more is told than what the page shows."""

    row: VerificationRun
    seen: Seen

    @property
    def is_own(self) -> bool:
        """Whether it is the run that was handed in."""
        return self.row.kind == RunKind.OWN

    @property
    def in_full(self) -> bool:
        """Whether everything of it may be told."""
        return self.is_own or self.seen.shows_seeds

    def _shown(self, name: str) -> Any:
        return getattr(self.row, name) if self.in_full else None

    seed = property(lambda self: self._shown("seed"))
    reached_train = property(lambda self: self._shown("reached_train"))
    reached_test = property(lambda self: self._shown("reached_test"))
    reached_both = property(lambda self: self._shown("reached_both"))
    best_epoch = property(lambda self: self._shown("best_epoch"))

    @property
    def best_loss(self) -> float | None:
        """The lowest loss that counts."""
        return plain(self.row.best_loss)

    @cached_property
    def losses(self) -> NDArray[np.float64]:
        """By epoch; empty where they were not kept."""
        return self.row.losses if self.is_own else np.empty((0, 2))

    @property
    def at_claim(self) -> dict[str, Any] | None:
        """The losses at the claimed epoch."""
        return self._at(self.seen.submission.claimed_epochs)

    @property
    def at_reached(self) -> dict[str, Any] | None:
        """The losses where the target is reached."""
        return None if self.row.reached is None else self._at(self.row.reached)

    def _at(self, epoch: int) -> dict[str, Any] | None:
        if epoch >= len(self.losses):
            return None
        train, test = self.losses[epoch].tolist()
        return {"epoch": epoch, "train_loss": plain(train), "test_loss": plain(test)}

    def _below(self, name: str) -> str | None:
        if not len(self.losses):
            return None
        return self.seen.address(name, verification=self.row.verification_id, position=self.row.position)

    @property
    def trace_url(self) -> str | None:
        """Where its losses by epoch are."""
        return self._below("api_trace")

    @property
    def network_url(self) -> str | None:
        """Where its weights are."""
        return self._below("api_network") if len(self.row.weights) else None


# --- As they stand in the schema -----------------------------------------------------------------------------------


class BandSerializer(serializers.Serializer[Any]):
    """Browsers differ in the last bit of some functions: between these epochs an honest run may show the target."""

    low = serializers.IntegerField(help_text="The earliest epoch.")
    high = serializers.IntegerField(help_text="The latest epoch.")


class LossesSerializer(serializers.Serializer[Any]):
    """Both losses after an epoch."""

    epoch = serializers.IntegerField(help_text="After how many epochs; 0: before training.")
    train_loss = serializers.FloatField(allow_null=True, help_text="null: no number.")
    test_loss = serializers.FloatField(allow_null=True, help_text="null: no number.")


class RunSerializer(serializers.Serializer[Run]):
    """One training run."""

    position = serializers.IntegerField(source="row.position", help_text="0: as handed in; then the course seeds.")
    kind = serializers.ChoiceField(
        choices=RunKind.choices, source="row.kind", help_text="Which question the run answers."
    )
    seed = serializers.CharField(allow_null=True, help_text="null: a course seed that is hidden still.")
    epochs_run = serializers.IntegerField(source="row.epochs_run", help_text="How many epochs were trained.")
    reached = serializers.IntegerField(
        source="row.reached", allow_null=True, help_text="First epoch at the target, by the task's criterion."
    )
    reached_train = serializers.IntegerField(allow_null=True, help_text="By the training loss. null with hidden seeds.")
    reached_test = serializers.IntegerField(allow_null=True, help_text="By the test loss. null with hidden seeds.")
    reached_both = serializers.IntegerField(allow_null=True, help_text="By both. null with hidden seeds.")
    diverged_at = serializers.IntegerField(
        source="row.diverged_at",
        allow_null=True,
        help_text="The epoch at which the loss stopped being a number; null: it never did.",
    )
    best_epoch = serializers.IntegerField(allow_null=True, help_text="Of the lowest loss. null with hidden seeds.")
    best_loss = serializers.FloatField(allow_null=True, help_text="The lowest loss that counts; null: no number.")
    at_claim = LossesSerializer(allow_null=True, help_text="At the claimed epoch, if the run got there.")
    at_reached = LossesSerializer(allow_null=True, help_text="Where the target is reached.")
    trace_url = serializers.URLField(allow_null=True, help_text="null: not kept.")
    network_url = serializers.URLField(allow_null=True, help_text="null: not kept.")


class ListedVerificationSerializer(serializers.Serializer[Checked]):
    """One check of a submission, and what it found."""

    id = serializers.IntegerField(source="verification.pk", help_text="Names it in addresses.")
    url = serializers.URLField(help_text="Where to read it with its runs.")
    counts = serializers.BooleanField(help_text="It speaks for the submission.")
    is_rerun = serializers.BooleanField(help_text="A person asked for it.")
    status = serializers.ChoiceField(choices=STATUSES, source="verification.status", help_text="How far it is.")
    stage = serializers.ChoiceField(
        choices=STAGES, source="verification.stage", help_text="Which training it is at, or ended with."
    )
    outcome = serializers.ChoiceField(
        choices=OUTCOMES,
        source="verification.outcome",
        allow_null=True,
        help_text="What it found; null until there is a result.",
    )
    heading = serializers.CharField(source="wording.heading", help_text="As the page says it.")
    text = serializers.CharField(source="wording.text", help_text="What stands below the heading on the page.")
    queued_at = serializers.DateTimeField(source="verification.queued_at", help_text="When it was put into the queue.")
    started_at = serializers.DateTimeField(
        source="verification.started_at", allow_null=True, help_text="When a worker took it; null: none has."
    )
    finished_at = serializers.DateTimeField(
        source="verification.finished_at", allow_null=True, help_text="When it was done; null until then."
    )
    attempt = serializers.IntegerField(
        source="verification.attempt", help_text="Of a worker; it costs nobody anything."
    )
    engine_version = serializers.CharField(
        source="verification.engine_version",
        help_text="The version of the program that trained; empty until it is done.",
    )
    parameters = serializers.IntegerField(
        source="verification.parameters",
        allow_null=True,
        help_text="Weights and biases of the network; null until it is done.",
    )
    claimed_epochs = serializers.IntegerField(
        source="seen.submission.claimed_epochs", help_text="The epoch that the student says the target is reached at."
    )
    retrained_epochs = serializers.IntegerField(
        source="verification.retrained_epochs",
        allow_null=True,
        help_text="The epoch at which our run shows the target first; null: not reached, or not run.",
    )
    official_epochs = serializers.FloatField(
        source="verification.official_epochs",
        allow_null=True,
        help_text="What ranks it: the median over the course seeds; null: never, or not run.",
    )
    band = BandSerializer(
        allow_null=True,
        help_text="Between which epochs an honest run may show the target; null where none got there.",
    )
    replays = serializers.ListField(
        child=serializers.IntegerField(allow_null=True),
        source="verification.replays",
        help_text="Epochs of the runs with last-bit differences; null: never.",
    )
    resets = serializers.IntegerField(
        source="verification.resets", allow_null=True, help_text="After how many Resets the claim is reproduced."
    )
    disallowed = serializers.ListField(
        child=serializers.CharField(),
        source="verification.disallowed",
        help_text="Sentences on the settings that the task does not allow.",
    )
    chance_match = serializers.FloatField(
        allow_null=True,
        help_text="For staff, else null: the share of made-up claims that would have matched a Reset as well.",
    )
    last_error = serializers.CharField(
        allow_null=True, help_text="For staff, else null: why the latest try ended without a result; empty if none did."
    )


class VerificationSerializer(ListedVerificationSerializer):
    """One check of a submission with its runs."""

    runs = RunSerializer(many=True, help_text="The run as handed in, then one for each course seed.")
