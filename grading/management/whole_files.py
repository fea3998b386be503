"""Writing a file so that nobody ever reads a part of it, and an earlier one stays if the new one fails."""

import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

_OWNER_ONLY = 0o600


def write_whole(path: Path, blocks: Iterable[bytes]) -> int:
    """Write a file beside its place and put it there at once; return its bytes. Raises OSError.

    The rights of a file that stood there stay; a new one can be read by its owner alone.
    """
    path = path.resolve()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
    size = 0
    try:
        with os.fdopen(handle, "wb") as file:
            for block in blocks:
                size += file.write(block)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, stat.S_IMODE(path.stat().st_mode) if path.exists() else _OWNER_ONLY)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return size
