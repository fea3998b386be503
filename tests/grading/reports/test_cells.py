"""Whatever people typed: files hold no formula, and give back the text."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from coursework.formulas import guarded, unguarded
from grading.reports.cells import LONGEST_TEXT, Cell, Table, clean, csv_cell, csv_stream, sheet_names, xlsx_file

FORMULA_SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
HOSTILE = [
    "",
    " ",
    "'",
    "''",
    "\t",
    "\r",
    "\n",
    "\u3000",
    "\ufeff",
    "\u200b",
    ";",
    ",",
    '"',
    "\x00",
    "\x7f",
    "\ud800",
    "a",
]
text = st.one_of(
    st.text(alphabet=st.characters(), max_size=30),
    st.lists(st.sampled_from([*HOSTILE, *FORMULA_SIGNS, "_x000D_", "1"]), max_size=12).map("".join),
)


def table_of(*cells: Cell, columns: tuple[str, ...] | None = None) -> Table:
    return Table("Cells", columns or tuple(f"c{number}" for number, _ in enumerate(cells)), [cells])


def written(table: Table, **options: Any) -> str:
    return b"".join(csv_stream(table, **options)).decode("utf-8")


def sheet(file: IO[bytes], name: str = "Cells") -> list[list[Any]]:
    with file:
        book = openpyxl.load_workbook(io.BytesIO(file.read()))
    return [list(row) for row in book[name].iter_rows()]


def runs(cell: str) -> bool:
    """Whether a spreadsheet would read a formula, however it treats blanks before it."""
    bare = cell.strip().strip("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff").strip()
    return cell[:1] in ("\t", "\r", "\n") or bare[:1] in tuple(FORMULA_SIGNS)


@given(st.lists(text, min_size=1, max_size=4))
def test_any_text_comes_back_from_csv_and_nothing_of_it_runs(cells: list[str]) -> None:
    data = written(table_of(*cells, columns=tuple(cells)), bom=False)
    for row in csv.reader(io.StringIO(data, newline="")):
        assert not any(runs(cell) for cell in row)
        assert [unguarded(cell) for cell in row] == [clean(cell) for cell in cells]


@given(st.lists(text, min_size=1, max_size=3), st.sampled_from(";\t"))
def test_nothing_runs_either_where_a_program_splits_at_other_signs(cells: list[str], sign: str) -> None:
    for row in csv.reader(io.StringIO(written(table_of(*cells), bom=False), newline=""), delimiter=sign):
        assert not any(cell.strip()[:1] in tuple(FORMULA_SIGNS) for cell in row)


@given(text)
def test_guarding_can_be_taken_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@settings(max_examples=40, deadline=None)
@given(st.lists(text, min_size=1, max_size=4))
def test_any_text_comes_back_from_xlsx_as_text(cells: list[str]) -> None:
    for row in sheet(xlsx_file([table_of(*cells, columns=tuple(cells))])):
        assert all(cell.data_type in ("s", "n", "inlineStr") for cell in row)
        assert all(isinstance(cell.value, str | None) for cell in row)
        values = [unescape(cell.value or "") for cell in row] + [""] * (len(cells) - len(row))
        assert values == [clean(cell) for cell in cells]


def test_numbers_are_numbers_and_times_are_iso() -> None:
    cells = (Decimal("-2.5"), 7, 0.1, True, None, datetime(2026, 3, 1, 12, tzinfo=UTC), date(2026, 3, 1))
    [_, row] = list(csv.reader(io.StringIO(written(table_of(*cells), bom=False))))
    assert row == ["-2.5", "7", "0.1", "yes", "", "2026-03-01T12:00:00+00:00", "2026-03-01"]
    values = [cell.value for cell in sheet(xlsx_file([table_of(*cells)]))[1]]
    assert values == [-2.5, 7, 0.1, "yes", None, "2026-03-01T12:00:00+00:00", "2026-03-01"]


@pytest.mark.parametrize("number", [float("nan"), float("-inf"), Decimal("Infinity"), -(10**20)])
def test_a_number_that_is_none_for_a_spreadsheet_is_text(number: Cell) -> None:
    assert not runs(csv_cell(number))
    assert sheet(xlsx_file([table_of(number)]))[1][0].value == str(number)


def test_the_mark_for_excel_can_be_left_away() -> None:
    assert b"".join(csv_stream(table_of("é"))).startswith(b"\xef\xbb\xbf")
    assert b"".join(csv_stream(table_of("é"), bom=False)) == "c0\r\né\r\n".encode()


def test_csv_is_written_block_by_block_while_rows_come() -> None:
    asked = 0

    def rows() -> Any:
        nonlocal asked
        for number in range(20_000):
            asked = number
            yield number, "x" * 20

    stream = csv_stream(Table("Long", ("n", "text"), rows(), count=20_000))
    assert len(next(stream)) < 100_000 and asked < 5_000
    assert b"".join(stream).endswith(b"19999,xxxxxxxxxxxxxxxxxxxx\r\n")


def test_a_text_too_long_for_a_cell_is_cut_visibly() -> None:
    for letter in ("x", "😀"):
        value = sheet(xlsx_file([table_of(letter * 40_000)]))[1][0].value
        assert value.endswith("…") and len(value.encode("utf-16-le")) // 2 <= LONGEST_TEXT


def test_what_was_left_out_has_a_sheet_of_its_own() -> None:
    table = Table("Grades", ("a",), [("b",)], left_out=[("2 students", "no longer in the course")])
    rows = [[cell.value for cell in row] for row in sheet(xlsx_file([table]), "Left out")]
    assert rows == [["table", "what", "why"], ["Grades", "2 students", "no longer in the course"]]


def test_rows_are_counted_where_they_can_be() -> None:
    assert Table("a", (), [(), ()]).row_count == 2
    assert Table("a", (), iter([()])).row_count is None
    assert Table("a", (), iter([()]), count=5).row_count == 5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_any_names_of_sheets_make_a_workbook(names: list[str]) -> None:
    made = sheet_names(names)
    assert len({name.casefold() for name in made}) == len(names)
    with xlsx_file([Table(name, ("a",), [("b",)]) for name in names]) as file:
        assert openpyxl.load_workbook(file).sheetnames[: len(made)] == sheet_names([*names, "Left out"])[: len(made)]


def test_names_of_sheets_that_excel_refuses() -> None:
    assert sheet_names(["History", "a/b", "A B", "", "'", "x" * 40]) == [
        "History 2",
        "a b",
        "A B 2",
        "Sheet",
        "Sheet 2",
        "x" * 31,
    ]
