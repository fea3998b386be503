"""The record of events only grows, and the database itself sees to it: triggers refuse what would change it.

They are part of no migration, since SQLite drops a table's triggers without a word whenever a migration makes the table
anew. So every `migrate` ends with putting back those that are missing. Nothing here takes them away.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate

TABLE = "coursework_event"
REFUSED = "The record of events only grows: rows of coursework_event can't be changed, replaced or deleted."
_FUNCTION = "coursework_event_only_grows"
_PREFIX = "coursework_event_no_"

# Before INSERT: SQLite's REPLACE deletes the row that is in its way, and tells no trigger of deleting.
_SQLITE = {
    f"{_PREFIX}update": f"BEFORE UPDATE ON {TABLE}",
    f"{_PREFIX}delete": f"BEFORE DELETE ON {TABLE}",
    f"{_PREFIX}replace": f"BEFORE INSERT ON {TABLE} WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id)",
}
_POSTGRESQL = {
    f"{_PREFIX}update": f"BEFORE UPDATE ON {TABLE} FOR EACH ROW",
    f"{_PREFIX}delete": f"BEFORE DELETE ON {TABLE} FOR EACH ROW",
    f"{_PREFIX}truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT",
}


def triggers(connection: BaseDatabaseWrapper) -> Sequence[str]:
    """Name the triggers that this kind of database is to have."""
    return tuple(_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers that are not there, or switched off; none while there is no table yet."""
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return []
        if connection.vendor == "postgresql":
            # "A": fires always, also in a session that says it replicates.
            query = "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled = 'A'"
        else:
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        cursor.execute(query, [TABLE])
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in triggers(connection) if name not in there]


def protect(connection: BaseDatabaseWrapper) -> list[str]:
    """Put the missing triggers in place; returns their names."""
    with transaction.atomic(using=connection.alias):
        absent = missing(connection)
        if absent:
            with connection.cursor() as cursor:
                for statement in _statements(connection, absent):
                    cursor.execute(statement)
    return absent


def _statements(connection: BaseDatabaseWrapper, names: Sequence[str]) -> Iterator[str]:
    refused = REFUSED.replace("'", "''")
    if connection.vendor != "postgresql":
        for name in names:
            yield f"CREATE TRIGGER {name} {_SQLITE[name]} BEGIN SELECT RAISE(ABORT, '{refused}'); END"
        return
    # An error of the same kind as SQLite's, so that Django raises IntegrityError for both.
    yield f"""CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{refused}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""
    for name in names:
        yield f"CREATE OR REPLACE TRIGGER {name} {_POSTGRESQL[name]} EXECUTE FUNCTION {_FUNCTION}()"
        yield f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {name}"


def connect(sender: AppConfig) -> None:
    """See to it after every `migrate`."""
    post_migrate.connect(_after_migrate, sender=sender, dispatch_uid=__name__)


def _after_migrate(using: str = DEFAULT_DB_ALIAS, **_rest: Any) -> None:
    protect(connections[using])


@register(Tags.database)
def check_record_is_protected(*, databases: Sequence[str] | None = None, **_rest: Any) -> list[CheckMessage]:
    """Warn of triggers that are missing. No error: `migrate` asks this first, and is what puts them back."""
    return [
        Warning(
            f"The record of events is not protected: {', '.join(absent)} missing on {TABLE}.",
            hint="Run python manage.py migrate, which puts them back.",
            id="coursework.W001",
        )
        for absent in (missing(connections[alias]) for alias in databases or ())
        if absent
    ]
