"""A roster is read from whatever bytes somebody uploads; what is wrong is said with row, column and value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursework.roster import MOST_BYTES, MOST_ROWS, read_roster
from coursework.roster.columns import HEADERS_SHOWN, fields_of

HEADER = b"username,email,name,section\n"


@given(st.binary(max_size=300))
def test_whatever_the_bytes_it_never_raises(content: bytes) -> None:
    roster = read_roster(content)
    assert bool(roster.refusal) != bool(roster.rows)


@given(st.binary(max_size=200), st.sampled_from([HEADER, b"sep=;\r\nemail;rolle\r\n", b"\xff\xfeu\0i\0d\0\n\0"]))
def test_nor_with_a_header_before_them(content: bytes, header: bytes) -> None:
    roster = read_roster(header + content)
    assert bool(roster.refusal) != bool(roster.rows)
    assert all(row.sound != any(one.row == row.number for one in roster.problems) for row in roster.rows)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")],
)
def test_the_usual_encodings(encoding: str, said: str) -> None:
    roster = read_roster("username,first_name\nzoe1,Zoë\n".encode(encoding))
    assert (roster.encoding, roster.rows[0].first_name) == (said, "Zoë")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("delimiter", "word"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs")])
def test_the_usual_delimiters_and_line_ends(delimiter: str, word: str, newline: str) -> None:
    lines = [["Benutzername", "Name", "Gruppe"], ["alex1", '"Ash, Alex"', "Lab 1"]]
    roster = read_roster(newline.join(delimiter.join(line) for line in lines).encode())
    row = roster.rows[0]
    assert (roster.delimiter_word, row.username, row.section, row.number) == (word, "alex1", "Lab 1", 2)
    assert (row.first_name, row.last_name) == ("Alex", "Ash")


def test_a_spreadsheet_s_line_about_its_delimiter() -> None:
    assert read_roster(b"sep=;\nusername;name\nalex1;Alex Ash\n").rows[0].last_name == "Ash"
    assert "empty" not in read_roster(b"sep=;\n").refusal  # and nothing else does not break it


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("SIS Login ID,Student,Section", ["username", "name", "section"]),
        ("Vorname,Name,E-Mail-Adresse,Matrikelnummer", ["first_name", "last_name", "email", "id_number"]),
        (
            "First name,Surname,ID number,Email address,Groups",
            ["first_name", "last_name", "id_number", "email", "section"],
        ),
        ("E-mail,Telephone", ["email", None]),
    ],
)
def test_headers_of_other_systems(header: str, fields: list[str | None]) -> None:
    assert fields_of(header.split(",")) == fields


def test_the_documented_headers_are_understood() -> None:
    for word, _, others in HEADERS_SHOWN:
        spellings = [word, *others.split(" (")[0].split(", ")]
        assert {fields_of([spelling])[0] for spelling in spellings} == {word}, spellings


def test_names_are_split() -> None:
    rows = read_roster(b"username,name\na,Ada Mae Stone\nb,Prince\nc,\n").rows
    assert [(row.first_name, row.last_name) for row in rows] == [("Ada Mae", "Stone"), ("", "Prince"), ("", "")]


def test_a_column_that_is_not_there_is_no_empty_one() -> None:
    without, empty = (read_roster(text).rows[0] for text in (b"username\na\n", b"username,section\na\n"))
    assert (without.section, empty.section) == (None, "")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\n", "empty"),
        (b"username,email\n\n  ,\n", "nobody under it"),
        (b"PK\x03\x04something", "not a CSV file"),
        (b"username\nal\0ex\n", "Line 2 has a NUL character"),
        (b"colour,size\nred,3\n", "Here it has: colour, size."),
        (b"email,E-Mail,name\n", "Two columns are the e-mail: email and E-Mail"),
        (b"username," + b"x," * 300 + b"\n", "at most 200"),
        (b"username\n" + b"x\n" * (MOST_ROWS + 1), "5,001 people: at most 5,000"),
        (b"username\n" + b"\n" * (3 * MOST_ROWS), "more than 5,000 rows"),
        (b"username\n" + b"x" * 200_000, "can't be read as a table"),
        (b"x" * (MOST_BYTES + 1), "at most 2,097,152 (2 MB)"),
    ],
)
def test_a_file_that_can_t_be_read_says_why(content: bytes, words: str) -> None:
    roster = read_roster(content)
    assert words in roster.refusal and not roster.rows


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("name", "x" * 301, "301 characters: at most 300"),
        ("name", "x" * 151 + " y", "at most 150 characters each"),
        ("section", "x" * 61, "61 characters: at most 60"),
        ("role", "dean", "Is no role: student, ta or instructor"),
        ("name", '"Alex\nAsh"', "line break"),
        ("name", "Alex \u202eAsh", "can't be shown"),
    ],
)
def test_a_cell_that_can_t_be_taken_says_where_and_why(cell: str, value: str, words: str) -> None:
    roster = read_roster(f"username,{cell}\ngood,\nbad,{value}\n".encode())
    (problem,) = roster.problems
    assert (problem.row, problem.column) == (3, cell) and words in problem.message
    assert len(problem.value) <= 60
    assert [row.sound for row in roster.rows] == [True, False]


def test_more_cells_than_columns_are_a_missing_quotation_mark() -> None:
    (problem,) = read_roster(b"username,name\nalex1,Ash,Alex\n").problems
    assert (problem.row, problem.value) == (2, "Alex") and "quotation marks" in problem.message


def test_roles_in_other_words() -> None:
    words = ["Teacher", "TA", "Tutor:in", "Teilnehmer/in", "Dozentin", ""]
    rows = read_roster(("username,Rolle\n" + "".join(f"u{n},{word}\n" for n, word in enumerate(words))).encode()).rows
    assert [row.role for row in rows] == ["instructor", "ta", "ta", "student", "instructor", ""]
