"""Files of a backup: copied out of storage and back, whatever storage that is, and the sums that prove them whole."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage

SUMS = "SHA256SUMS"  # as sha256sum writes and checks it


def copy_out(names: Iterable[str], folder: Path) -> set[str]:
    """Copy files out of storage as far as they are not there yet; returns those that storage does not have."""
    missing = set()
    for name in names:
        target = folder / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = target.with_name(f"{target.name}.half")
        try:
            with default_storage.open(name) as source, half.open("wb") as copy:
                for block in source.chunks():
                    copy.write(block)
        except FileNotFoundError:
            missing.add(name)
            continue
        half.rename(target)
    return missing


def copy_back(folder: Path) -> int:
    """Put every file of the folder into storage under its name; returns how many there are."""
    paths = list(files_below(folder))
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if default_storage.exists(name):
            default_storage.delete(name)  # else storage would choose another name
        with path.open("rb") as content:
            default_storage.save(name, File(content))
    return len(paths)


def prune(folder: Path, wanted: set[str]) -> None:
    """Delete from the folder what is not wanted, such as what was given up while the backup ran."""
    for path in files_below(folder):
        if path.relative_to(folder).as_posix() not in wanted:
            path.unlink()


def files_below(folder: Path) -> Iterator[Path]:
    """Give all files below a folder, in the order of their names."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def write_sums(folder: Path) -> None:
    """Write down the sum of every file below the folder, and see that all of it has reached the disk."""
    lines = [f"{digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in files_below(folder)]
    (folder / SUMS).write_text("".join(lines))
    os.sync()


def read_sums(folder: Path) -> dict[str, str]:
    """Return name -> sum as written down; FileNotFoundError if the folder is no backup."""
    lines = (folder / SUMS).read_text().splitlines()
    return {name: told for told, name in (line.split("  ", 1) for line in lines)}


def damaged(folder: Path) -> list[str]:
    """Name the files that are missing or not what they were when the sums were written."""
    return [name for name, told in read_sums(folder).items() if not _is(folder / name, told)]


def _is(path: Path, told: str) -> bool:
    return path.is_file() and digest(path) == told


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def stored_digest(name: str) -> str | None:
    """Return the SHA-256 of a file in storage; None if there is none."""
    try:
        with default_storage.open(name) as content:
            found = hashlib.sha256()
            for block in content.chunks():
                found.update(block)
            return found.hexdigest()
    except FileNotFoundError:
        return None
