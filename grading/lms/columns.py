"""Which column of an LMS file is for which task: as last time, or suggested by its title; a person confirms it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from coursework.roster.columns import plain
from grading.lms.layout import LmsFile, PointsColumn

_LMS_NUMBER = re.compile(r".*[(|]\s*(\d+)\s*\)?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TaskColumn:
    """A task as the files name it. `header` is that of its column in the LMS, where one is known from before."""

    pk: int
    title: str  # no other task of the course has it
    most: Decimal
    other_titles: tuple[str, ...] = ()  # by which its column may be called, too
    header: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A column that is likely a task's."""

    column: PointsColumn
    remembered: bool  # a person chose it last time; else the titles are alike


def suggestions(file: LmsFile, tasks: Sequence[TaskColumn]) -> dict[int, Suggestion]:
    """Suggest columns, by the primary keys of tasks. A column that could be several tasks' is nobody's."""
    found: dict[int, Suggestion] = {}
    for task in tasks:
        column = next((one for one in file.columns if task.header and same_column(one.header, task.header)), None)
        if column is not None:
            found[task.pk] = Suggestion(column, remembered=True)
    taken = {suggestion.column.position for suggestion in found.values()}
    by_title = _by_title([column for column in file.columns if column.position not in taken])
    claims: dict[int, list[int]] = defaultdict(list)
    for task in tasks:
        columns = {column.position for word in _words(task) for column in by_title.get(word, ())}
        if task.pk not in found and len(columns) == 1:
            claims[columns.pop()].append(task.pk)
    for position, claimants in claims.items():
        column = file.column(position)
        if len(claimants) == 1 and column is not None:
            found[claimants[0]] = Suggestion(column, remembered=False)
    return found


def same_column(header: str, other: str) -> bool:
    """True for the heads of one column: equal, or with the same number of the LMS where somebody changed the title."""
    numbers = [found[1] if (found := _LMS_NUMBER.fullmatch(text)) else None for text in (header, other)]
    return header == other or (None not in numbers and numbers[0] == numbers[1])


def differs_in_most(column: PointsColumn, most: Decimal) -> bool:
    """True where the LMS says another maximum than the task has; where it says none, nothing is known."""
    return column.most is not None and column.most != most


def _by_title(columns: Sequence[PointsColumn]) -> Mapping[str, list[PointsColumn]]:
    found: dict[str, list[PointsColumn]] = defaultdict(list)
    for column in columns:
        found[plain(column.title)].append(column)
    return found


def _words(task: TaskColumn) -> set[str]:
    return {plain(title) for title in (task.title, *task.other_titles)} - {""}
