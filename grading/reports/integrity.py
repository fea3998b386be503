"""Table of the integrity view: one row per member of a group, of all groups, seen or not."""

from collections.abc import Iterator

from coursework.models import Task
from grading.integrity.listing import Listed, Show, Wanted, listing_of
from grading.integrity.table import COLUMNS, group_rows
from grading.reports.cells import LeftOut, Row, Table
from grading.reports.scope import WORK_COLUMNS, Scope, task_name

_ELSEWHERE = "nobody of this section is in them; the members of a group are shown whole"


def integrity_table(scope: Scope) -> Table:
    """Make the table. Of a section it has the groups that somebody of the section is in, with all their members."""
    everything = [(task, listing_of(task, Wanted(Show.ALL)).rows) for task in scope.tasks]
    groups = [(task, _of_scope(scope, rows)) for task, rows in everything]
    others = sum(len(rows) for _, rows in everything) - sum(len(rows) for _, rows in groups)
    elsewhere: list[LeftOut] = [(f"{others:,} group{'s' * (others != 1)}", _ELSEWHERE)] if others else []
    return Table(
        name="Integrity view",
        columns=(*WORK_COLUMNS, *COLUMNS),
        rows=_rows(scope, groups),
        left_out=[*elsewhere, *scope.blind_names],
        count=sum(len(row.group.members) for _, rows in groups for row in rows),
    )


def _of_scope(scope: Scope, rows: tuple[Listed, ...]) -> tuple[Listed, ...]:
    if scope.is_whole_class:
        return rows
    wanted = {student.pk for student in scope.students}
    return tuple(row for row in rows if any(member.hand_in.student in wanted for member in row.group.members))


def _rows(scope: Scope, groups: list[tuple[Task, tuple[Listed, ...]]]) -> Iterator[Row]:
    for task, rows in groups:
        for row in group_rows(rows, zone=scope.zone):
            yield *task_name(task), *row
