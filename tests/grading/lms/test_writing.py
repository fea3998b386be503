"""Files of our own data: who is in them, who isn't and why, and that a spreadsheet runs nothing of them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grading.lms.columns import TaskColumn
from grading.lms.layout import Identifier
from grading.lms.matching import Person
from grading.lms.values import LeftOut, Value, counted
from grading.lms.writing import OwnFile, write_own
from grading.models import LmsSystem
from tests.grading.lms.rows import ASH, BIRCH, CEDAR, CIRCLE, CLASS, DOGWOOD, ELM, ESSAY, points

CANVAS, MOODLE, BLACKBOARD = LmsSystem.CANVAS, LmsSystem.MOODLE, LmsSystem.BLACKBOARD
FOUR = (ASH, BIRCH, CEDAR, ELM)
VALUES = {
    (CIRCLE.pk, ASH.pk): points("10.0"),
    (CIRCLE.pk, BIRCH.pk): Value(excused=True),
    (CIRCLE.pk, CEDAR.pk): Value(why_not=LeftOut.NOT_RELEASED),
    (CIRCLE.pk, ELM.pk): points("2.5"),
}


def write(
    system: LmsSystem,
    identifier: Identifier,
    *,
    people: Sequence[Person] = FOUR,
    tasks: Sequence[TaskColumn] = (CIRCLE,),
    values: Mapping[tuple[int, int], Value] = VALUES,
    **fields: Any,
) -> OwnFile:
    return write_own(system, identifier=identifier, people=people, tasks=tasks, values=values, **fields)


def rows(file: OwnFile) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline="")))


def left(file: OwnFile) -> list[tuple[str, LeftOut]]:
    return [(person.username, why) for person, _, why in file.left]


def test_canvas_by_id_number() -> None:
    file = write(CANVAS, Identifier.ID_NUMBER)
    assert file.content.decode() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Task A: Circle\r\n"
        "    Points Possible,,,,,10.0\r\n"
        '"Ash, Alex",,1001,,Lab 1,10.0\r\n'
        '"Birch, Blake",,1002,,Lab 1,EX\r\n'
    )
    assert (file.rows, file.cells) == (2, 2)
    assert left(file) == [("cedar3", LeftOut.NOT_RELEASED), ("elm5", LeftOut.NO_IDENTIFIER)]


def test_canvas_by_login_and_with_the_column_of_last_time() -> None:
    file = write(CANVAS, Identifier.USERNAME, tasks=[replace(CIRCLE, header="Circles (4711)")])
    assert rows(file)[0][-1] == "Circles (4711)"
    assert [row[2:4] for row in rows(file)[2:]] == [["", "ash1"], ["", "birch2"], ["", "elm5"]]


def test_moodle_by_mail_leaves_out_who_is_excused() -> None:
    file = write(MOODLE, Identifier.EMAIL)
    assert file.content.decode() == (
        "Email address,First name,Last name,Task A: Circle\r\nash@school.example,Alex,Ash,10.0\r\n"
    )
    assert left(file) == [
        ("birch2", LeftOut.EXCUSED),
        ("cedar3", LeftOut.NOT_RELEASED),
        ("elm5", LeftOut.NO_IDENTIFIER),
    ]


@pytest.mark.parametrize(
    ("identifier", "head"), [(Identifier.ID_NUMBER, "ID number"), (Identifier.USERNAME, "Username")]
)
def test_moodle_by_other_identifiers(identifier: Identifier, head: str) -> None:
    assert rows(write(MOODLE, identifier))[0][0] == head


def test_blackboard_has_everything_in_quotation_marks() -> None:
    file = write(BLACKBOARD, Identifier.USERNAME, tasks=[replace(CIRCLE, most=Decimal("12.5"))])
    assert file.content.decode("utf-8-sig") == (
        '"Last Name","First Name","Username","Task A: Circle [Total Pts: 12.5 Score]"\r\n'
        '"Ash","Alex","ash1","10.0"\r\n"Elm","Emery","elm5","2.5"\r\n'
    )
    column = replace(CIRCLE, header="Circle [Total Pts: 10 Score] |664617")
    assert rows(write(BLACKBOARD, Identifier.USERNAME, tasks=[column]))[0][3] == column.header
    assert rows(write(BLACKBOARD, Identifier.USERNAME))[0][3] == "Task A: Circle [Total Pts: 10 Score]"


def test_two_tasks_stand_side_by_side() -> None:
    values = VALUES | {(ESSAY.pk, person.pk): Value(why_not=LeftOut.MISSING) for person in FOUR}
    file = write(CANVAS, Identifier.USERNAME, tasks=[CIRCLE, ESSAY], values=values)
    assert [row[5:] for row in rows(file)] == [
        ["Task A: Circle", "Essay"],
        ["10.0", "20.0"],
        ["10.0", ""],
        ["EX", ""],
        ["2.5", ""],
    ]
    assert counted(why for _, why in left(file)) == [("not released", 1), ("nothing handed in", 4)]


def test_who_shares_an_identifier_is_left_out_whatever_the_section() -> None:
    people = (ASH, replace(BIRCH, email="ASH@school.example"), ELM)
    file = write(MOODLE, Identifier.EMAIL, people=people, only={ASH.pk})
    assert left(file) == [("ash1", LeftOut.SHARED_IDENTIFIER)]
    assert file.rows == 0


@pytest.mark.parametrize("identifier", ["=1+1", "+41", "-3", "@ash", "\t=1", "a\r=1", "x\n=1"])
def test_an_identifier_that_would_run_is_left_out_not_changed(identifier: str) -> None:
    file = write(MOODLE, Identifier.ID_NUMBER, people=[replace(ASH, id_number=identifier)])
    assert left(file)[0] == ("ash1", LeftOut.NO_IDENTIFIER if not identifier.strip() else LeftOut.FORMULA)
    assert file.rows == 0


@pytest.mark.parametrize("system", LmsSystem)
def test_names_and_titles_that_would_run_are_made_harmless(system: LmsSystem) -> None:
    person = replace(ASH, first_name="=HYPERLINK(1)", last_name="@SUM(1)\n=2", section="-1")
    file = write(system, Identifier.USERNAME, people=[person], tasks=[replace(CIRCLE, title="=1+1")])
    cells = [cell for row in rows(file) for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert "ash1" in cells
    assert file.rows == 1


def test_reasons_are_counted_in_words() -> None:
    assert counted([LeftOut.FORMULA, LeftOut.BLIND, LeftOut.BLIND]) == [
        ("graded blind and not released", 2),
        ("the identifier would be run as a formula by a spreadsheet", 1),
    ]


def test_nobody_in_a_class_without_grades() -> None:
    values = {(CIRCLE.pk, person.pk): Value(why_not=LeftOut.NOT_YET) for person in CLASS}
    file = write(CANVAS, Identifier.USERNAME, people=CLASS, values=values)
    assert (file.rows, file.cells, len(file.left)) == (0, 0, len(CLASS))
    assert DOGWOOD in {person for person, _, _ in file.left}
