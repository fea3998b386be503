"""Celery tasks and the hints that start them. A hint may get lost: the sweeper gives it again."""

import os
import socket
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from coursework.runtime.ending import told_to_end
from coursework.services.seed_drawing import give_up, run_drawing
from grading.services.dry_run import mark_item_hinted, try_item
from grading.services.evidence.assessments import ask_after_verification, mark_assessment_hinted, run_assessment
from grading.services.evidence.readings import mark_readings_hinted, run_reading
from grading.services.practice import mark_practice_hinted, run_practice
from grading.services.verification import mark_hinted, run_verification

log = structlog.get_logger(__name__)


@shared_task
def verify(verification_id: int) -> None:
    """Verify one submission; a delivery that is not ours to do any more ends at once."""
    _verify(verification_id)


@shared_task
def verify_again(verification_id: int) -> None:
    """Verify one submission that staff want run again. A task of its own, so that hand-ins don't wait behind it."""
    _verify(verification_id)


def _verify(verification_id: int) -> None:
    with told_to_end() as ending:
        settled = run_verification(verification_id=verification_id, worker=_worker(), ending=ending)
        assessment = ask_after_verification(verification_id=verification_id) if settled else None
        if assessment is not None:
            hint_at_assessment(assessment)


@shared_task
def practice(practice_run_id: int) -> None:
    """Train one practice run; a delivery that is not ours to do any more ends at once."""
    with told_to_end() as ending:
        run_practice(practice_run_id=practice_run_id, worker=_worker(), ending=ending)


@shared_task
def try_again(item_id: int) -> None:
    """Train one submission of a dry run."""
    with told_to_end() as ending:
        try_item(item_id=item_id, worker=_worker(), ending=ending)


@shared_task(soft_time_limit=settings.READING_SECONDS, time_limit=settings.READING_SECONDS + 30)
def read_picture(reading_id: int) -> None:
    """Read one picture; a delivery that is not ours to do any more ends at once."""
    with told_to_end() as ending:
        for assessment in run_reading(reading_id=reading_id, worker=_worker(), ending=ending):
            hint_at_assessment(assessment)


@shared_task
def assess(assessment_id: int) -> None:
    """Check one submission's pictures; what that brings up about others is checked next."""
    with told_to_end() as ending:
        for further in run_assessment(assessment_id=assessment_id, worker=_worker(), ending=ending):
            hint_at_assessment(further)


def _worker() -> str:
    """Name this process: machine, the worker's main process (as in its sign of life), and the pool's own one."""
    return f"{socket.gethostname()[:100]}:{os.getppid()}:{os.getpid()}"


def hint(verification_id: int, *, is_rerun: bool = False) -> bool:
    """Tell the broker that a verification waits; False, and a line in the log, if the broker can't be reached."""
    told = _tell(verify_again if is_rerun else verify, verification_id)
    if told:
        mark_hinted(verification_id=verification_id)
    return told


def hint_at_practice(practice_run_id: int) -> bool:
    """Tell the broker that a practice run waits; False if the broker can't be reached."""
    told = _tell(practice, practice_run_id)
    if told:
        mark_practice_hinted(practice_run_id=practice_run_id)
    return told


def hint_at_item(item_id: int) -> bool:
    """Tell the broker that an item of a dry run waits; False if the broker can't be reached."""
    told = _tell(try_again, item_id)
    if told:
        mark_item_hinted(item_id=item_id)
    return told


def hint_at_reading(reading_id: int) -> bool:
    """Tell the broker that a picture waits to be read; False if the broker can't be reached."""
    return hint_at_readings([reading_id])


def hint_at_readings(readings: Sequence[int]) -> bool:
    """Tell the broker of several; False if it can't be reached, and those behind the first that fails are not tried."""
    told = list(takewhile(lambda pk: _tell(read_picture, pk), readings))
    mark_readings_hinted(readings=told)
    return len(told) == len(readings)


def hint_at_assessment(assessment_id: int) -> bool:
    """Tell the broker that a submission's pictures wait to be checked; False if the broker can't be reached."""
    told = _tell(assess, assessment_id)
    if told:
        mark_assessment_hinted(assessment_id=assessment_id)
    return told


def hint_at_batch(*, items: Iterable[int], verifications: Iterable[int]) -> None:
    """Tell the broker of a batch; ends at the first hint that fails, since the others would fail as well."""
    told = all(hint_at_item(pk) for pk in items) and all(hint(pk, is_rerun=True) for pk in verifications)
    if not told:
        log.warning("batch_left_to_the_sweeper")


def _tell(task: Any, pk: int) -> bool:
    try:
        task.delay(pk)
    except (OperationalError, OSError) as error:
        log.warning("hint_dropped", task=task.name, row=pk, error=str(error)[:200])
        return False
    return True


@shared_task
def draw_seeds(drawing_id: int) -> None:
    """Draw the course seeds that an instructor asked for; a delivery that is not ours to do any more ends at once."""
    run_drawing(drawing_id=drawing_id)


def hint_drawing(drawing_id: int) -> bool:
    """Tell the broker of a drawing; False, and the drawing is settled as failed, if the broker can't be reached."""
    try:
        draw_seeds.delay(drawing_id)
    except (OperationalError, OSError) as error:
        log.warning("hint_dropped", drawing=drawing_id, error=str(error)[:200])
        give_up(drawing_id=drawing_id, reason="Our workers can’t be reached right now. Nothing was changed: try again.")
        return False
    return True
