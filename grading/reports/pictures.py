"""Every screenshot as an archive, in a folder for each student, with a list of what is in it and what is missing."""

import os
from collections.abc import Iterator
from datetime import datetime

from coursework.models import Screenshot
from grading.grades.reading import StudentGrade
from grading.grades.rule import AttemptResult
from grading.reports.cells import Cell, Table, csv_stream
from grading.reports.file_names import Unique, safe_part, student_folder
from grading.reports.scope import STUDENT_COLUMNS, WORK_COLUMNS, Scope, task_name
from grading.reports.zipping import zip_stream

COLUMNS = (
    "file",
    *WORK_COLUMNS,
    *STUDENT_COLUMNS,
    "attempt",
    "receipt",
    "received (UTC)",
    "picture",
    "width",
    "height",
    "name on the student's machine",
    "missing",
)
MANIFEST = "manifest.csv"
_AT_ONCE = 400
_MISSING = "the file is not in the storage; tell the operator"

File = tuple[str, datetime, bytes]


def pictures_table(scope: Scope) -> Table:
    """Make the list of pictures, without opening them."""
    attempts = {one.submission_id for grade in scope.grades.values() for one in grade.attempts}
    shots = Screenshot.objects.filter(submission__task__in=scope.tasks)
    with_pictures = list(shots.order_by().values_list("submission", flat=True))
    without = len(attempts.difference(with_pictures))
    left_out = [*scope.absent, *scope.blind_names]
    if without:
        left_out.append((f"{without:,} attempt{'s' * (without != 1)}", "no picture was handed in with it"))
    return Table(
        name="Pictures",
        columns=COLUMNS,
        rows=(cells for _shot, cells, _moment in _listed(scope)),
        left_out=left_out,
        count=sum(submission in attempts for submission in with_pictures),
    )


def pictures_zip(scope: Scope) -> Iterator[bytes]:
    """Write the archive; each picture is read when its turn comes, and one that is missing is told in the list."""
    return zip_stream(_files(scope))


def _files(scope: Scope) -> Iterator[File]:
    rows: list[tuple[Cell, ...]] = []
    for shot, cells, moment in _listed(scope):
        content = _content(shot)
        rows.append((*cells[:-1], _MISSING) if content is None else cells)
        if content is not None:
            yield str(cells[0]), moment, content
    yield MANIFEST, scope.now, b"".join(csv_stream(Table("Pictures", COLUMNS, rows)))


def _content(shot: Screenshot) -> bytes | None:
    try:
        with shot.picture.open("rb") as file:
            return bytes(file.read())
    except OSError:
        return None


def _listed(scope: Scope) -> Iterator[tuple[Screenshot, tuple[Cell, ...], datetime]]:
    """Go through the pictures with their row of the list, task by task."""
    folders = _folders(scope)
    several = len(scope.assignments) > 1
    unique = Unique([MANIFEST])
    for task, grades in scope.by_task():
        work = safe_part(f"{task.assignment.slug}-{task.slug}" if several else task.slug)
        for block in _blocks(grades):
            shots = _shots([attempt.submission_id for _, attempt in block])
            for grade, attempt in block:
                hidden = scope.is_hidden(grade)
                for shot in shots.get(attempt.submission_id, ()):
                    ending = os.path.splitext(str(shot.picture.name))[1] or ".png"
                    name = f"{work}-attempt{attempt.attempt}-picture{shot.position}{ending}"
                    path = unique(f"{folders[grade.enrollment.pk, hidden]}/{name}")
                    cells: tuple[Cell, ...] = (
                        path,
                        *task_name(task),
                        *scope.who(grade.enrollment, hidden=hidden),
                        attempt.attempt,
                        attempt.receipt_number,
                        attempt.received_at,
                        shot.position,
                        shot.width,
                        shot.height,
                        None if hidden else shot.original_name,  # often holds the student's name
                        None,
                    )
                    yield shot, cells, attempt.received_at


def _folders(scope: Scope) -> dict[tuple[int, bool], str]:
    """Name each student's folder, by enrollment and whether the name is hidden; none is another one's."""
    unique = Unique([MANIFEST])
    return {
        (student.pk, hidden): unique(student_folder(student, hidden=hidden).replace(".", "-"))
        for hidden in (False, True)
        for student in scope.students
    }


def _blocks(grades: list[StudentGrade]) -> Iterator[list[tuple[StudentGrade, AttemptResult]]]:
    attempts = [(grade, attempt) for grade in grades for attempt in grade.attempts]
    for start in range(0, len(attempts), _AT_ONCE):
        yield attempts[start : start + _AT_ONCE]


def _shots(submissions: list[int]) -> dict[int, list[Screenshot]]:
    found: dict[int, list[Screenshot]] = {}
    for shot in Screenshot.objects.filter(submission__in=submissions).order_by("submission", "position"):
        found.setdefault(shot.submission_id, []).append(shot)
    return found
