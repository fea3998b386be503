"""The plain text export of Moodle's gradebook, in English or German.

First name, Last name, ID number, Institution, Department, Email address, for each item "Item (Real)", perhaps the
same as percentage, letter or feedback, and at last when it was downloaded.
"""

import re

from grading.lms.layout import Head, Identifier, LmsFile, PointsColumn, distinct, people_of
from grading.lms.table import Table
from grading.models import LmsSystem

FIRST, LAST = ("First name", "Vorname"), ("Last name", "Surname", "Nachname")
EMAIL = ("Email address", "E-Mail-Adresse", "E-Mail")
ID_NUMBER = ("ID number", "ID-Nummer")
USERNAME = ("Username", "Anmeldename", "Benutzername")
_POINTS = re.compile(r"(?P<title>.*\S)\s*\((?:Real|Punkte|Bewertung)\)\s*", re.DOTALL)
_KIND = re.compile(r"(?:Assignment|Quiz|Aufgabe|Test|External tool|Externes Tool):\s*")
_RECKONED = re.compile(r"(?:course|category) total|.* total|kurs gesamt|.*gesamt|gesamtergebnis.*", re.IGNORECASE)


def is_moodle(head: Head) -> bool:
    """True for the first row of a Moodle export: names in two columns, and a column of Moodle's own."""
    found = [head.find(*FIRST), head.find(*LAST)]
    own = [head.find(*EMAIL), head.find(*ID_NUMBER), head.find(*USERNAME)]
    blackboard = any("|" in word for word in head.words)
    return None not in found and any(at is not None for at in own) and not blackboard


def read_moodle(table: Table, head: Head) -> LmsFile:
    """Read a Moodle export."""
    places = {
        Identifier.ID_NUMBER: head.find(*ID_NUMBER),
        Identifier.EMAIL: head.find(*EMAIL),
        Identifier.USERNAME: head.find(*USERNAME),
    }
    ids = {kind: at for kind, at in places.items() if at is not None}
    names = [head.find(*FIRST), head.find(*LAST)]
    columns = [column for at, word in enumerate(head.words) if (column := _column(at, word)) is not None]
    return LmsFile(
        system=LmsSystem.MOODLE,
        table=table,
        columns=distinct(columns),
        people=people_of(table, skipped=(0,), name_at=names, ids=ids),
        heads=(0,),
        person_columns=tuple(sorted(at for at in (*names, *ids.values()) if at is not None)),
        identified_by={kind: head.words[at].strip() for kind, at in ids.items()},
    )


def _column(at: int, word: str) -> PointsColumn | None:
    found = _POINTS.fullmatch(word)
    if found is None:
        return None
    title = _KIND.sub("", " ".join(found["title"].split()), count=1)
    return None if _RECKONED.fullmatch(title) else PointsColumn(at, word, title)
