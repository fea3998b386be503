"""The secret of a development machine."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def kept_secret(path: Path) -> str:
    """Return the secret kept in the file, made at first use and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=path.parent) as made:
            made.write(secrets.token_urlsafe(48))
            made.flush()
            # A link appears whole or not at all, and only one of several processes starting at once makes it.
            with suppress(FileExistsError):
                os.link(made.name, path)
    return path.read_text()
