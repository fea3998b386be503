"""Table of the leaderboards, under the names that the class sees: looking behind pseudonyms is an act of its own."""

from collections.abc import Iterator

from coursework.models import Task
from grading.leaderboard import Placed
from grading.reports.cells import Row, Table
from grading.reports.scope import WORK_COLUMNS, Scope, counted, task_name
from grading.selectors import leaderboard

COLUMNS = (
    *WORK_COLUMNS,
    "place",
    "sharing the place",
    "shown as",
    "official epochs",
    "parameters",
    "received (UTC)",
    "receipt",
    "inputs",
    "hidden layers",
    "epochs by course seed",
)
_NO_PLACE = "without a verified attempt that was on time"
_PSEUDONYMS = "students stand under the names that the class sees"


def board_table(scope: Scope) -> Table:
    """Make the table: who stands where now, frozen or not. A section's students keep their places in the class."""
    boards = [(task, _of_scope(scope, leaderboard(task))) for task in scope.tasks]
    left_out = [*scope.absent, ("real names", _PSEUDONYMS)]
    for task, rows in boards:
        missing = len(scope.students) - len(rows)
        left_out += [(f"{what} in {task.title}", why) for what, why in counted(missing, "student", _NO_PLACE)]
    return Table(
        name="Leaderboard",
        columns=COLUMNS,
        rows=_rows(scope, boards),
        left_out=left_out,
        count=sum(len(rows) for _task, rows in boards),
    )


def _of_scope(scope: Scope, rows: list[Placed]) -> list[Placed]:
    wanted = {student.pk for student in scope.students}
    return [row for row in rows if row.entry.enrollment_id in wanted]


def _rows(scope: Scope, boards: list[tuple[Task, list[Placed]]]) -> Iterator[Row]:
    pseudonyms = {student.pk: student.pseudonym for student in scope.students}
    for task, rows in boards:
        for row in rows:
            entry = row.entry
            hidden = (task.pk, entry.enrollment_id) in scope.hidden
            yield (
                *task_name(task),
                row.place,
                row.sharing if row.tied else None,
                pseudonyms[entry.enrollment_id] if hidden else entry.shown_name,
                entry.official_epochs,
                entry.parameters,
                entry.received_at,
                entry.receipt_number,
                " ".join(entry.features),
                " ".join(map(str, entry.hidden_layers)),
                " ".join("never" if epochs is None else str(epochs) for epochs in entry.seed_epochs),
            )
