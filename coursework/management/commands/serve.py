"""`manage.py serve`: the whole service on one machine."""

import importlib.util
import logging
import os
import socket
import sys
from argparse import ArgumentParser
from contextlib import ExitStack, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException
from io import StringIO
from pathlib import Path
from signal import SIGQUIT
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from coursework.runtime.broker import EmbeddedBroker, NoBroker, embedded_broker
from coursework.runtime.celery_settings import EVIDENCE, PRACTICE, VERIFICATION
from coursework.runtime.health import ADDRESS
from coursework.runtime.supervisor import GaveUp, Program, Supervisor, say

# In this order: a worker takes a practice run only when no verification waits.
QUEUES = f"{VERIFICATION},{PRACTICE}"
# A pool process holds the models of the reader and what one picture needs; it is replaced when it holds more than this.
READER_OPTIONS = ("--concurrency", "1", "--max-tasks-per-child", "500", "--max-memory-per-child", "1500000")  # KiB
_READER_LIBRARIES = ("onnxruntime", "rapidocr")
_ANY_ADDRESS = ("0.0.0.0", "::")


class Command(BaseCommand):
    """Web server, workers, reader, sweeper, courier and, without a REDIS_URL, a Redis: started and stopped as one."""

    help = (
        "Serve everything on this machine: web, workers, reader, sweeper, courier and (without REDIS_URL) an embedded "
        "Redis."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name what can be chosen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default %(default)s)")
        parser.add_argument("--port", default=8000, type=int, help="port to listen at (default %(default)s)")
        parser.add_argument("--workers", default=_default_workers(), type=int, help="verifications at a time")
        parser.add_argument("--demo", action="store_true", help="fill an empty database with a demo course")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the database, start everything, and stay until told to stop."""
        # A Ctrl-C while the database is being prepared; later ones are the supervisor's.
        with suppress(KeyboardInterrupt), ExitStack() as stack:
            # Bound before anything else: a port in use is known at once, and a restarted web server keeps it.
            listener = stack.enter_context(_listen(options["host"], options["port"]))
            address = _address(options["host"], listener.getsockname()[1])
            broker = _broker(stack)
            sign_ins = _prepare(demo=options["demo"])
            programs = _programs(broker, listener, address, options["workers"])
            try:
                Supervisor(programs, when_ready=partial(_announce, address, sign_ins)).run()
            except GaveUp as reason:
                raise CommandError(str(reason)) from None
        say("Stopped.")


def _default_workers() -> int:
    return max(1, min(4, os.cpu_count() or 1))


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port < 2**16:
        raise CommandError(f"There is no port {port}: they go from 1 to 65535.")
    try:
        family, _kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((address[0], port), family=family, backlog=128)
    except socket.gaierror as error:
        reason = error.strerror or "no such name"
    except OSError as error:
        reason = os.strerror(error.errno or 0)
    raise CommandError(f"Can't listen at {host}, port {port}: {reason}. Another port: make run PORT=8001")


def _address(host: str, port: int) -> str:
    """Return what to type into a browser."""
    shown = "127.0.0.1" if host in _ANY_ADDRESS else host
    return f"http://[{shown}]:{port}/" if ":" in shown else f"http://{shown}:{port}/"


def _broker(stack: ExitStack) -> EmbeddedBroker | None:
    """Return the broker to start, None when the environment names one. It lives as long as the stack."""
    if settings.REDIS_URL:
        return None
    # Not under the data directory: a socket's path may have no more than about 100 characters.
    directory = stack.enter_context(TemporaryDirectory(prefix="coursework-"))  # made with mode 0700
    try:
        return embedded_broker(socket_directory=Path(directory), data=settings.DATA_DIR / "redis")
    except NoBroker as reason:
        raise CommandError(str(reason)) from None


def _prepare(*, demo: bool) -> str:
    """Bring the database up to date; returns what the demo tells its visitors."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not demo:
        return ""
    told = StringIO()
    # There is no broker yet, so the hints of the demo's hand-ins go nowhere; the sweeper's first round gives them.
    logging.disable(logging.WARNING)
    call_command("make_demo", stdout=told)
    logging.disable(logging.NOTSET)
    return told.getvalue().strip()


