"""The hand-ins of a class that is made up, with their verifications and runs, as rows."""

import hashlib
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

import numpy as np

import engine
from coursework.deadlines import Window
from coursework.models import Enrollment, Submission, Task
from coursework.models.submissions import RECEIPT_ALPHABET
from coursework.rules import TaskRules
from engine.link import write_link
from grading.models import RunKind, Status, Verification, VerificationRun
from grading.models.verification import pack_network
from grading.models.work import pack_losses
from grading.services.made_up.attempts import MadeUp, losses, made_up, network
from grading.services.verify import best_epoch

ATTEMPTS = 3
# Shares of the students of a task: who handed in nothing, of those who still can, and who was late.
NOTHING, NOTHING_YET, LATE = 0.06, 0.5, 0.09
AT_ONCE = 500  # hand-ins: their runs with traces are some megabytes
WORKER = "made up"


def hand_in_for(
    task: Task, students: Sequence[tuple[Enrollment, Window]], *, now: datetime, source: random.Random
) -> list[Submission]:
    """Make up what the students handed in to a task; returns all submissions."""
    numbers = np.random.default_rng(source.getrandbits(32))
    attempts = _attempts(task, students, now, source)
    rules = task.rules
    stored: list[Submission] = []
    while chunk := list(islice(attempts, AT_ONCE)):
        submissions = Submission.objects.bulk_create([submission for submission, _ in chunk])
        verifications = Verification.objects.bulk_create(
            [_verification(submission, made, now) for submission, made in chunk]
        )
        results = zip(verifications, (made for _, made in chunk), strict=True)
        VerificationRun.objects.bulk_create(
            row for verification, made in results if made.was_run for row in _runs(verification, made, rules, numbers)
        )
        stored += submissions
    return stored


def _attempts(
    task: Task, students: Sequence[tuple[Enrollment, Window]], now: datetime, source: random.Random
) -> Iterator[tuple[Submission, MadeUp]]:
    rules = task.rules
    for enrollment, window in students:
        if source.random() < (NOTHING_YET if window.due_at > now else NOTHING):
            continue
        skill = source.random()
        for number, received_at in enumerate(_moments(window, now, source), start=1):
            made = made_up(rules, source, skill=min(1.0, skill + 0.1 * number), newest=number == ATTEMPTS)
            yield _submission(task, enrollment, number, made, received_at, source), made


def _moments(window: Window, now: datetime, source: random.Random) -> list[datetime]:
    """Draw when a student handed in: most do on the last days, some hand the last one in late."""
    until = min(window.due_at, now)
    moments = [until - (until - window.opens_at) * source.random() ** 3 for _ in range(ATTEMPTS)]
    if source.random() < LATE and window.closes_at is not None and window.due_at < now:
        end = min(window.closes_at, now)
        moments[-1] = window.due_at + (end - window.due_at) * source.random() ** 2
    return sorted(moment.replace(microsecond=0) for moment in moments)


def _submission(
    task: Task, enrollment: Enrollment, number: int, made: MadeUp, received_at: datetime, source: random.Random
) -> Submission:
    letters = "".join(source.choices(RECEIPT_ALPHABET, k=8))
    return Submission(
        receipt_number=f"{letters[:4]}-{letters[4:]}",
        task=task,
        enrollment=enrollment,
        attempt=number,
        link=write_link(made.spec),
        settings=made.spec.to_dict(),
        claimed_epochs=made.claimed_epochs,
        received_at=received_at,
        content_hash=hashlib.sha256(letters.encode()).hexdigest(),
        idempotency_key=f"{source.getrandbits(128):032x}",
    )


def _verification(submission: Submission, made: MadeUp, now: datetime) -> Verification:
    started = submission.received_at + timedelta(seconds=2)
    row = Verification(submission=submission, status=made.status, queued_at=submission.received_at, worker=WORKER)
    if made.status == Status.QUEUED:
        row.worker = ""
        return row
    row.attempt, row.started_at = 1, started
    if made.status == Status.RUNNING:
        row.started_at, row.lease_expires_at = now, now + timedelta(hours=1)
        row.epochs_done, row.runs_left = made.claimed_epochs // 2, 4
        return row
    row.finished_at = started + timedelta(seconds=2 + made.claimed_epochs / 100)
    if made.status == Status.FAILED:
        row.attempt, row.last_error = 3, "The worker was lost."
        return row
    row.outcome, row.engine_version = made.outcome, engine.__version__
    row.disallowed = list(made.disallowed)
    if made.was_run:
        row.parameters, row.retrained_epochs, row.official_epochs = (
            made.spec.parameters,
            made.retrained,
            made.official_epochs,
        )
        row.band_low, row.band_high = made.band or (None, None)
        row.replays, row.resets, row.chance_match = list(made.replays), made.resets, made.chance_match
    return row


def _runs(
    verification: Verification, made: MadeUp, rules: TaskRules, numbers: np.random.Generator
) -> Iterator[VerificationRun]:
    """Make the rows of the submitted run, with trace and weights, and of those on the course seeds."""
    trace = losses(made, rules.max_epochs)
    epoch, loss = best_epoch(trace, rules.criterion)
    yield _run(
        verification,
        0,
        made.spec.seed or "",
        made.retrained,
        epochs_run=len(trace) - 1,
        best_epoch=epoch,
        best_loss=loss,
        diverged_at=made.diverged_at,
        trace=pack_losses(trace),
        weights=pack_network(network(made.spec, numbers)),
    )
    for position, (seed, reached) in enumerate(zip(rules.course_seeds, made.seed_epochs, strict=True), start=1):
        run = reached or rules.max_epochs
        best = {"best_epoch": run, "best_loss": 0.00147 if reached else 0.04, "trace": b"", "weights": b""}
        yield _run(verification, position, seed, reached, epochs_run=run, diverged_at=None, **best)


def _run(
    verification: Verification, position: int, seed: str, reached: int | None, **fields: object
) -> VerificationRun:
    return VerificationRun(
        verification=verification,
        kind=RunKind.COURSE_SEED if position else RunKind.OWN,
        position=position,
        seed=seed,
        reached_train=reached,
        reached_test=reached,
        reached_both=reached,
        reached=reached,
        **fields,
    )
