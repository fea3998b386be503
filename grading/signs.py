"""A thread in a Celery worker's main process that says every few seconds, in the database, that the worker is there."""

import os
import threading
from typing import Any

import structlog
from celery.signals import worker_ready, worker_shutdown
from django.db import Error, connection
from django.utils import timezone

from grading.models import SignKind
from grading.services.workers import SIGN_EVERY, end_sign, give_sign, process_name

log = structlog.get_logger(__name__)
_LONGEST_WAIT_TO_FORK = 2.0  # seconds


class Signaller:
    """Gives signs until it is stopped. A database that is down is logged and asked again."""

    def __init__(self, *, kind: SignKind, queues: str = "", every: float = SIGN_EVERY.total_seconds()) -> None:
        self.name = process_name()
        self._kind = kind
        self._queues = queues
        self._every = every
        self._started_at = timezone.now()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="signs of life", daemon=True)
        # The pool forks in the same process. A child must not be made while this thread holds a library's lock.
        self._busy = threading.Lock()
        self._held_for_fork = False

    def start(self) -> None:
        """Begin; the first sign is given at once."""
        os.register_at_fork(before=self._before_fork, after_in_parent=self._after_fork, after_in_child=self._after_fork)
        self._thread.start()

    def stop(self) -> None:
        """End, and take the sign back."""
        self._stopped.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._act(give=True)
            self._stopped.wait(self._every)
        self._act(give=False)

    def _act(self, *, give: bool) -> None:
        """Give or take back the sign by a connection of its own, which is not kept: it is used for a moment only."""
        with self._busy:
            try:
                if give:
                    give_sign(name=self.name, kind=self._kind, started_at=self._started_at, queues=self._queues)
                else:
                    end_sign(name=self.name)
            except Error as error:
                log.warning("sign_of_life_failed", error=type(error).__name__)
            finally:
                connection.close()

    def _before_fork(self) -> None:
        self._held_for_fork = self._busy.acquire(timeout=_LONGEST_WAIT_TO_FORK)

    def _after_fork(self) -> None:
        if self._held_for_fork:
            self._held_for_fork = False
            self._busy.release()


_signallers: list[Signaller] = []


def connect() -> None:
    """Give signs in every process that becomes a Celery worker; called once when the apps are ready."""
    worker_ready.connect(_start, dispatch_uid="grading.signs.start")
    worker_shutdown.connect(_stop, dispatch_uid="grading.signs.stop")


def _start(*, sender: Any, **_: Any) -> None:
    signaller = Signaller(kind=SignKind.WORKER, queues=", ".join(sender.app.amqp.queues.consume_from))
    signaller.start()
    _signallers.append(signaller)


def _stop(**_: Any) -> None:
    while _signallers:
        _signallers.pop().stop()
