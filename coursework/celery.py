"""The Celery application. Its settings are the CELERY_ names in `coursework.settings`."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_process_init
from django.conf import settings

from coursework.runtime.tied import tie_to_parent
from engine.training import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coursework.settings")

app = Celery("coursework")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["grading"])


@setup_logging.connect
def keep_our_logging(**_kwargs: Any) -> None:
    """Having a listener at all keeps Celery from replacing the logging that Django has set up."""


@worker_process_init.connect
def end_with_the_worker(**_kwargs: Any) -> None:
    """Have a pool process die with its worker, or it would train on for minutes with nobody to tell."""
    tie_to_parent()


@worker_init.connect
def let_others_go_first(**_kwargs: Any) -> None:
    """Have pages answered before runs are trained, where web and workers share a machine; idle cores stay in use."""
    os.nice(settings.WORKER_NICENESS)


@worker_init.connect
def prepare_kernel(**_kwargs: Any) -> None:
    """Have the engine's kernel compiled before the first verification is claimed: its lease would run out meanwhile.

    This runs in the worker's main process, before it forks, so that all its children share what is compiled.
    """
    warm_up()
