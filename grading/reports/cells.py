"""Tables as CSV and XLSX in which a spreadsheet runs nothing, whatever people typed.

Numbers are written as numbers, all else as text. In CSV a text that a spreadsheet would take for a formula gets an
apostrophe before it, which `unguarded` takes away again; XLSX knows texts from formulas, so there they stay as typed.
"""

import csv
import io
import math
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from coursework.formulas import guarded

Cell = str | int | float | Decimal | datetime | date | None
Row = Sequence[Cell]
LeftOut = tuple[str, str]  # what, and why

# Control characters, halves of pairs and what is no character: XML can't hold them, nor some of them UTF-8.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CSV_BLOCK = 64 * 1024
LONGEST_TEXT = 32_767  # characters of an XLSX cell, counted as spreadsheets do
LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
_EXACT = 2**53  # larger whole numbers are no doubles, which is all that spreadsheets have


@dataclass(frozen=True, slots=True)
class Table:
    """A table for a file. `rows` may be a generator, then `count` says how many there will be.

    `left_out` tells what is not in it that somebody could look for, and why.
    """

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]
    left_out: Sequence[LeftOut] = ()
    count: int | None = None

    @property
    def row_count(self) -> int | None:
        """How many rows there are; None where nobody has counted."""
        if self.count is None and isinstance(self.rows, Sized):
            return len(self.rows)
        return self.count


def clean(text: str) -> str:
    """Return text that every kind of file can hold: line ends as line feeds, and � for what is no character."""
    return _UNWRITABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def number_of(cell: Cell) -> int | float | Decimal | None:
    """Return a cell's number, or None where it has to be written as text: not finite, or too large for a double."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        return None
    if isinstance(cell, int):
        return cell if abs(cell) <= _EXACT else None
    return cell if math.isfinite(cell) else None


def text_of(cell: Cell) -> str:
    """Return what stands in a cell as text: times in ISO 8601, and nothing where there is nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else clean(str(cell))


def csv_cell(cell: Cell) -> str:
    """Return a cell as it stands in a CSV file."""
    number = number_of(cell)
    if number is None:
        return guarded(text_of(cell))
    return format(number, "f") if isinstance(number, Decimal) else repr(number)


def csv_stream(table: Table, *, bom: bool = True) -> Iterator[bytes]:
    """Write a table as CSV in UTF-8, block by block.

    With a byte order mark, without which Excel takes the file for the machine's own encoding and garbles names. What
    other programs read goes without: to many of them the mark is a part of the first column's name.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    if bom:
        out.write("\ufeff")
    writer.writerow([csv_cell(column) for column in table.columns])
    for row in table.rows:
        writer.writerow([csv_cell(cell) for cell in row])
        if out.tell() >= _CSV_BLOCK:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def left_out_table(tables: Iterable[Table]) -> Table:
    """Gather what is not in the tables."""
    rows = [(table.name, what, reason) for table in tables for what, reason in table.left_out]
    return Table("Left out", ("table", "what", "why"), rows)


def xlsx_file(tables: Iterable[Table], *, made_at: datetime | None = None) -> IO[bytes]:
    """Write tables as the sheets of a workbook into a temporary file, row by row, and return it opened at its start.

    The last sheet tells what was left out. `made_at` is the time in the file's properties.
    """
    tables = list(tables)
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the caller closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        if made_at is not None:
            book.set_properties({"created": made_at.replace(tzinfo=None)})
        styles = _Styles(book.add_format({"bold": True}), book.add_format({"quote_prefix": True}))
        everything = [*tables, left_out_table(tables)]
        for name, table in zip(sheet_names(table.name for table in everything), everything, strict=True):
            _write_sheet(book.add_worksheet(name), table, styles)
    file.seek(0)
    return file


@dataclass(frozen=True, slots=True)
class _Styles:
    head: Any
    formula_like: Any  # tells the spreadsheet to keep taking it for text when somebody edits the cell


def _write_sheet(sheet: Any, table: Table, styles: _Styles) -> None:
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(table.columns):
        sheet.set_column(column, column, min(max(len(title) + 2, 10), 40))
        sheet.write_string(0, column, _for_sheet(title), styles.head)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            value = number_of(cell)
            if value is not None:
                sheet.write_number(number, column, value)
            elif text := _for_sheet(text_of(cell)):
                sheet.write_string(number, column, text, styles.formula_like if guarded(text) != text else None)


def _for_sheet(text: str) -> str:
    """Cut a text at what a cell holds; spreadsheets count characters beyond the first 65,536 twice."""
    text = clean(text)
    if len(text) * 2 <= LONGEST_TEXT or len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    return text.encode("utf-16-le")[: (LONGEST_TEXT - 1) * 2].decode("utf-16-le", "ignore") + "…"


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Make names of sheets that spreadsheets accept: short, without their own signs, none twice in any capitals."""
    taken = {"history", ""}  # Excel keeps the first for itself
    names = []
    for text in wanted:
        base = _NOT_IN_SHEET_NAMES.sub(" ", clean(text).replace("\n", " ").replace("\t", " ")).strip(" '") or "Sheet"
        name, number = _short(base), 1
        while name.casefold() in taken:
            number += 1
            name = _short(base, f" {number}")
        taken.add(name.casefold())
        names.append(name)
    return names


def _short(base: str, ending: str = "") -> str:
    """Cut a name so that it fits with its ending; letters beyond the first 65,536 are cut as two."""
    room = (LONGEST_SHEET_NAME - len(ending)) * 2
    return base.encode("utf-16-le")[:room].decode("utf-16-le", "ignore").rstrip(" '") + ending or "Sheet"
