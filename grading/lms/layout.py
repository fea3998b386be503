"""What the file of any LMS comes to: who stands in its rows, and which columns can take points."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from coursework.roster.columns import plain
from coursework.roster.text import shown
from grading.lms.table import MOST_ROWS, FileRefused, Table
from grading.models import LmsSystem

_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,9})?")


class Identifier(StrEnum):
    """By what an LMS and we know the same person."""

    ID_NUMBER = "id_number"
    USERNAME = "username"
    EMAIL = "email"


IDENTIFIER_WORDS = {
    Identifier.ID_NUMBER: "id number",
    Identifier.USERNAME: "username",
    Identifier.EMAIL: "e-mail address",
}


@dataclass(frozen=True, slots=True)
class PointsColumn:
    """A column that can take a task's points. `most` is its maximum; None where the file does not say."""

    position: int
    header: str  # exactly as the LMS writes it
    title: str
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LmsRow:
    """Somebody in the file: the row's number, counted from 0 as the table does, and what it says of the person."""

    number: int
    name: str
    known_by: Mapping[Identifier, str]

    @property
    def shown_number(self) -> int:
        """The number that a spreadsheet program gives the row."""
        return self.number + 1


@dataclass(frozen=True, slots=True)
class LmsFile:
    """A gradebook file that was understood."""

    system: LmsSystem
    table: Table
    columns: tuple[PointsColumn, ...]
    people: tuple[LmsRow, ...]
    heads: tuple[int, ...]  # rows that are about no person
    person_columns: tuple[int, ...]  # what says who somebody is
    identified_by: Mapping[Identifier, str]  # the head of the column of each
    excused: str = ""  # what stands for excused; empty: the file can't say it

    @property
    def label(self) -> str:
        """The system, as people call it."""
        return str(self.system.label)

    def column(self, position: int) -> PointsColumn | None:
        """Return the column at a position, if it can take points."""
        return next((column for column in self.columns if column.position == position), None)

    def value(self, row: LmsRow, column: PointsColumn) -> str:
        """What stands there in the file."""
        return self.table.rows[row.number].value(column.position).strip()


@dataclass(frozen=True, slots=True)
class Head:
    """The first row of a file: which column is which."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> "Head":
        """Take the first row; raises FileRefused where two columns of people have the same name."""
        return cls(tuple(cell.value for cell in table.rows[0].cells))

    def find(self, *names: str) -> int | None:
        """Return the position of the column with one of these names; raises FileRefused if there are several."""
        wanted = {plain(name) for name in names}
        found = [at for at, word in enumerate(self.words) if plain(word) in wanted]
        if len(found) > 1:
            places = " and ".join(str(at + 1) for at in found[:4])
            raise FileRefused(f"The column {shown(self.words[found[0]])!r} stands there twice, in places {places}.")
        return found[0] if found else None


def number(text: str) -> Decimal | None:
    """Read a number as an LMS writes one, with a decimal point or comma; None for anything else."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:  # pragma: no cover - the pattern leaves none
        return None


def people_of(
    table: Table, *, skipped: Sequence[int], name_at: Sequence[int | None], ids: Mapping[Identifier, int]
) -> tuple[LmsRow, ...]:
    """Read everybody under the head. Raises FileRefused where there is nobody, or too many."""
    people = []
    for at, row in enumerate(table.rows):
        if at in skipped or row.is_empty:
            continue
        name = " ".join(" ".join(row.value(place) for place in name_at if place is not None).split())
        known_by = {kind: row.value(place).strip() for kind, place in ids.items()}
        people.append(LmsRow(at, name, {kind: value for kind, value in known_by.items() if value}))
    if not people:
        raise FileRefused("The file has a head and nobody under it. Export the gradebook with its students.")
    if len(people) > MOST_ROWS:
        raise FileRefused(f"The file has {len(people):,} people: at most {MOST_ROWS:,} at once. Split it.")
    return tuple(people)


def distinct(columns: Sequence[PointsColumn]) -> tuple[PointsColumn, ...]:
    """Return the columns; raises FileRefused where two have exactly the same head, so that neither can be meant."""
    seen: set[str] = set()
    for column in columns:
        if column.header in seen:
            raise FileRefused(f"Two columns are called {shown(column.header)!r}: rename one of them in the LMS.")
        seen.add(column.header)
    return tuple(columns)
