"""How practice runs stand in answers: to whose they are, and to staff under the name that staff may see."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.reverse import reverse

from coursework.models import Enrollment, Task
from grading.api.json_fields import SpecField, plain
from grading.api.v1.people_shapes import Whose, WhoseSerializer
from grading.api.v1.words import STATUSES
from grading.grades.names import hidden_names
from grading.live import ask_again_seconds
from grading.models import PracticeRun, Status
from grading.models.practice import SeedResult
from grading.practice_reads import practice_place
from grading.practice_wording import practice_wording
from grading.verdicts import official_epochs
from grading.wording import Wording

WAITING, RUNNING = "Waiting", "Running"


@dataclass(frozen=True)
class Practised:
    """A practice run as one person may see it."""

    run: PracticeRun
    task: Task
    viewer: Enrollment
    request: Request

    def address(self, name: str) -> str:
        """Return the run's own address of this name."""
        return reverse(name, kwargs=self.task.url_arguments() | {"run": self.run.pk}, request=self.request)

    @property
    def url(self) -> str:
        """Where to read it, and to ask how far it is."""
        return self.address("api_practice_run")

    @property
    def page_url(self) -> str:
        """The page for people."""
        return self.address("practice_run")

    @property
    def trace_url(self) -> str | None:
        """Where the losses of its first run are."""
        # Stored together with the results; lists leave the trace itself in the database.
        return self.address("api_practice_trace") if self.run.results else None

    @property
    def student(self) -> Whose:
        """Whose it is."""
        own = self.run.enrollment_id == self.viewer.pk
        hidden = not own and hidden_names(self.task)(self.run.enrollment_id)
        return Whose(self.run.enrollment, hidden, self.task.pk)

    @cached_property
    def place(self) -> int | None:
        """Its place among the practice runs that wait."""
        return practice_place(self.run) if self.run.status == Status.QUEUED else None

    @property
    def ask_again_seconds(self) -> int | None:
        """How long to wait before asking again; None once it is done."""
        return ask_again_seconds(self.place) if self.run.is_live else None

    @cached_property
    def median(self) -> float | None:
        """Over the practice seeds; None while there is none, or never."""
        return official_epochs(self.run.practice_epochs)

    @property
    def wording(self) -> Wording:
        """What came of it, as the page says it."""
        if self.run.is_live:
            said = WAITING if self.run.status == Status.QUEUED else RUNNING
            return Wording("info", "run", said, "")
        return practice_wording(self.run, median=self.median, seconds=settings.PRACTICE_SECONDS)

    @property
    def own_result(self) -> dict[str, Any] | None:
        """On the design's own seed."""
        found = self.run.own_result
        return None if found is None else _result(found)

    @property
    def practice_results(self) -> list[dict[str, Any]]:
        """On the practice seeds."""
        return [_result(one) for one in self.run.practice_results]


def _result(found: SeedResult) -> dict[str, Any]:
    return {
        "seed": found.seed,
        "reached": found.reached,
        "epochs_run": found.epochs_run,
        "best_epoch": found.best_epoch,
        "best_loss": plain(found.best_loss),
        "diverged_at": found.diverged_at,
    }


class SeedResultSerializer(serializers.Serializer[Any]):
    """What the design did on one seed."""

    seed = serializers.CharField(help_text="The seed of data and starting weights.")
    reached = serializers.IntegerField(allow_null=True, help_text="null: not within the epochs run.")
    epochs_run = serializers.IntegerField(help_text="How many epochs were trained.")
    best_epoch = serializers.IntegerField(help_text="The epoch of the lowest loss.")
    best_loss = serializers.FloatField(
        allow_null=True, help_text="The lowest loss that counts; null: it never was a number."
    )
    diverged_at = serializers.IntegerField(
        allow_null=True, help_text="The epoch at which the loss stopped being a number; null: it never did."
    )


class PracticeRunSerializer(serializers.Serializer[Practised]):
    """A design tried on seeds that everybody knows. It is never ranked, and uses no attempt."""

    id = serializers.IntegerField(source="run.pk", help_text="Names it in addresses.")
    url = serializers.URLField(help_text="Where to read it, and to ask how far it is.")
    page_url = serializers.URLField(help_text="The page for people.")
    student = WhoseSerializer(help_text="Whose run it is.")
    status = serializers.ChoiceField(choices=STATUSES, source="run.status", help_text="How far it is.")
    failed_by_us = serializers.BooleanField(source="run.failed_by_us", help_text="It uses up nothing.")
    heading = serializers.CharField(source="wording.heading", help_text="As the page says it.")
    text = serializers.CharField(
        source="wording.text", help_text="What stands below the heading on the page; it may be empty."
    )
    queued_at = serializers.DateTimeField(source="run.queued_at", help_text="When it was asked for.")
    finished_at = serializers.DateTimeField(
        source="run.finished_at", allow_null=True, help_text="When it was done; null until then."
    )
    place_in_queue = serializers.IntegerField(
        source="place",
        allow_null=True,
        help_text="Among the practice runs that wait, 1: the next; null: it does not wait.",
    )
    epochs_done = serializers.IntegerField(source="run.epochs_done", help_text="Epochs that it has trained so far.")
    runs_left = serializers.IntegerField(source="run.runs_left", help_text="Training runs that are not done yet.")
    ask_again_seconds = serializers.IntegerField(allow_null=True, help_text="As Retry-After; null once it is done.")
    spec = SpecField(source="run.spec", read_only=True, help_text="The network and its settings.")
    playground_link = serializers.URLField(
        source="run.playground_link", help_text="Opens the network in the Playground."
    )
    median_epochs = serializers.FloatField(source="median", allow_null=True, help_text="Over the practice seeds.")
    own_result = SeedResultSerializer(allow_null=True, help_text="On the design's own seed, if it has one.")
    practice_results = SeedResultSerializer(many=True, help_text="One for each practice seed; empty until it is done.")
    trace_url = serializers.URLField(allow_null=True, help_text="Losses by epoch of the first run, once it is done.")
