"""The sweeper: nothing that was handed in is forgotten, whatever happens to workers and broker."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, close_old_connections

from coursework.runtime.celery_settings import EVIDENCE
from coursework.runtime.ending import told_to_stop
from coursework.runtime.tidying import forget_expired
from grading.models import SignKind
from grading.queue import is_served
from grading.reruns import reruns_among
from grading.services.dry_run import sweep_dry_runs
from grading.services.evidence.assessments import sweep_assessments
from grading.services.evidence.readings import sweep_readings, tidy_readings
from grading.services.grades.mails import send_due_mails
from grading.services.lti.keys import keep_keys_current
from grading.services.lti.logins import forget_old_logins
from grading.services.practice import sweep_practice
from grading.services.sealing_anew import seal_anew
from grading.services.verification import sweep
from grading.services.webhooks.sending import prune_deliveries
from grading.services.workers import forget_lost_signs
from grading.signs import Signaller
from grading.tasks import hint, hint_at_assessment, hint_at_item, hint_at_practice, hint_at_reading

log = structlog.get_logger(__name__)
TIDY_EVERY = 300.0  # seconds; it looks through all pictures


class Command(BaseCommand):
    """Returns the work of lost workers to the queue and tells the broker again of what waits too long."""

    help = "Every INTERVAL seconds: free expired leases, hint at what waits, send mails. One process is enough."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --once and --interval."""
        parser.add_argument("--once", action="store_true", help="sweep one time and end")
        parser.add_argument("--interval", type=float, default=15.0, metavar="SECONDS", help="15 unless told")

    def handle(self, *_args: Any, once: bool, interval: float, **_options: Any) -> None:
        """Sweep until told to stop; a database that is down is waited for."""
        if once:
            _tidy()
            self.stdout.write(f"{_sweep_and_hint()} waiting pieces of work hinted at.")
            self.stdout.write(f"{send_due_mails()} mails about grades sent.")
            return
        stopped = told_to_stop()
        signaller = Signaller(kind=SignKind.SWEEPER)
        signaller.start()
        tidy_next = 0.0
        while not stopped.is_set():
            try:
                _sweep_and_hint()
                send_due_mails()
                if time.monotonic() >= tidy_next:
                    tidy_next = time.monotonic() + TIDY_EVERY
                    _tidy()
            except Error as error:
                log.error("sweep_failed", error=str(error)[:200])
            close_old_connections()
            stopped.wait(interval)
        signaller.stop()


def _tidy() -> None:
    """Do what has time: each looks through a whole table, or makes what is wanted in some days."""
    tidy_readings()
    forget_old_logins()
    keep_keys_current()
    prune_deliveries()
    seal_anew()
    forget_expired()


def _sweep_and_hint() -> int:
    """Hint at what waits; ends at the first hint that fails, since the broker is down for all of them then."""
    forget_lost_signs()
    waiting = sweep()
    reruns = reruns_among(waiting)
    hints: list[Callable[[], bool]] = [partial(hint, pk, is_rerun=pk in reruns) for pk in waiting]
    hints += [partial(hint_at_practice, pk) for pk in sweep_practice()]
    hints += [partial(hint_at_item, pk) for pk in sweep_dry_runs()]
    hints += _hints_at_evidence()
    hinted = 0
    for tell in hints:
        if not tell():
            break
        hinted += 1
    return hinted


def _hints_at_evidence() -> list[Callable[[], bool]]:
    """List the hints at pictures to read and to check; none while nobody listens to their queue.

    An installation may do without a reader. Hints that nobody takes would pile up in the broker until it is full, and
    hand-ins would wait with them.
    """
    readings, assessments = sweep_readings(), sweep_assessments()
    if not is_served(EVIDENCE):
        return []
    return [
        *(partial(hint_at_reading, pk) for pk in readings),
        *(partial(hint_at_assessment, pk) for pk in assessments),
    ]
