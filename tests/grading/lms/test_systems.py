"""Which LMS a file is from, who stands in it, and which columns can take points."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.lms.layout import Identifier, number
from grading.lms.recognising import read_lms_file
from grading.lms.table import FileRefused
from grading.models import LmsSystem
from tests.grading.lms.rows import SAMPLES, file_of, sample

CIRCLE_AND_ESSAY = [("Task A: Circle", Decimal(10)), ("Essay", Decimal(20))]


@pytest.mark.parametrize(
    ("name", "system", "columns", "people"),
    [
        ("canvas.csv", LmsSystem.CANVAS, [*CIRCLE_AND_ESSAY, ("Quiz, short", Decimal(5))], 6),
        ("canvas-semicolons.csv", LmsSystem.CANVAS, CIRCLE_AND_ESSAY, 3),
        ("canvas-two-names.csv", LmsSystem.CANVAS, CIRCLE_AND_ESSAY[:1], 2),
        ("moodle.csv", LmsSystem.MOODLE, [("Task A: Circle", None), ("Essay", None)], 5),
        ("moodle-german.csv", LmsSystem.MOODLE, [("Task A: Circle", None)], 3),
        ("blackboard.xls", LmsSystem.BLACKBOARD, CIRCLE_AND_ESSAY, 4),
        ("blackboard.csv", LmsSystem.BLACKBOARD, CIRCLE_AND_ESSAY, 4),
    ],
)
def test_each_export_is_recognised(
    name: str, system: LmsSystem, columns: list[tuple[str, Decimal | None]], people: int
) -> None:
    file = file_of(name)
    assert file.system is system
    assert [(column.title, column.most) for column in file.columns] == columns
    assert len(file.people) == people


def test_canvas_rows_that_are_no_students_are_heads() -> None:
    file = file_of("canvas.csv")
    assert file.heads == (0, 1, 2)
    assert "Student, Test" not in {row.name for row in file.people}
    assert file.people[0].known_by == {Identifier.ID_NUMBER: "1001", Identifier.USERNAME: "ash1"}
    assert file.people[4].known_by == {Identifier.USERNAME: "elm5"}  # no SIS User ID
    assert file.people[1].name == 'Birch, Blake "Bee"'


def test_canvas_columns_that_it_reckons_take_no_points() -> None:
    content = sample("canvas.csv").replace(b",Current Score,", b",Total (2026),")
    assert [column.title for column in read_lms_file(content).columns][-1] == "Quiz, short"


def test_names_in_two_columns_are_put_together() -> None:
    assert [row.name for row in file_of("canvas-two-names.csv").people] == ["Alex Ash", "Blake Birch"]
    assert file_of("moodle.csv").people[2].name == "Casey Čedar, jr."


def test_people_have_their_row_as_a_spreadsheet_counts() -> None:
    assert [row.shown_number for row in file_of("canvas.csv").people] == [4, 5, 6, 7, 8, 9]


def test_moodles_people_are_known_by_number_and_mail() -> None:
    row = file_of("moodle-german.csv").people[2]
    assert row.known_by == {Identifier.ID_NUMBER: "1005", Identifier.EMAIL: "oel@school.example"}
    assert row.name == "Günther Öl"


def test_blackboards_people_are_known_by_username_and_number() -> None:
    row = file_of("blackboard.xls").people[2]
    assert row.known_by == {Identifier.USERNAME: "cedar3@school.example", Identifier.ID_NUMBER: "1003"}


@pytest.mark.parametrize(
    "head",
    [
        "Item [Total Pts: 12,5 Punktzahl] |7",
        "Item [Gesamtpunkte: 12.5 Punktzahl] |7",
        "Item [Total Pts: 12.5] |7",
        "Item [new] [Total Pts: 12.5 Score] | 7",
    ],
)
def test_blackboards_heads_in_other_languages(head: str) -> None:
    file = read_lms_file(f'"Last Name","First Name","Username","{head}"\n"A","B","ab",""\n'.encode())
    assert file.columns[0].most == Decimal("12.5")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"name,points\nAsh,3\n", "The first row is none that Canvas, Moodle or Blackboard writes"),
        (b"Student,ID,SIS Login ID,Section,Essay (1)\n", "a head and nobody under it"),
        (b"Student,ID,Section\nAsh,1,Lab\n", "file of Canvas has no column that can take points"),
        (b"First name,Last name,ID number,X (Real),X (Real)\nA,B,1,2,3\n", "Two columns are called 'X (Real)'"),
        (b"First name,Last name,ID number,ID number,X (Real)\nA,B,1,2,3\n", "'ID number' stands there twice"),
        (b"Last Name,First Name,Item [Total Pts: 1 Score] |7\nA,B,\n", "no column Username"),
        (b"Student,ID,Section,X (1)\n" + b"a,b,c,\n" * 5_001, "5,001 people: at most 5,000"),
    ],
)
def test_what_is_no_gradebook_is_refused_with_a_reason(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_lms_file(content)
    assert said in str(refused.value)


def test_a_short_row_has_empty_cells_at_its_end() -> None:
    file = read_lms_file(b"Student,ID,SIS Login ID,Section,X (1)\nAsh,1,ash1\n")
    assert file.value(file.people[0], file.columns[0]) == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [("9.5", "9.5"), (" 9,50 ", "9.5"), ("-3", "-3"), ("", None), ("-", None), ("EX", None), ("1e5", None)],
)
def test_numbers_are_read_with_point_or_comma(text: str, value: str | None) -> None:
    assert number(text) == (None if value is None else Decimal(value))


@given(st.data())
def test_a_sample_with_anything_broken_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from(sorted(SAMPLES.iterdir()))).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 30)))
        content[start:end] = data.draw(st.binary(max_size=12) | st.sampled_from([b'"', b",", b"\n", b"\0", b"\xff"]))
    try:
        file = read_lms_file(bytes(content))
    except FileRefused as refused:
        assert str(refused)
    else:
        assert file.people
        assert file.table.filled({}) == bytes(content)
