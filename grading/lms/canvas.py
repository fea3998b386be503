"""The gradebook CSV of Canvas.

Student, ID, (SIS User ID,) SIS Login ID, (Integration ID, Root Account,) Section, columns of one's own, then one
column for each assignment: "Title (number)". Under it a row for assignments that are posted by hand, if there are any,
and the row "Points Possible", which says "(read only)" of every column that Canvas reckons itself.
"""

import re

from grading.lms.layout import Head, Identifier, LmsFile, PointsColumn, distinct, number, people_of
from grading.lms.table import Table
from grading.models import LmsSystem

EXCUSED = "EX"
POINTS_POSSIBLE = "Points Possible"
NOT_ASSIGNED = "N/A"
TEST_STUDENT = "Student, Test"
_WITH_NUMBER = re.compile(r"(?P<title>.*\S)\s*\((?P<number>\d+)\)\s*", re.DOTALL)
_HIDDEN = re.compile(r"\s*(?:Muted|Manual Posting.*)?\s*", re.IGNORECASE | re.DOTALL)
_READ_ONLY = re.compile(r"read\s+only", re.IGNORECASE)


def is_canvas(head: Head) -> bool:
    """True for the first row of a Canvas gradebook."""
    words = [word.strip().lower() for word in head.words]
    return (words[:2] == ["student", "id"] or words[:3] == ["lastname", "firstname", "id"]) and "section" in words


def read_canvas(table: Table, head: Head) -> LmsFile:
    """Read a Canvas gradebook."""
    ids = {Identifier.ID_NUMBER: head.find("SIS User ID"), Identifier.USERNAME: head.find("SIS Login ID")}
    known = {kind: at for kind, at in ids.items() if at is not None}
    names = (
        [head.find("Student")] if head.find("Student") is not None else [head.find("FirstName"), head.find("LastName")]
    )
    section = head.find("Section") or 0
    possible = _points_possible(table)
    heads = _heads(table, possible)
    columns = [
        column
        for at, word in enumerate(head.words)
        if at > section and (column := _column(table, at, word, possible)) is not None
    ]
    people = people_of(table, skipped=heads, name_at=names, ids=known)
    return LmsFile(
        system=LmsSystem.CANVAS,
        table=table,
        columns=distinct(columns),
        people=tuple(row for row in people if row.name != TEST_STUDENT),
        heads=heads,
        person_columns=tuple(range(section + 1)),
        identified_by={kind: head.words[at].strip() for kind, at in known.items()},
        excused=EXCUSED,
    )


def _points_possible(table: Table) -> int | None:
    """Return the number of the row with the maxima; it comes before the students."""
    return next((at for at, row in enumerate(table.rows[:5]) if row.value(0).strip() == POINTS_POSSIBLE), None)


def _heads(table: Table, possible: int | None) -> tuple[int, ...]:
    hidden = (
        at
        for at, row in enumerate(table.rows[:5])
        if at and not row.is_empty and all(_HIDDEN.fullmatch(cell.value) for cell in row.cells)
    )
    return tuple(sorted({0, *hidden, *([possible] if possible is not None else [])}))


def _column(table: Table, at: int, word: str, possible: int | None) -> PointsColumn | None:
    """Return an assignment's column: its head ends in a number, and it is not read-only."""
    found = _WITH_NUMBER.fullmatch(word)
    most = table.rows[possible].value(at) if possible is not None else ""
    if found is None or _READ_ONLY.search(word) or _READ_ONLY.search(most):
        return None
    return PointsColumn(at, word, " ".join(found["title"].split()), number(most))
