"""Filling an LMS's own file with our points: the plan that a person sees first, and the file."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from grading.lms.canvas import NOT_ASSIGNED
from grading.lms.columns import TaskColumn, differs_in_most
from grading.lms.layout import LmsFile, PointsColumn, number
from grading.lms.matching import Match, Matching, Person, match_rows
from grading.lms.values import LeftOut, Value
from grading.models import LmsSystem

Values = Mapping[tuple[int, int], Value]  # by task and enrollment


class Act(StrEnum):
    """What becomes of a cell."""

    WRITE = "write"  # it is empty
    SAME = "same"  # it says so already
    OVERWRITE = "overwrite"  # it says something else
    LEAVE = "leave"  # there is nothing to write, or it may not be


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose for a file."""

    columns: Mapping[int, int]  # task -> position of its column
    by_hand: Mapping[int, int]  # number of a row -> enrollment
    overwrite: bool = False
    other_most: frozenset[int] = frozenset()  # tasks whose points are written though the LMS has another maximum
    whole: bool = False  # Canvas: all rows and columns, also those that don't change


@dataclass(frozen=True, slots=True)
class FilledCell:
    """One cell: what stands there, what would, and why not."""

    match: Match
    person: Person
    task: TaskColumn
    column: PointsColumn
    theirs: str
    ours: str
    act: Act
    why_not: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A task with its column."""

    task: TaskColumn
    column: PointsColumn
    differs: bool  # in its most points
    accepted: bool  # and is written nevertheless


@dataclass(frozen=True)
class Plan:
    """All that would become of a file. `left` has the person with each reason why nothing is written."""

    file: LmsFile
    matching: Matching
    columns: Sequence[FilledColumn]
    cells: Sequence[FilledCell]
    choices: Choices

    @cached_property
    def written(self) -> list[FilledCell]:
        """The cells that get a new value."""
        return [cell for cell in self.cells if cell.act in (Act.WRITE, Act.OVERWRITE) and cell.why_not is None]

    @cached_property
    def overwrites(self) -> list[FilledCell]:
        """The cells in which another value stands, whether they are written over or not."""
        return [cell for cell in self.cells if cell.act is Act.OVERWRITE]

    @cached_property
    def same(self) -> list[FilledCell]:
        """The cells that say so already."""
        return [cell for cell in self.cells if cell.act is Act.SAME]

    @cached_property
    def left(self) -> list[tuple[Person, TaskColumn, LeftOut]]:
        """Who of the class gets no points written for a task, and why."""
        found = [(cell.person, cell.task, cell.why_not) for cell in self.cells if cell.why_not is not None]
        missing = [(person, one.task, LeftOut.NOT_THERE) for one in self.columns for person in self.matching.missing]
        return found + missing

    @cached_property
    def rows(self) -> list[int]:
        """The numbers of the rows that change."""
        return sorted({cell.match.row.number for cell in self.written})

    @property
    def is_narrow(self) -> bool:
        """True where the file comes back with only what changes: Canvas would take everything else in it, too."""
        return self.file.system is LmsSystem.CANVAS and not self.choices.whole

    @cached_property
    def content(self) -> bytes:
        """The file, filled in."""
        values = {(cell.match.row.number, cell.column.position): cell.ours for cell in self.written}
        if not self.is_narrow:
            return self.file.table.filled(values)
        columns = {*self.file.person_columns, *(cell.column.position for cell in self.written)}
        return self.file.table.filled(values, rows={*self.file.heads, *self.rows}, columns=columns)

    @cached_property
    def fingerprint(self) -> str:
        """What tells this plan from another one: a person gets the file that was shown, or is shown the new one."""
        reasons = Counter((task.pk, person.pk, why.value) for person, task, why in self.left)
        said = repr((sorted(reasons), hashlib.sha256(self.content).hexdigest()))
        return hashlib.sha256(said.encode()).hexdigest()


def plan_for(
    file: LmsFile, *, people: Iterable[Person], tasks: Sequence[TaskColumn], values: Values, choices: Choices
) -> Plan:
    """Plan how to fill a file in. `values` has one for each task and person."""
    matching = match_rows(file, people, choices.by_hand)
    columns = [
        FilledColumn(task, column, differs_in_most(column, task.most), task.pk in choices.other_most)
        for task in tasks
        if (column := file.column(choices.columns.get(task.pk, -1))) is not None
    ]
    cells = [
        _cell(file, match, match.person, one, values[one.task.pk, match.person.pk], choices)
        for match in matching.matched
        if match.person is not None
        for one in columns
    ]
    return Plan(file, matching, columns, cells, choices)


def _cell(file: LmsFile, match: Match, person: Person, one: FilledColumn, value: Value, choices: Choices) -> FilledCell:
    theirs = file.value(match.row, one.column)
    ours = value.text(excused=file.excused, comma=file.table.comma)
    act, why_not = _act(file, theirs, ours, value)
    if why_not is None and act is not Act.SAME:
        if one.differs and not one.accepted and not value.excused:
            act, why_not = Act.LEAVE, LeftOut.OTHER_MOST
        elif act is Act.OVERWRITE and not choices.overwrite:
            why_not = LeftOut.OVERWRITES
    return FilledCell(match, person, one.task, one.column, theirs, ours, act, why_not)


def _act(file: LmsFile, theirs: str, ours: str, value: Value) -> tuple[Act, LeftOut | None]:
    if value.why_not is not None:
        return Act.LEAVE, value.why_not
    if not ours:
        return Act.LEAVE, LeftOut.EXCUSED
    if file.system is LmsSystem.CANVAS and theirs.upper() == NOT_ASSIGNED:
        return Act.LEAVE, LeftOut.NOT_ASSIGNED
    if value.excused and theirs.upper() == file.excused:
        return Act.SAME, None
    if value.points is not None and number(theirs) == value.points:
        return Act.SAME, None
    return (Act.WRITE if theirs in ("", "-") else Act.OVERWRITE), None
