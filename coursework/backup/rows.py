"""What is counted and checked in a database: how many rows stand in each table, and which files the rows name."""

from collections.abc import Container, Iterable, Iterator

from django.apps import apps
from django.db import connection
from django.db.models import FileField

from coursework.backup.databases import Cursor
from coursework.models import Course, Submission, User


def our_tables() -> list[str]:
    """Name every table of ours and of Django's that this version of the program knows."""
    return sorted(model._meta.db_table for model in apps.get_models(include_auto_created=True))


def count_rows(cursor: Cursor, tables: Iterable[str]) -> dict[str, int]:
    """Count the rows of each of these tables."""
    counts = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {_quoted(table)}")
        counts[table] = int(cursor.fetchall()[0][0])
    return counts


def named_files(cursor: Cursor, tables: Iterable[str]) -> set[str]:
    """Return the names in storage of all files that a row of these tables names, whichever model it belongs to."""
    names: set[str] = set()
    for table, column in _file_columns(set(tables)):
        cursor.execute(f"SELECT {_quoted(column)} FROM {_quoted(table)}")
        names.update(name for (name,) in cursor.fetchall() if name)
    return names


def is_empty() -> bool:
    """Whether nobody has used the database in use yet: there are no people, courses or submissions."""
    existing = set(connection.introspection.table_names())
    tables = existing & {model._meta.db_table for model in (User, Course, Submission)}
    return not any(_has_rows(table) for table in tables)


def _has_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {_quoted(table)} LIMIT 1")
        return cursor.fetchone() is not None


def _file_columns(tables: Container[str]) -> Iterator[tuple[str, str]]:
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, FileField) and model._meta.db_table in tables:
                yield model._meta.db_table, str(field.column)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
