"""Bringing a backup back, and proving that all of it is there."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from coursework.append_only import protect
from coursework.backup.databases import dump_name, kind, load
from coursework.backup.files import copy_back, damaged, read_sums, stored_digest
from coursework.backup.make import MANIFEST, MEDIA, Manifest
from coursework.backup.rows import count_rows, is_empty, named_files


class RestoreRefused(Exception):
    """Nothing was touched; the message says why."""


class RestoreIncomplete(Exception):
    """The backup was loaded, and what is there now is not what it says; the message names what differs."""


@dataclass(frozen=True)
class Restored:
    """What was brought back."""

    manifest: Manifest
    files: int


def restore_backup(source: Path, *, force: bool = False) -> Restored:
    """Replace database and files by those of a backup. Every sum is checked before anything is touched.

    Files first: should it be interrupted, there are files too many and not rows without theirs. Raises RestoreRefused
    and RestoreIncomplete.
    """
    manifest = _checked(source)
    if not force and not is_empty():
        raise RestoreRefused("The database is in use: people or courses are in it. With --force all of it is replaced.")
    files = copy_back(source / MEDIA)
    load(source / dump_name())
    protect(connection)  # a backup of an older version brings a record without its triggers
    _prove(source, manifest)
    return Restored(manifest, files)


def _checked(source: Path) -> Manifest:
    """Read a backup's manifest after all its sums were found right."""
    try:
        wrong = damaged(source)
        manifest = Manifest(**json.loads((source / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise RestoreRefused(f"{source} is not a whole backup: {error}") from error
    if wrong:
        raise RestoreRefused(f"{len(wrong)} files of the backup are damaged or missing: {_some(wrong)}.")
    if manifest.database != kind():
        raise RestoreRefused(f"The backup is of {manifest.database} and DATABASE_URL names {kind()}.")
    return manifest


def _prove(source: Path, manifest: Manifest) -> None:
    """Count every table and read every file that a row names, in the database and the storage that are in use now."""
    with connection.cursor() as cursor:
        # Of an older version's tables; what this version adds, `migrate` makes afterwards.
        counts, names = count_rows(cursor, manifest.rows), named_files(cursor, manifest.rows)
    tables = [table for table, count in manifest.rows.items() if counts.get(table) != count]
    if tables:
        raise RestoreIncomplete(f"The number of rows differs in {_some(tables)}.")
    sums = read_sums(source)
    known = {*manifest.given_up, *manifest.missing}
    wrong = [name for name in sorted(names - known) if stored_digest(name) != sums.get(f"{MEDIA}/{name}")]
    if wrong:
        raise RestoreIncomplete(f"{len(wrong)} files are missing or differ: {_some(wrong)}.")


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
