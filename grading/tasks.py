"""Celery tasks and the hints that start them. A hint may get lost: the sweeper gives it again."""

import os
import socket

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from coursework.services.seed_drawing import give_up, run_drawing
from grading.services.verification import mark_hinted, run_verification

log = structlog.get_logger(__name__)


@shared_task
def verify(verification_id: int) -> None:
    """Verify one submission; a delivery that is not ours to do any more ends at once."""
    run_verification(verification_id=verification_id, worker=f"{socket.gethostname()}:{os.getpid()}")


def hint(verification_id: int) -> bool:
    """Tell the broker that a verification waits; False, and a line in the log, if the broker can't be reached."""
    try:
        verify.delay(verification_id)
    except (OperationalError, OSError) as error:
        log.warning("hint_dropped", verification=verification_id, error=str(error)[:200])
        return False
    mark_hinted(verification_id=verification_id)
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
