"""The signs of life that workers and the sweeper leave in the database."""

import os
import socket
from datetime import datetime, timedelta

from django.utils import timezone

import engine
from grading.models import SignKind, WorkerSign

SIGN_EVERY = timedelta(seconds=10)
FORGOTTEN_AFTER = timedelta(hours=1)


def process_name() -> str:
    """Name this process: machine and process number."""
    return f"{socket.gethostname()[:100]}:{os.getpid()}"


def give_sign(*, name: str, kind: SignKind, started_at: datetime, queues: str = "") -> None:
    """Say that the process of this name is there, and which queues it listens to, with commas between."""
    values = {
        "kind": kind,
        "queues": queues[:120],
        "version": engine.__version__,
        "started_at": started_at,
        "seen_at": timezone.now(),
    }
    WorkerSign.objects.update_or_create(name=name, defaults=values)


def end_sign(*, name: str) -> None:
    """Take back the sign of a process that ends in good order."""
    WorkerSign.objects.filter(name=name).delete()


def forget_lost_signs(*, now: datetime | None = None) -> int:
    """Delete signs of processes that nothing was heard of for an hour; returns how many."""
    lost = WorkerSign.objects.filter(seen_at__lt=(now or timezone.now()) - FORGOTTEN_AFTER)
    return lost.delete()[0]
