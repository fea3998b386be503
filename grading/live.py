"""What the page of a live verification says: the stage, how long it may take, and the loss curve so far."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from coursework.drawing.live_trace import filled_in, unpacked
from coursework.drawing.loss_chart import loss_figure
from engine.report import counted_losses
from grading.estimates import Estimate, in_words, until_done, until_settled
from grading.models import Stage, Status, Verification
from grading.selectors import place_in_queue, recent_seconds, workers_lately

SAID = {
    Status.QUEUED: "Waiting for a worker.",
    Stage.RUNS: "A worker is retraining the link.",
    Stage.REPLAYS: "More replays are running, since the last bit matters here.",
    Stage.RESETS: "Looking for the claimed epoch after 1 to 20 Resets.",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of a live verification. `place` is None once a worker has it; `usual` where it would be a guess."""

    stage: str
    said: str
    place: int | None
    usual: Estimate | None

    @property
    def estimate(self) -> str | None:
        """How long it usually takes from here, in words."""
        return in_words(self.usual) if self.usual else None

    @property
    def ask_again_seconds(self) -> int:
        """How long to wait before asking again."""
        return ask_again_seconds(self.place)


@dataclass(frozen=True, slots=True)
class Live(Moment):
    """The same with the loss curve so far."""

    chart: SafeString | None


def ask_again_seconds(place: int | None) -> int:
    """Say how long a page waits between two questions: a second at work or nearly there, longer farther back.

    A class of 300 that waits asks some 45 times a second in all so, instead of 300 times, and the answers for those who
    hand in meanwhile stay quick.
    """
    return 1 if place is None else min(10, 1 + place // 10)


def moment(verification: Verification, *, now: datetime) -> Moment:
    """Say how far a live verification is, its submission and task fetched."""
    waiting = verification.status == Status.QUEUED
    stage = Status.QUEUED if waiting else Stage(verification.stage)
    place = place_in_queue(verification) if waiting else None
    return Moment(stage=stage.value, said=SAID[stage], place=place, usual=_estimate(verification, place, now))


def live(verification: Verification, *, now: datetime) -> Live:
    """Describe a live verification, its submission and task fetched."""
    at = moment(verification, now=now)
    chart = None if verification.status == Status.QUEUED else _chart(verification)
    return Live(at.stage, at.said, at.place, at.usual, chart)


def _estimate(verification: Verification, place: int | None, now: datetime) -> Estimate | None:
    seconds = recent_seconds(verification.submission.task, now=now)
    if place is not None:
        return until_settled(seconds, place=place, workers=workers_lately(now=now))
    if verification.started_at is None or verification.stage != Stage.RUNS:
        return None  # the later stages come to a few only, so what is usual says nothing about them
    return until_done(seconds, elapsed=(now - verification.started_at).total_seconds())


def _chart(verification: Verification) -> SafeString | None:
    """Draw the submitted run as far as it is known; it ends at the epoch that reaches the target."""
    losses = filled_in(unpacked(bytes(verification.live_trace)))
    if len(losses) == 0:
        return None
    submission = verification.submission
    rules, claimed = submission.task.rules, submission.claimed_epochs
    last = len(losses) - 1
    is_there = counted_losses(losses[-1], rules.criterion) < rules.loss_threshold
    return loss_figure(
        losses, target=rules.loss_threshold, reached=last if is_there else None, claimed=claimed, until=claimed
    )
