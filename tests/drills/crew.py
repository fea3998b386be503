"""The processes of a service, started by a drill to be killed: Redis, workers, sweeper, web server."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings

from coursework.runtime.broker import embedded_broker

# A drill can't wait half a minute for each lost worker. Longer than a busy machine lets a living one stand still.
HASTE = {"LEASE_SECONDS": "4", "READING_LEASE_SECONDS": "4", "HINT_AGAIN_SECONDS": "3"}
SWEEP_EVERY = "1"
_LINES_OF_A_LOG = 60
_WORKER = ("worker", "--without-gossip", "--without-mingle", "--without-heartbeat")


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str | Callable[[], object]) -> float:
    """Wait for something to come true and return how long that took; AssertionError when it does not."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began >= seconds:
            raise AssertionError(f"not within {seconds:g} s: {what() if callable(what) else what}")
        time.sleep(0.1)
    return time.monotonic() - began


class KillableBroker:
    """A Redis with its data on disk, always at the same address."""

    def __init__(self, directory: Path) -> None:
        self._socket = Path(tempfile.mkdtemp(prefix="drill-"))  # a socket's path must be short
        self._data = directory / "redis"
        self._broker = embedded_broker(socket_directory=self._socket, data=self._data)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = self._broker.url

    def start(self) -> None:
        assert self._broker.data is not None
        self._broker.data.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(self._broker.command)
        wait_until(self._broker.answers, seconds=15, what="Redis answers")

    def kill(self, *, delete_data: bool = False) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        if delete_data:
            shutil.rmtree(self._data)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self._socket)


class Crew:
    """Celery workers and a sweeper, started again when they are lost, as whatever runs a service does."""

    def __init__(self, environment: Mapping[str, str], logs: Path) -> None:
        self._environment = {**environment, **HASTE}
        self._logs = logs
        self._workers: list[subprocess.Popen[bytes]] = []
        self._sweeper: subprocess.Popen[bytes] | None = None
        self._reader: subprocess.Popen[bytes] | None = None
        self._options: tuple[str, ...] = ()

    def start(self, workers: int, *, concurrency: int = 1, include: str = "", **environment: str) -> None:
        """Start workers and the sweeper; `include` names a module that each worker loads."""
        self._environment |= environment
        self._options = (
            "--queues",
            "verification",
            "--concurrency",
            str(concurrency),
            *(("--include", include) if include else ()),
        )
        self._workers = [self._worker() for _ in range(workers)]
        command = [str(settings.BASE_DIR / "manage.py"), "sweep", "--interval", SWEEP_EVERY]
        self._sweeper = self._run("sweeper", *command)

    def start_reader(self, *, include: str) -> None:
        """Start a worker that reads pictures, by the reader that the module of this name puts in."""
        options = ("--queues", "evidence", "--hostname", "reader@%h", "--concurrency", "1", "--include", include)
        self._reader = self._run("reader", "-m", "celery", "--app", "coursework", *_WORKER, *options)

    def kill_reader(self) -> None:
        """Kill the process that reads with SIGKILL; its worker starts another one."""
        assert self._reader is not None
        for child in _children(self._reader.pid):
            _kill(child)

    def pool(self) -> set[int]:
        """Name the processes in which verifications run just now."""
        return {child for worker in self._workers for child in _children(worker.pid)}

    def kill_one(self, chance: random.Random, *, busy: Collection[int], whole: bool) -> None:
        """Kill a pool process with SIGKILL, a busy one if possible, or its whole worker, which is started again."""
        pools = {child: worker for worker in self._workers for child in _children(worker.pid)}
        if not pools:  # all of them are just starting
            return
        victim = chance.choice(sorted(pools.keys() & set(busy)) or sorted(pools))
        if whole:
            self._workers[self._workers.index(pools[victim])] = self._replacement(pools[victim])
        else:
            _kill(victim)

    def keep_running(self) -> None:
        """Start again those workers that ended on their own, or were ended by what they worked on.

        Celery ends a worker of which a pool process was killed before it has heard from the broker for the first time.
        """
        self._workers = [worker if worker.poll() is None else self._replacement(worker) for worker in self._workers]

    def last_words(self) -> str:
        """Give the ends of what the processes have written."""
        return "\n".join(f"== {log.name}\n{_end_of(log)}" for log in sorted(self._logs.glob("*.log")))

    def close(self) -> None:
        for process in (*self._workers, self._reader, self._sweeper):
            if process is not None:
                _end(process)

    def _replacement(self, worker: "subprocess.Popen[bytes]") -> "subprocess.Popen[bytes]":
        _end(worker)
        return self._worker()

    def _worker(self) -> "subprocess.Popen[bytes]":
        return self._run("worker", "-m", "celery", "--app", "coursework", *_WORKER, *self._options)

    def _run(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self._logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                env=self._environment,
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=subprocess.STDOUT,
            )


class WebServer:
    """gunicorn with the settings of production's, at a free port of 127.0.0.1."""

    def __init__(self, environment: Mapping[str, str], logs: Path, *, most_file_bytes: int | None = None) -> None:
        bounded = ["prlimit", f"--fsize={most_file_bytes}"] if most_file_bytes else []
        with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
            self.port: int = listener.getsockname()[1]
            told = {"SECRET_KEY": settings.SECRET_KEY, "PUBLIC_URL": f"http://127.0.0.1:{self.port}"}
            command = ["-m", "gunicorn", "--config", "python:coursework.runtime.web", "--bind"]
            with (logs / "web.log").open("ab") as log:
                self._process = subprocess.Popen(
                    [*bounded, sys.executable, *command, f"fd://{listener.fileno()}"],
                    env={**environment, **told},
                    cwd=settings.BASE_DIR,
                    pass_fds=(listener.fileno(),),
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
        wait_until(self.answers, seconds=60, what="the web server answers")

    def answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz/")
            return connection.getresponse().status in (200, 503)
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            _end(self._process)


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [int(child) for child in listed.read_text().split()]
    except OSError:  # it has just ended
        return []


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LINES_OF_A_LOG:])


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:  # it was faster
        return


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and wait for it; its children go with it, as workers see to (`coursework.runtime.tied`)."""
    process.kill()
    process.wait()
