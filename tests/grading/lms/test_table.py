"""Tables as text: cells are found, and everything but the changed cells stays, byte by byte."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.lms.table import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS, FileRefused, read_table
from tests.grading.lms.rows import SAMPLES

TEXT = st.text(st.characters(categories=("L", "N", "P", "S", "Z", "Cc"), exclude_characters="\0\ufeff"), max_size=12)


def values(content: bytes) -> list[list[str]]:
    return [[cell.value for cell in row.cells] for row in read_table(content).rows]


@pytest.mark.parametrize("path", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
def test_a_file_in_which_nothing_changes_comes_back_as_it_was(path: object) -> None:
    content = path.read_bytes()  # type: ignore[attr-defined]
    assert read_table(content).filled({}) == content


def test_only_the_named_cells_change() -> None:
    content = b'\xef\xbb\xbfa,"b, c",d\r\n1,"x ""y""",\n\n"2",z,"q"'
    table = read_table(content)
    assert table.filled({(1, 2): "9.5", (3, 0): "7", (3, 2): "8"}) == (
        b'\xef\xbb\xbfa,"b, c",d\r\n1,"x ""y""",9.5\n\n"7",z,"8"'
    )


def test_a_value_with_the_delimiter_is_put_in_quotation_marks() -> None:
    assert read_table(b"a,b\n1,\n").filled({(1, 1): "9,5"}) == b'a,b\n1,"9,5"\n'
    assert read_table(b"a;b\n1;\n").filled({(1, 1): "9,5"}) == b"a;b\n1;9,5\n"


def test_a_row_that_is_too_short_gets_the_cells_it_needs() -> None:
    table = read_table(b"a,b,c,d\n1\n2,,,\n")
    assert table.filled({(1, 2): "x"}) == b"a,b,c,d\n1,,x\n2,,,\n"
    assert table.filled({(1, 2): "x"}, columns=[0, 2, 3]) == b"a,c,d\n1,x,\n2,,\n"


def test_rows_and_columns_can_be_left_out() -> None:
    table = read_table(b"a,b,c\r\n1,2,3\r\n4,5,6\r\n7,8,9")
    assert table.filled({(3, 2): "x"}, rows=[0, 3], columns=[0, 2]) == b"a,c\r\n7,x"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("ä,b\n1,2".encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + "ä,b".encode(), "UTF-8"),
        (b"\xff\xfe" + "ä\tb".encode("utf-16-le"), "UTF-16"),
        (b"\xfe\xff" + "ä\tb".encode("utf-16-be"), "UTF-16"),
        ("ä;b".encode("cp1252"), "Windows-1252"),
        (b"\xe4;\x81", "Latin-1"),
    ],
)
def test_encodings_come_back_as_they_were(content: bytes, encoding: str) -> None:
    table = read_table(content)
    assert table.encoding == encoding
    assert table.rows[0].cells[0].value == "ä"
    assert table.filled({}) == content


@given(
    rows=st.lists(st.lists(TEXT, min_size=2, max_size=4), min_size=1, max_size=5),
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_the_csv_module_writes_is_read_and_comes_back(rows: list[list[str]], delimiter: str, quoting: int) -> None:
    rows = [["head", "er"], *rows]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    table = read_table(out.getvalue().encode())
    if table.delimiter == delimiter:  # a single head of two words leaves little choice, but it is a guess
        assert [[cell.value for cell in row.cells] for row in table.rows] == rows
    assert table.filled({}) == out.getvalue().encode()


@given(st.binary(max_size=400))
def test_whatever_the_bytes_they_are_read_or_refused(content: bytes) -> None:
    try:
        table = read_table(content)
    except FileRefused as refused:
        assert str(refused).endswith(".")
    else:
        assert table.filled({}) == content


@given(st.text('ab,;\t"\n\r', max_size=60))
def test_quotation_marks_anywhere(text: str) -> None:
    try:
        table = read_table(text.encode())
    except FileRefused:
        return
    assert table.filled({}) == text.encode()


def test_a_spreadsheets_separator_line_is_no_row() -> None:
    content = b"sep=;\r\na;b,c\r\n1;2"
    table = read_table(content)
    assert [cell.value for cell in table.rows[0].cells] == ["a", "b,c"]
    assert table.filled({}) == content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n \n", "is empty"),
        (b"a,b\n1,\x002", "Line 2 has a NUL"),
        (b"PK\x03\x04rest", "Excel workbook (.xlsx)"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook (.xls)"),
        (b"\xff\xfea", "says it is UTF-16 but is not, from byte 0"),
        (b"\xef\xbb\xbfa,\xe4", "says it is UTF-8 but is not, from byte 2"),
        (b'a,b\n1,"2\n', "From row 2 on"),
        (b"a" * (MOST_BYTES + 1), "4,194,305 bytes: at most 4,194,304"),
        (b"a,b\n" * (2 * MOST_ROWS + 20), "more than 5,000 rows"),
        (b"," * (MOST_COLUMNS + 1), "more than 1,000 columns"),
        (b"a," + b"x" * (LONGEST_CELL + 1), "a cell of 10,001 characters: at most 10,000"),
    ],
)
def test_what_can_not_be_read_is_refused_with_a_reason(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused, match=said.replace("(", r"\(").replace(")", r"\)")):
        read_table(content)


def test_missing_quotation_marks_are_seen_at_once() -> None:
    with pytest.raises(FileRefused):  # a pattern that tried every way to read it would not come back
        read_table(b'a,b\n1,"' + b'""' * 2_000_000)


def test_decimal_commas_are_noticed() -> None:
    assert read_table(b"a;b\n9,5;8,0").comma
    assert not read_table(b"a,b\n9.5,8.0").comma
    assert not read_table(b"a,b\n9,8").comma
