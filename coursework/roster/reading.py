"""Reads a roster from the bytes of a file. Whatever the bytes, the answer is a Roster that says what is wrong."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from coursework.formulas import unguarded
from coursework.roster import columns
from coursework.roster.text import shown, tidy, unshowable

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 200
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs"}
SAVE_AS = "Save it as “CSV UTF-8” in your spreadsheet program and upload that file."
_SEPARATOR_LINE = re.compile(r"\A\"?sep=([,;\t])\"?[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row can't be taken: where, what stands there, and what is allowed."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person as the file has them. None: the file has no such column; what is empty there is ""."""

    number: int  # as the spreadsheet counts: the header is row 1
    username: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    role: str = ""  # a value of models.Role, or "" for "as it is"
    section: str | None = None
    id_number: str | None = None
    sound: bool = True  # False: a cell can't be read, and problems say which


@dataclass(frozen=True, slots=True)
class Roster:
    """What a file says. `refusal` is not empty where the file as a whole can't be read; then there are no rows."""

    rows: tuple[RosterRow, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    encoding: str = "UTF-8"
    delimiter: str = ","
    used: tuple[str, ...] = ()  # the headers that were understood, as the file spells them
    ignored: tuple[str, ...] = ()
    refusal: str = ""

    @property
    def delimiter_word(self) -> str:
        """What stands between cells, in a word."""
        return DELIMITERS[self.delimiter]


class _Refused(Exception):
    """The file as a whole can't be read."""


def read_roster(content: bytes) -> Roster:
    """Read a roster; never raises, whatever the bytes."""
    try:
        text, encoding = _decode(content)
        text, delimiter = _delimiter(text)
        table = list(_records(text, delimiter))
        return replace(_roster(table), encoding=encoding, delimiter=delimiter)
    except _Refused as refused:
        return Roster(refusal=str(refused))


def _decode(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding: UTF-8, UTF-16 if marked so, else that of older Windows programs."""
    if len(content) > MOST_BYTES:
        raise _Refused(f"The file has {len(content):,} bytes: at most {MOST_BYTES:,} (2 MB) are read.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _Refused(f"This is a spreadsheet or archive, not a CSV file. {SAVE_AS}")
    text, encoding = _decoded(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _Refused(f"Line {line:,} has a NUL character, so this is not a text file. {SAVE_AS}")
    if not text.strip():
        raise _Refused("The file is empty. Its first row names the columns, each row after it is a person.")
    return text, encoding


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace"), "UTF-16"
    for name, label in (("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")):
        try:
            return content.decode(name), label
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "Latin-1"


def _delimiter(text: str) -> tuple[str, str]:
    """Return the text without a spreadsheet's "sep=;" line, and what stands between the cells.

    It is what makes the most columns of the first row known; where that leaves a choice, the most columns.
    """
    marked = _SEPARATOR_LINE.match(text)
    if marked:
        return text[marked.end() :], marked[1]
    scores = {}
    for delimiter in DELIMITERS:
        header = next(_records(text, delimiter), [])
        scores[delimiter] = (sum(field is not None for field in columns.fields_of(header)), len(header))
    return text, max(scores, key=scores.__getitem__)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t")
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if number > 2 * MOST_ROWS + 1:  # rows and as many empty lines
                raise _Refused(f"The file has more than {MOST_ROWS:,} rows. Split it, or leave out empty lines.")
            yield record
    except csv.Error:
        raise _Refused(
            f"From row {number + 1:,} on the file can't be read as a table: a quotation mark may be missing."
        ) from None


def _roster(table: list[list[str]]) -> Roster:
    header = [tidy(cell) for cell in table[0]] if table else []
    fields = columns.fields_of(header)
    _check_header(header, fields)
    filled = [(number, record) for number, record in enumerate(table[1:], start=2) if any(map(str.strip, record))]
    if len(filled) > MOST_ROWS:
        raise _Refused(f"The file has {len(filled):,} people: at most {MOST_ROWS:,} at once. Split it.")
    if not filled:
        raise _Refused("The file has a header and nobody under it. Each row after the first is a person.")
    read = [_Row(number, record, header, fields) for number, record in filled]
    return Roster(
        rows=tuple(row.result for row in read),
        problems=tuple(problem for row in read for problem in row.problems),
        used=tuple(word for word, field in zip(header, fields, strict=True) if field),
        ignored=tuple(shown(word) for word, field in zip(header, fields, strict=True) if not field and word),
    )


def _check_header(header: list[str], fields: list[str | None]) -> None:
    if len(header) > MOST_COLUMNS:
        raise _Refused(f"The first row has {len(header):,} columns: at most {MOST_COLUMNS}.")
    if columns.USERNAME not in fields and columns.EMAIL not in fields:
        found = ", ".join(shown(word) for word in header[:12] if word) or "nothing"
        raise _Refused(f"The first row names the columns, with username or email among them. Here it has: {found}.")
    for field in {field for field in fields if field}:
        twice = [shown(word) for word, known in zip(header, fields, strict=True) if known == field]
        if len(twice) > 1:
            raise _Refused(
                f"Two columns are the {columns.LABELS[field].lower()}: {' and '.join(twice)}. Leave one out."
            )


class _Row:
    """Reads one record; `result` is the person and `problems` what is wrong with the cells."""

    def __init__(self, number: int, record: list[str], header: list[str], fields: list[str | None]) -> None:
        self.number = number
        self.problems: list[RowProblem] = []
        self._cells: dict[str, str] = {}
        for position, (word, field) in enumerate(zip(header, fields, strict=True)):
            if field:
                self._cells[field] = self._read(word, field, record[position] if position < len(record) else "")
        beyond = [cell for cell in record[len(header) :] if cell.strip()]
        if beyond:
            message = f"The row has more cells than the {len(header)} columns: put what has commas in quotation marks."
            self.problems.append(RowProblem(number, "", shown(beyond[0]), message))
        self.result = self._person()

    def _read(self, word: str, field: str, raw: str) -> str:
        stripped = raw.strip()
        if unshowable(stripped):
            self._refuse(word, stripped, "Has a line break or a character that can't be shown: write it in plain text.")
            return ""
        value = tidy(unguarded(stripped))
        longest = columns.LONGEST[field]
        if len(value) > longest:
            self._refuse(word, value, f"Has {len(value):,} characters: at most {longest}.")
            return ""
        if field == columns.ROLE:
            return self._role(word, value)
        return value

    def _role(self, word: str, value: str) -> str:
        role = columns.ROLE_OF_WORD.get(columns.plain(value), "")
        if value and not role:
            self._refuse(word, value, f"Is no role: {columns.ROLES_ALLOWED}, or empty.")
        return role

    def _refuse(self, word: str, value: str, message: str) -> None:
        self.problems.append(RowProblem(self.number, shown(word), shown(value), message))

    def _person(self) -> RosterRow:
        cells = self._cells
        first, last = _split_name(cells.get(columns.NAME, ""))
        if max(len(first), len(last)) > columns.LONGEST[columns.FIRST_NAME]:
            self._refuse("name", f"{first} {last}", "First and last name have at most 150 characters each.")
            first = last = ""
        return RosterRow(
            number=self.number,
            username=cells.get(columns.USERNAME, ""),
            email=cells.get(columns.EMAIL, ""),
            first_name=cells.get(columns.FIRST_NAME) or first,
            last_name=cells.get(columns.LAST_NAME) or last,
            role=cells.get(columns.ROLE, ""),
            section=cells.get(columns.SECTION),
            id_number=cells.get(columns.ID_NUMBER),
            sound=not self.problems,
        )


def _split_name(name: str) -> tuple[str, str]:
    """Split "Last, First" at the comma, else "First Middle Last" before the last word."""
    if "," in name:
        last, first = name.split(",", 1)
        return first.strip(), last.strip()
    first, _, last = name.rpartition(" ")
    return first, last
