"""Celery tasks and the hints that start them. A hint may get lost: the sweeper gives it again."""

import os
import socket
from typing import Any

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from coursework.runtime.ending import told_to_end
from grading.services.practice import mark_practice_hinted, run_practice
from grading.services.verification import mark_hinted, run_verification

log = structlog.get_logger(__name__)


@shared_task
def verify(verification_id: int) -> None:
    """Verify one submission; a delivery that is not ours to do any more ends at once."""
    with told_to_end() as ending:
        run_verification(verification_id=verification_id, worker=_worker(), ending=ending)


@shared_task
def practice(practice_run_id: int) -> None:
    """Train one practice run; a delivery that is not ours to do any more ends at once."""
    with told_to_end() as ending:
        run_practice(practice_run_id=practice_run_id, worker=_worker(), ending=ending)


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def hint(verification_id: int) -> bool:
    """Tell the broker that a verification waits; False, and a line in the log, if the broker can't be reached."""
    told = _tell(verify, verification_id)
    if told:
        mark_hinted(verification_id=verification_id)
    return told


def hint_at_practice(practice_run_id: int) -> bool:
    """Tell the broker that a practice run waits; False if the broker can't be reached."""
    told = _tell(practice, practice_run_id)
    if told:
        mark_practice_hinted(practice_run_id=practice_run_id)
    return told


def _tell(task: Any, pk: int) -> bool:
    try:
        task.delay(pk)
    except (OperationalError, OSError) as error:
        log.warning("hint_dropped", task=task.name, row=pk, error=str(error)[:200])
        return False
    return True
