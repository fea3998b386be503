"""A ZIP archive written block by block: as much of it in memory as one of its files."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # a ZIP knows no time before
_ATTRIBUTES = 0o644 << 16


class _Outlet:
    """What the archive is written to: keeps it until it is taken. Can't be sought in, so sizes follow the files."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def write(self, block: bytes, /) -> int:
        self._blocks.append(bytes(block))
        return len(block)

    def flush(self) -> None:
        """Do nothing: the reader takes what there is."""

    def close(self) -> None:
        """Do nothing: there is nothing to give back."""

    def take(self) -> bytes:
        taken, self._blocks = b"".join(self._blocks), []
        return taken


def zip_stream(files: Iterable[tuple[str, datetime, bytes]]) -> Iterator[bytes]:
    """Write (name, time, content) as an archive, without compression: pictures have theirs."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for name, moment, content in files:
            entry = zipfile.ZipInfo(name, max(moment, _EARLIEST).timetuple()[:6])
            entry.external_attr = _ATTRIBUTES
            archive.writestr(entry, content)
            yield outlet.take()
    yield outlet.take()
