"""Celery tasks and the hints that start them. A hint may get lost: the sweeper gives it again."""

import os
import socket

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from coursework.runtime.ending import told_to_end
from grading.services.verification import mark_hinted, run_verification

log = structlog.get_logger(__name__)


@shared_task
def verify(verification_id: int) -> None:
    """Verify one submission; a delivery that is not ours to do any more ends at once."""
    with told_to_end() as ending:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        run_verification(verification_id=verification_id, worker=worker, ending=ending)


def hint(verification_id: int) -> bool:
    """Tell the broker that a verification waits; False, and a line in the log, if the broker can't be reached."""
    try:
        verify.delay(verification_id)
    except (OperationalError, OSError) as error:
        log.warning("hint_dropped", verification=verification_id, error=str(error)[:200])
        return False
    mark_hinted(verification_id=verification_id)
    return True