def _programs(broker: EmbeddedBroker | None, listener: socket.socket, address: str, workers: int) -> list[Program]:
    """Return what to run, in the order of starting."""
    environment = _environment(broker, listener, address)
    python, manage = sys.executable, str(settings.BASE_DIR / "manage.py")
    bind = f"fd://{listener.fileno()}"
    web = [python, "-m", "gunicorn", "--config", "python:coursework.runtime.web", "--bind", bind]
    pool = ("--queues", QUEUES, "--concurrency", str(workers))
    host, port = listener.getsockname()[:2]
    answers = partial(_answers, "127.0.0.1" if host in _ANY_ADDRESS else host, port)
    programs = [
        Program("web", web, environment, ready=answers, files=(listener.fileno(),)),
        # SIGQUIT: a verification under way is not waited for. Its worker gives it back to the queue.
        Program("worker", _worker(*pool), environment, stop_signal=SIGQUIT, seconds_to_stop=5),
        Program("sweeper", [python, manage, "sweep"], environment),
        # What it is sending is brought to its end, and an answer may take 5 s.
        Program("courier", [python, manage, "courier"], environment, seconds_to_stop=8),
    ]
    if settings.READ_SCREENSHOTS and reader_installed():
        programs.append(_reader(environment))
    if broker is not None:
        programs.insert(0, Program("redis", broker.command, ready=broker.answers, needed_by_others=True))
    return programs


def _worker(*options: str) -> list[str]:
    celery = [sys.executable, "-m", "celery", "--app", "coursework", "--quiet", "worker", *options]
    return [*celery, "--without-gossip", "--without-mingle", "--without-heartbeat"]


def reader_installed() -> bool:
    """Whether what reads screenshots is installed; nothing of it is loaded by looking."""
    return all(importlib.util.find_spec(name) is not None for name in _READER_LIBRARIES)


def _reader(environment: dict[str, str]) -> Program:
    """Return the worker that reads pictures. Its models are loaded by its pool's process, at the first picture."""
    command = _worker("--queues", EVIDENCE, "--hostname", "reader@%h", *READER_OPTIONS)
    # More threads than one only get into each other's way on a small machine.
    threads = {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
    return Program("reader", command, environment | threads, stop_signal=SIGQUIT, seconds_to_stop=5)


def _environment(broker: EmbeddedBroker | None, listener: socket.socket, address: str) -> dict[str, str]:
    """Return what the programs get beside our own environment, where that does not say otherwise."""
    bound = listener.getsockname()[0]
    chosen = {"PYTHONUNBUFFERED": "1", "PUBLIC_URL": address, "ALLOWED_HOSTS": "*" if bound in _ANY_ADDRESS else bound}
    if broker is not None:
        chosen["REDIS_URL"] = broker.url
    if not settings.PRODUCTION:  # in a container one is root, and nothing but JSON is taken from the broker
        chosen["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"
    return {name: value for name, value in chosen.items() if name not in os.environ}


def _answers(host: str, port: int) -> bool:
    """Whether the web server answers its health address. Asked straight, whatever proxy the environment names."""
    connection = HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", ADDRESS)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _announce(address: str, sign_ins: str) -> None:
    say("\n".join(["", f"Serving at {address}  (Ctrl-C stops everything)", *_about_pictures(), sign_ins, ""]))


def _about_pictures() -> list[str]:
    """Say so where pictures are not read."""
    if not settings.READ_SCREENSHOTS:
        return ["Screenshots are stored but not read: READ_SCREENSHOTS is off."]
    if not reader_installed():
        return [
            "Screenshots are stored and wait: what reads them is not installed. Install requirements/evidence.txt, or "
            "set READ_SCREENSHOTS=0."
        ]
    return []
