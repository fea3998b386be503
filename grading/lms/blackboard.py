"""The file that Blackboard calls "Work offline": tabs and UTF-16 under a name that ends in .xls, or commas.

Last Name, First Name, Username, Student ID, Last Access, Availability, then "Item [Total Pts: 10 Score] |column id". By
the number after the bar Blackboard finds the column again; "up to" and other displays than a score are reckoned.
"""

import re

from grading.lms.layout import Head, Identifier, LmsFile, PointsColumn, distinct, number, people_of
from grading.lms.table import FileRefused, Table
from grading.models import LmsSystem

_ITEM = re.compile(r"(?P<title>.*\S)\s*\[(?P<about>[^\[\]]*)\]\s*\|\s*(?P<id>\d+)\s*", re.DOTALL)
_POINTS = re.compile(r"[^:]*:\s*(?P<most>\d+(?:[.,]\d+)?)(?:\s+(?P<display>[^\d]*))?")
SCORES = frozenset({"", "score", "punktzahl", "punkte"})
_RECKONED = re.compile(r"(?:weighted )?total|overall grade|gewichtete gesamtsumme|gesamt(?:note)?", re.IGNORECASE)
FIRST, LAST = ("First Name", "Vorname"), ("Last Name", "Nachname")
USERNAME, STUDENT_ID = ("Username", "User Name", "Benutzername"), ("Student ID", "Teilnehmer-ID", "Studenten-ID")


def is_blackboard(head: Head) -> bool:
    """True for the first row of a Blackboard file: a column with its number after a bar, or its usual first ones."""
    usual = all(head.find(*names) is not None for names in (FIRST, LAST, USERNAME, STUDENT_ID))
    return any(_ITEM.fullmatch(word) for word in head.words) or usual


def read_blackboard(table: Table, head: Head) -> LmsFile:
    """Read a Blackboard file; raises FileRefused where it has no usernames, by which Blackboard knows people."""
    places = {Identifier.USERNAME: head.find(*USERNAME), Identifier.ID_NUMBER: head.find(*STUDENT_ID)}
    if places[Identifier.USERNAME] is None:
        raise FileRefused("The file has no column Username, by which Blackboard knows people: download it again.")
    ids = {kind: at for kind, at in places.items() if at is not None}
    names = [head.find(*FIRST), head.find(*LAST)]
    columns = [column for at, word in enumerate(head.words) if (column := _column(at, word)) is not None]
    return LmsFile(
        system=LmsSystem.BLACKBOARD,
        table=table,
        columns=distinct(columns),
        people=people_of(table, skipped=(0,), name_at=names, ids=ids),
        heads=(0,),
        person_columns=tuple(sorted(at for at in (*names, *ids.values()) if at is not None)),
        identified_by={kind: head.words[at].strip() for kind, at in ids.items()},
    )


def _column(at: int, word: str) -> PointsColumn | None:
    item = _ITEM.fullmatch(word)
    points = _POINTS.fullmatch(item["about"].strip()) if item else None
    if item is None or points is None or (points["display"] or "").strip().lower() not in SCORES:
        return None
    title = " ".join(item["title"].split())
    return None if _RECKONED.fullmatch(title) else PointsColumn(at, word, title, number(points["most"]))
