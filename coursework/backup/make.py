"""Making a backup while people hand in."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection
from django.utils import timezone

from coursework.backup.databases import dump_name, dumped, kind
from coursework.backup.files import copy_out, prune, write_sums
from coursework.backup.rows import count_rows, named_files, our_tables

MANIFEST = "manifest.json"
MEDIA = "media"


class BackupRefused(Exception):
    """There is no place for a backup where one was asked for."""


@dataclass(frozen=True)
class Manifest:
    """What is in a backup.

    given_up: files whose rows were deleted while the backup ran. missing: files that their rows name and storage did
    not have, which is a loss that happened before.
    """

    made_at: str
    database: str
    rows: dict[str, int]
    files: int
    given_up: list[str]
    missing: list[str]


def make_backup(target: Path) -> Manifest:
    """Write a whole backup to a directory that is not there yet; it appears under its name only when it is whole.

    Every row of the dump has its file: files are stored before the rows that name them and never change, so those
    named at the dump's instant are all there by then. Those that exist are copied before the dump, so that none is
    lost that is deleted meanwhile, and the few that came in between after it.
    """
    if target.exists():
        raise BackupRefused(f"{target} is there already: name a new directory.")
    half = target.with_name(f"{target.name}.partial")
    if half.exists():
        shutil.rmtree(half)  # what an interrupted backup left
    half.mkdir(parents=True, mode=0o700)
    copy_out(_named_now(), half / MEDIA)
    with dumped(half / dump_name()) as cursor:
        rows, names = count_rows(cursor, our_tables()), named_files(cursor, our_tables())
    absent = copy_out(names, half / MEDIA)
    prune(half / MEDIA, names)
    missing = absent & _named_now()
    manifest = Manifest(
        made_at=timezone.now().isoformat(timespec="seconds"),
        database=kind(),
        rows=rows,
        files=len(names - absent),
        given_up=sorted(absent - missing),
        missing=sorted(missing),
    )
    (half / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1) + "\n")
    write_sums(half)
    half.rename(target)
    return manifest


def _named_now() -> set[str]:
    with connection.cursor() as cursor:
        return named_files(cursor, our_tables())
