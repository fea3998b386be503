"""A table as text, read so that single cells can be changed and everything else stays as it was, byte by byte."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 1_000
LONGEST_CELL = 10_000  # characters
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)
_ARCHIVE, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# A cell in quotation marks (doubled inside) and what may follow them, or a bare one; then what ends it. The quantifiers
# are possessive: a missing quotation mark is seen at once, not after trying every other way to read the file.
_CELL = {
    delimiter: re.compile(
        rf'(?:"((?:[^"]++|"")*+)"([^{delimiter}\r\n]*+)|([^{delimiter}\r\n]*+))({delimiter}|\r\n|\r|\n|\Z)'
    )
    for delimiter in DELIMITERS
}
_SEPARATOR_LINE = re.compile(r'\A"?sep=([,;\t])"?[ \t]*(?:\r\n|\r|\n)', re.IGNORECASE)


class FileRefused(Exception):
    """The file can't be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it says, where it stands in the text, and whether in quotation marks."""

    value: str
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, and where it begins and ends in the text, line end included."""

    cells: tuple[Cell, ...]
    start: int
    end: int

    def value(self, position: int) -> str:
        """What stands in a column; empty where the row is too short for it."""
        return self.cells[position].value if position < len(self.cells) else ""

    @property
    def is_empty(self) -> bool:
        """True for a row in which nothing stands."""
        return not any(cell.value.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A text file with a table in it. The rows are counted from 0; the first is the head."""

    text: str
    codec: str
    encoding: str  # as people call it
    delimiter: str
    rows: tuple[Row, ...]
    bom: bytes = b""
    comma: bool = False  # numbers are written 9,5

    @property
    def delimiter_word(self) -> str:
        """What stands between cells, in a word."""
        return DELIMITERS[self.delimiter]

    def filled(
        self,
        values: Mapping[tuple[int, int], str],
        *,
        rows: Iterable[int] | None = None,
        columns: Iterable[int] | None = None,
    ) -> bytes:
        """Return the file with these cells, by (row, column), saying something else; nothing else is changed.

        With `rows` and `columns`, only these are left of it, in the order of the file.
        """
        chosen = range(len(self.rows)) if rows is None else sorted(set(rows))
        kept = None if columns is None else sorted(set(columns))
        by_row: dict[int, dict[int, str]] = defaultdict(dict)
        for (number, at), value in values.items():
            by_row[number][at] = value
        parts = [self.text[: self.rows[0].start] if self.rows else self.text]
        parts += [self._row(self.rows[number], by_row[number], kept) for number in chosen]
        return self.bom + "".join(parts).encode(self.codec)

    def _row(self, row: Row, values: Mapping[int, str], kept: Sequence[int] | None) -> str:
        if kept is None:  # a row may be shorter than its head says
            kept = range(max(len(row.cells), *(at + 1 for at in values), 1))
        cells = [self._cell(row, at, values.get(at)) for at in kept]
        return self.delimiter.join(cells) + self.text[row.cells[-1].end : row.end]

    def _cell(self, row: Row, at: int, value: str | None) -> str:
        cell = row.cells[at] if at < len(row.cells) else None
        if value is None:
            return self.text[cell.start : cell.end] if cell else ""
        quoted = self.delimiter in value or (cell is not None and cell.quoted)
        return f'"{value}"' if quoted else value


def read_table(content: bytes) -> Table:
    """Read a table; raises FileRefused, and nothing else, whatever the bytes."""
    text, codec, encoding, bom = _decoded(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileRefused(f"Line {line:,} has a NUL character, so this is no text file. Upload the file of the LMS.")
    if not text.strip():
        raise FileRefused("The file is empty. Upload the file as the LMS gave it to you.")
    delimiter, start = _delimiter(text)
    rows = tuple(_rows(text, delimiter, start))
    comma = _has_decimal_commas(rows)
    return Table(text=text, codec=codec, encoding=encoding, delimiter=delimiter, rows=rows, bom=bom, comma=comma)


def _decoded(content: bytes) -> tuple[str, str, str, bytes]:
    """Return the text, and how to make the same bytes of it again: codec, its name, byte order mark."""
    if len(content) > MOST_BYTES:
        raise FileRefused(f"The file has {len(content):,} bytes: at most {MOST_BYTES:,} (4 MB) are read.")
    if content.startswith(_ARCHIVE):
        raise FileRefused("This is an Excel workbook (.xlsx) or an archive: export as CSV or text file instead.")
    if content.startswith(_OLD_EXCEL):
        raise FileRefused("This is an Excel workbook (.xls): download it from the LMS again and upload it unopened.")
    for bom, codec, encoding in _BOMS:
        if content.startswith(bom):
            try:
                return content[len(bom) :].decode(codec), codec, encoding, bom
            except UnicodeDecodeError as error:
                message = f"The file says it is {encoding} but is not, from byte {error.start:,} on."
                raise FileRefused(f"{message} Download it from the LMS again.") from None
    for codec, encoding in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return content.decode(codec), codec, encoding, b""
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1", "Latin-1", b""


def _delimiter(text: str) -> tuple[str, int]:
    """Return what stands between the cells, and where the table begins: after a spreadsheet's "sep=;" line."""
    marked = _SEPARATOR_LINE.match(text)
    if marked:
        return marked[1], marked.end()
    widths = {delimiter: len(next(_rows(text, delimiter, 0)).cells) for delimiter in DELIMITERS}
    return max(widths, key=widths.__getitem__), 0


def _rows(text: str, delimiter: str, position: int) -> Iterator[Row]:
    pattern, number = _CELL[delimiter], 0
    while position < len(text):
        number += 1
        if number > 2 * MOST_ROWS + 10:
            raise FileRefused(f"The file has more than {MOST_ROWS:,} rows. Split it.")
        start = position
        cells: list[Cell] = []
        while True:
            found = pattern.match(text, position)
            assert found is not None  # the last alternative takes anything, even nothing
            cells.append(_cell(found, number, len(cells)))
            position = found.end()
            if found[4] != delimiter:
                break
        yield Row(tuple(cells), start, position)


def _cell(found: re.Match[str], row: int, position: int) -> Cell:
    inside, after, bare = found[1], found[2], found[3]
    if bare is not None and bare.startswith('"'):
        raise FileRefused(f"From row {row:,} on the file can't be read as a table: a quotation mark is missing.")
    if position >= MOST_COLUMNS:
        raise FileRefused(f"Row {row:,} has more than {MOST_COLUMNS:,} columns.")
    value = bare if inside is None else inside.replace('""', '"') + after
    if len(value) > LONGEST_CELL:
        raise FileRefused(f"Row {row:,} has a cell of {len(value):,} characters: at most {LONGEST_CELL:,}.")
    return Cell(value, found.start(), found.start(4), inside is not None)


_COMMA, _POINT = re.compile(r"\s*-?\d+,\d{1,5}\s*"), re.compile(r"\s*-?\d+\.\d{1,5}\s*")


def _has_decimal_commas(rows: Iterable[Row]) -> bool:
    """True if there are numbers with a decimal comma in the table, and more of them than with a point."""
    commas = points = 0
    for row in rows:
        for cell in row.cells:
            commas += _COMMA.fullmatch(cell.value) is not None
            points += _POINT.fullmatch(cell.value) is not None
    return commas > points
