"""Databases of a drill's own: an empty one beside that of the tests, and a PostgreSQL server to stop and start."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


@contextmanager
def empty_database(beside: str, directory: Path) -> Iterator[str]:
    """Give the DATABASE_URL of an empty database of the same kind as another; it ends with the block."""
    if beside.startswith("sqlite"):
        yield f"sqlite:///{directory / 'empty.sqlite3'}"
        return
    parts = urlsplit(beside)
    name = f"{parts.path[1:]}_{os.getpid()}_{time.monotonic_ns() % 10**6}"
    with psycopg.connect(beside, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def postgresql_programs() -> Path | None:
    """Return the directory of PostgreSQL's programs; None where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class PostgreSQL:
    """A server of its own, in a directory that goes with it."""

    def __init__(self, programs: Path) -> None:
        # Not below the tests' own directory, into which another user may not look.
        directory = Path(tempfile.mkdtemp(prefix="drill-"))
        self._programs, self._directory, self._data = programs, directory, directory / "data"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        if os.getuid() == 0:  # it refuses to run as root
            shutil.chown(directory, "postgres")
        self._run("initdb", "--auth", "trust", "--username", "postgres", "--no-sync", "--pgdata", str(self._data))

    @property
    def url(self) -> str:
        """The value for DATABASE_URL."""
        return f"postgres://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._directory} -c fsync=off"
        )
        log = str(self._data / "server.log")
        self._run("pg_ctl", "start", "--wait", "--pgdata", str(self._data), "--log", log, "--options", options)

    def kill(self) -> None:
        """Take it away without a word to its clients, as a lost machine goes."""
        self._run("pg_ctl", "stop", "--mode", "immediate", "--wait", "--pgdata", str(self._data))

    def close(self) -> None:
        """Take it away with all that it holds."""
        self.kill()
        shutil.rmtree(self._directory)

    def _run(self, program: str, *options: str) -> None:
        as_other = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        command = [*as_other, str(self._programs / program), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")
