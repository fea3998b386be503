"""Files for an LMS made of our own data alone, for those who have none of its to fill in.

Whoever an LMS might take for somebody else is left out: one unknown row makes Moodle refuse a whole file, a row without
an identifier it gives to the person of the row before, and Canvas then goes by the name.
"""

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from coursework.formulas import guarded
from coursework.roster.text import key
from grading.lms.canvas import EXCUSED, POINTS_POSSIBLE
from grading.lms.columns import TaskColumn
from grading.lms.filling import Values
from grading.lms.layout import Identifier
from grading.lms.matching import Person
from grading.lms.values import LeftOut
from grading.models import LmsSystem
from grading.reports.cells import clean

IDENTIFIERS: Mapping[LmsSystem, tuple[Identifier, ...]] = {  # the usual one first
    LmsSystem.CANVAS: (Identifier.ID_NUMBER, Identifier.USERNAME, Identifier.EMAIL),
    LmsSystem.MOODLE: (Identifier.EMAIL, Identifier.ID_NUMBER, Identifier.USERNAME),
    LmsSystem.BLACKBOARD: (Identifier.USERNAME, Identifier.EMAIL, Identifier.ID_NUMBER),
}
MOODLE_HEADS = {
    Identifier.EMAIL: "Email address",
    Identifier.ID_NUMBER: "ID number",
    Identifier.USERNAME: "Username",
}
CANVAS_HEAD = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
Line = Sequence[str]


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A file, and what is not in it."""

    content: bytes
    rows: int
    cells: int
    left: Sequence[tuple[Person, TaskColumn, LeftOut]]


def write_own(
    system: LmsSystem,
    *,
    identifier: Identifier,
    people: Iterable[Person],
    tasks: Sequence[TaskColumn],
    values: Values,
    only: Collection[int] | None = None,
) -> OwnFile:
    """Write the points of these people for these tasks; `only` are those of them who are wanted, by enrollment."""
    people = list(people)
    excused = EXCUSED if system is LmsSystem.CANVAS else ""
    shared = Counter(key(person.identifier(identifier)) for person in people)
    left: list[tuple[Person, TaskColumn, LeftOut]] = []
    rows: list[tuple[Person, list[str]]] = []
    for person in people:
        if only is not None and person.pk not in only:
            continue
        own = [values[task.pk, person.pk] for task in tasks]
        texts = [value.text(excused=excused) for value in own]
        why_row = _why_not(person.identifier(identifier), shared)
        for task, value, text in zip(tasks, own, texts, strict=True):
            why = (value.why_not or LeftOut.EXCUSED) if not text else why_row
            if why is not None:
                left.append((person, task, why))
        if why_row is None and any(texts):
            rows.append((person, texts))
    content = _WRITERS[system](identifier, tasks, rows)
    return OwnFile(content, len(rows), sum(bool(text) for _, texts in rows for text in texts), left)


def _why_not(identifier: str, shared: Mapping[str, int]) -> LeftOut | None:
    """Say why a row can't be written. An identifier is never changed, so one that would run as a formula stays out."""
    if not identifier:
        return LeftOut.NO_IDENTIFIER
    if guarded(clean(identifier)) != identifier:
        return LeftOut.FORMULA
    return LeftOut.SHARED_IDENTIFIER if shared[key(identifier)] > 1 else None


def _safe(text: str) -> str:
    """Return a name as one line of which a spreadsheet runs nothing."""
    return guarded(" ".join(clean(text).split()))


def _canvas(identifier: Identifier, tasks: Sequence[TaskColumn], rows: Sequence[tuple[Person, list[str]]]) -> bytes:
    """Write Canvas's gradebook. We don't know its own numbers, so ID stays empty and Canvas goes by the next ones."""
    heads = [_safe(task.header or task.title) for task in tasks]
    possible = [f"    {POINTS_POSSIBLE}", "", "", "", "", *(f"{task.most:.1f}" for task in tasks)]
    lines: list[Line] = [[*CANVAS_HEAD, *heads], possible]
    for person, texts in rows:
        own = person.identifier(identifier)
        sis, login = (own, "") if identifier is Identifier.ID_NUMBER else ("", own)
        lines.append([_safe(person.sorted_name), "", sis, login, _safe(person.section), *texts])
    return _csv(lines).encode()


def _moodle(identifier: Identifier, tasks: Sequence[TaskColumn], rows: Sequence[tuple[Person, list[str]]]) -> bytes:
    """Write what Moodle's import maps by hand: the identifier, names for people to read, and the points."""
    lines: list[Line] = [
        [MOODLE_HEADS[identifier], "First name", "Last name", *(_safe(task.header or task.title) for task in tasks)]
    ]
    for person, texts in rows:
        lines.append([person.identifier(identifier), _safe(person.first_name), _safe(person.last_name), *texts])
    return _csv(lines).encode()


def _blackboard(identifier: Identifier, tasks: Sequence[TaskColumn], rows: Sequence[tuple[Person, list[str]]]) -> bytes:
    """Write a Grade Center file with everything in quotation marks, as Blackboard asks for with commas."""
    heads = [_safe(task.header or f"{task.title} [Total Pts: {task.most.normalize():f} Score]") for task in tasks]
    lines: list[Line] = [["Last Name", "First Name", "Username", *heads]]
    for person, texts in rows:
        lines.append([_safe(person.last_name), _safe(person.first_name), person.identifier(identifier), *texts])
    return _csv(lines, quoting=csv.QUOTE_ALL).encode("utf-8-sig")


def _csv(lines: Iterable[Line], *, quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n", quoting=quoting).writerows(lines)  # type: ignore[arg-type]
    return out.getvalue()


_WRITERS = {LmsSystem.CANVAS: _canvas, LmsSystem.MOODLE: _moodle, LmsSystem.BLACKBOARD: _blackboard}
