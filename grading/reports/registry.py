"""All downloads, by name. A new one is a line here: its page, its counts and the tests of all files follow from it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grading.reports.attempts import attempts_table
from grading.reports.board import board_table
from grading.reports.cells import Table, csv_stream, left_out_table, xlsx_file
from grading.reports.grades import grades_table
from grading.reports.integrity import integrity_table
from grading.reports.pdf.documents import assignments_pdf, assignments_table, students_pdf, students_table
from grading.reports.pictures import pictures_table, pictures_zip
from grading.reports.regrades import regrades_table
from grading.reports.rubric import rubric_table
from grading.reports.scope import Scope

CSV, XLSX, ZIP, PDF, LEFT_OUT = "csv", "xlsx", "zip", "pdf", "left-out"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ZIP: "application/zip",
    PDF: "application/pdf",
    LEFT_OUT: "text/csv; charset=utf-8",
}
_BLOCK = 64 * 1024

Tables = Callable[[Scope], Sequence[Table]]
Blocks = Callable[[Scope, Sequence[Table]], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of download. `tables` tell what it has and what it leaves out, `files` write it, by format."""

    key: str
    label: str
    text: str
    tables: Tables
    files: Mapping[str, Blocks]
    rows: str = "rows"  # what is counted


def _csv(_scope: Scope, tables: Sequence[Table]) -> Iterable[bytes]:
    return csv_stream(tables[0])


def _xlsx(scope: Scope, tables: Sequence[Table]) -> Iterator[bytes]:
    with xlsx_file(tables, made_at=scope.now) as file:
        while block := file.read(_BLOCK):
            yield block


def left_out_csv(_scope: Scope, tables: Sequence[Table]) -> Iterable[bytes]:
    """Write what is not in a file as a file of its own, so that it never stands between the data."""
    return csv_stream(left_out_table(tables))


def _one(table: Callable[[Scope], Table]) -> Tables:
    return lambda scope: [table(scope)]


_SPREADSHEETS: Mapping[str, Blocks] = {CSV: _csv, XLSX: _xlsx}
_EVERY_TABLE = (grades_table, attempts_table, rubric_table, regrades_table, board_table, integrity_table)

REPORTS: Mapping[str, Report] = {
    report.key: report
    for report in (
        Report(
            "grades",
            "Grades",
            "One row for each student, the parts of the points kept apart for each task, and a total.",
            _one(grades_table),
            _SPREADSHEETS,
        ),
        Report(
            "attempts",
            "All attempts",
            "One row for everything handed in, with its time and what the verification found.",
            _one(attempts_table),
            _SPREADSHEETS,
        ),
        Report(
            "rubric",
            "Rubric items",
            "For each student whom a person has graded, which items of the rubric hold and who decided it.",
            _one(rubric_table),
            _SPREADSHEETS,
        ),
        Report(
            "regrades",
            "Regrade requests",
            "Who asked for a second look at what, and what came of it.",
            _one(regrades_table),
            _SPREADSHEETS,
        ),
        Report(
            "leaderboard",
            "Leaderboard",
            "Who stands where now, under the names that the class sees.",
            _one(board_table),
            _SPREADSHEETS,
        ),
        Report(
            "integrity",
            "Integrity view",
            "What several students have in common: each a reason to look, never a proof.",
            _one(integrity_table),
            _SPREADSHEETS,
        ),
        Report(
            "everything",
            "Everything as one workbook",
            "All tables above, each as a sheet.",
            lambda scope: [table(scope) for table in _EVERY_TABLE],
            {XLSX: _xlsx},
        ),
        Report(
            "screenshots",
            "Screenshots",
            "Every picture handed in, in a folder for each student, with a list of them.",
            _one(pictures_table),
            {ZIP: lambda scope, _tables: pictures_zip(scope)},
            rows="pictures",
        ),
        Report(
            "assignments",
            "Report on the class",
            "For each assignment: how far the class is, distributions, course seeds and rubric items, for printing.",
            _one(assignments_table),
            {PDF: lambda scope, _tables: [assignments_pdf(scope)]},
            rows="tasks",
        ),
        Report(
            "students",
            "Report for each student",
            "Outcome, points, curves and feedback of all students in one file, for printing.",
            _one(students_table),
            {PDF: lambda scope, _tables: [students_pdf(scope)]},
            rows="students",
        ),
    )
}


def row_count(tables: Iterable[Table]) -> int:
    """Count the rows of all tables."""
    return sum(table.row_count or 0 for table in tables)
