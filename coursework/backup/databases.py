"""Copies of the whole database as it stood at one instant, and the way back. SQLite and PostgreSQL."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

_SECONDS_TO_WAIT = 60  # for others to let go of SQLite's file
_DJANGO_S_OWN = ("context", "cursor_factory", "prepare_threshold", "password", "server_side_binding")


class DatabaseNotCopied(Exception):
    """The database could not be dumped or loaded; the message says why."""


class Cursor(Protocol):
    """What both databases' cursors can do."""

    def execute(self, query: Any) -> Any:
        """Run a query."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows of its answer."""


def kind() -> str:
    """Name the kind of database in use, such as "postgresql"; a dump of one can't be loaded into another."""
    return connection.vendor


def dump_name() -> str:
    """Name the dump's file in a backup."""
    return {"sqlite": "database.sqlite3", "postgresql": "database.dump"}[kind()]


@contextmanager
def dumped(target: Path) -> Iterator[Cursor]:
    """Dump the database to a file; gives a cursor that reads exactly what is in the dump. Writers are not held up."""
    with _dumped_sqlite(target) if kind() == "sqlite" else _dumped_postgresql(target) as cursor:
        yield cursor


def load(source: Path) -> None:
    """Replace everything in the database by a dump, in one transaction."""
    connection.close()
    if kind() == "sqlite":
        _load_sqlite(source)
    else:
        _load_postgresql(source)


@contextmanager
def _dumped_sqlite(target: Path) -> Iterator[Cursor]:
    with closing(_sqlite()) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)  # in one step, so under one read lock: the copy is of one instant
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
        if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise DatabaseNotCopied("SQLite finds the database damaged: PRAGMA integrity_check says more.")
        yield copy.cursor()


def _load_sqlite(source: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy,
        closing(_sqlite()) as target,
    ):
        try:
            copy.backup(target)
        except sqlite3.OperationalError as error:
            raise DatabaseNotCopied(f"The database could not be replaced ({error}): is the service stopped?") from error


def _sqlite() -> sqlite3.Connection:
    return sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=_SECONDS_TO_WAIT)


@contextmanager
def _dumped_postgresql(target: Path) -> Iterator[Cursor]:
    address, secret = _postgresql()
    with psycopg.connect(address, password=secret) as snapshot:
        snapshot.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot.read_only = True
        exported = snapshot.execute("SELECT pg_export_snapshot()").fetchone()
        assert exported is not None  # a function's answer has a row
        _run("pg_dump", "--format=custom", f"--snapshot={exported[0]}", f"--file={target}", *_UNBOUND)
        yield snapshot.cursor()


def _load_postgresql(source: Path) -> None:
    all_or_nothing = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error")
    _run("pg_restore", *all_or_nothing, *_UNBOUND, more=(str(source),))


_UNBOUND = ("--no-owner", "--no-privileges")  # it may be loaded by another role than it was dumped by


def _run(program: str, *options: str, more: tuple[str, ...] = ()) -> None:
    """Run one of PostgreSQL's programs. The password goes by the environment: command lines are seen by everybody."""
    address, secret = _postgresql()
    environment = os.environ | ({"PGPASSWORD": secret} if secret else {})
    command = [program, "--no-password", *options, f"--dbname={address}", *more]
    try:
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise DatabaseNotCopied(f"{program} is not installed here: it comes with postgresql-client.") from None
    except subprocess.CalledProcessError as error:
        raise DatabaseNotCopied(f"{program} failed: {error.stderr.strip()[-500:]}") from None


def _postgresql() -> tuple[str, str | None]:
    """Return the database's address for libpq without its password, and the password."""
    parameters = connection.get_connection_params()
    known = {name: value for name, value in parameters.items() if name not in _DJANGO_S_OWN}
    return make_conninfo("", **known), parameters.get("password")
