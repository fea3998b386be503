"""Filling an LMS's own file in: what is written, what stays, and that nothing else changes."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from grading.lms.columns import TaskColumn
from grading.lms.filling import Act, Choices, Plan, plan_for
from grading.lms.recognising import read_lms_file
from grading.lms.values import LeftOut, Value
from tests.grading.lms.rows import (
    ASH,
    BIRCH,
    CEDAR,
    CIRCLE,
    CLASS,
    DOGWOOD,
    ELM,
    ESSAY,
    column_of,
    file_of,
    points,
    sample,
)

NOT_RELEASED = Value(why_not=LeftOut.NOT_RELEASED)
EXCUSED = Value(excused=True)


def plan(
    name: str, values: Mapping[int, Value], *, task: TaskColumn = CIRCLE, content: bytes | None = None, **choices: Any
) -> Plan:
    file = read_lms_file(content) if content is not None else file_of(name)
    everybody = {(task.pk, person.pk): values.get(person.pk, NOT_RELEASED) for person in CLASS}
    chosen = {"columns": {task.pk: column_of(file, "Task A: Circle")}, "by_hand": {}} | choices
    return plan_for(file, people=CLASS, tasks=[task], values=everybody, choices=Choices(**chosen))


def acts(found: Plan) -> dict[str, tuple[str, str, Act, LeftOut | None]]:
    return {cell.person.username: (cell.theirs, cell.ours, cell.act, cell.why_not) for cell in found.cells}


def test_each_cell_is_written_left_or_says_so_already() -> None:
    found = plan("canvas.csv", {ASH.pk: points("7.5"), BIRCH.pk: points("9.0"), CEDAR.pk: points("9.5")})
    assert acts(found) == {
        "ash1": ("", "7.5", Act.WRITE, None),
        "birch2": ("8", "9.0", Act.OVERWRITE, LeftOut.OVERWRITES),
        "cedar3": ("9.5", "9.5", Act.SAME, None),
        "dogwood4": ("N/A", "", Act.LEAVE, LeftOut.NOT_RELEASED),
        "elm5": ("EX", "", Act.LEAVE, LeftOut.NOT_RELEASED),
    }
    assert [cell.person for cell in found.written] == [ASH]
    assert [(person.username, why) for person, _, why in found.left][-1] == ("gorse7", LeftOut.NOT_THERE)


def test_other_values_are_written_over_only_when_wanted() -> None:
    found = plan("canvas.csv", {BIRCH.pk: points("9.0")}, overwrite=True, whole=True)
    assert found.content == sample("canvas.csv").replace(b"late once,8,,", b"late once,9.0,,")


def test_canvas_excused_and_not_assigned() -> None:
    values = {ASH.pk: EXCUSED, DOGWOOD.pk: points("3.0"), ELM.pk: EXCUSED}
    found = acts(plan("canvas.csv", values))
    assert found["ash1"][1:] == ("EX", Act.WRITE, None)
    assert found["dogwood4"][2:] == (Act.LEAVE, LeftOut.NOT_ASSIGNED)
    assert found["elm5"][2:] == (Act.SAME, None)


@pytest.mark.parametrize("name", ["moodle.csv", "blackboard.xls"])
def test_excused_elsewhere_leaves_the_cell(name: str) -> None:
    found = acts(plan(name, {ASH.pk: EXCUSED, BIRCH.pk: EXCUSED}, overwrite=True))
    assert found["ash1"][2:] == found["birch2"][2:] == (Act.LEAVE, LeftOut.EXCUSED)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("moodle.csv", b"ash@school.example,-,", b"ash@school.example,7.5,"),
        ("blackboard.csv", b'"1001","2026-11-01 10:00:00","Yes","",""', b'"1001","2026-11-01 10:00:00","Yes","","7.5"'),
        (
            "blackboard.xls",
            '"1001"\t"2026-11-01 10:00:00"\t"Yes"\t""\t""'.encode("utf-16-le"),
            '"1001"\t"2026-11-01 10:00:00"\t"Yes"\t""\t"7.5"'.encode("utf-16-le"),
        ),
        ("moodle-german.csv", b"ash@school.example;-;", b"ash@school.example;7,5;"),
    ],
)
def test_nothing_but_the_cell_changes(name: str, before: bytes, after: bytes) -> None:
    assert sample(name).count(before) == 1
    assert plan(name, {ASH.pk: points("7.5")}).content == sample(name).replace(before, after)


def test_canvas_comes_back_with_only_what_changes() -> None:
    assert plan("canvas.csv", {ASH.pk: points("7.5")}).content.decode() == (
        "Student,ID,SIS User ID,SIS Login ID,Integration ID,Section,Task A: Circle (4711)\n"
        ",,,,,,Manual Posting\n"
        "    Points Possible,,,,,,10\n"
        '"Ash, Alex",90001,1001,ash1,,Lab 1,7.5\n'
    )


def test_canvas_gets_no_column_back_in_which_nothing_is_written() -> None:
    file = file_of("canvas.csv")
    values = {(task.pk, person.pk): NOT_RELEASED for task in (CIRCLE, ESSAY) for person in CLASS}
    values[CIRCLE.pk, ASH.pk] = points("7.5")
    columns = {CIRCLE.pk: column_of(file, "Task A: Circle"), ESSAY.pk: column_of(file, "Essay")}
    found = plan_for(file, people=CLASS, tasks=[CIRCLE, ESSAY], values=values, choices=Choices(columns, {}))
    assert b"Circle" in found.content
    assert b"Essay" not in found.content


def test_canvas_with_semicolons_keeps_its_mark_and_line_ends() -> None:
    content = plan("canvas-semicolons.csv", {ASH.pk: points("7.5")}).content
    assert content == (
        b"\xef\xbb\xbfStudent;ID;SIS Login ID;Section;Task A: Circle (4711)\r\n"
        b"    Points Possible;;;;10,0\r\n"
        b"Ash, Alex;90001;ash1;Lab 1;7,5\r\n"
    )


def test_another_maximum_is_written_only_when_wanted_and_never_converted() -> None:
    task = replace(CIRCLE, most=Decimal("5.0"))
    values = {ASH.pk: points("4.0"), CEDAR.pk: points("9.5"), BIRCH.pk: EXCUSED}
    refused = plan("canvas.csv", values, task=task, overwrite=True)
    assert refused.columns[0].differs
    assert acts(refused)["ash1"] == ("", "4.0", Act.LEAVE, LeftOut.OTHER_MOST)
    assert acts(refused)["cedar3"][2] is Act.SAME
    assert acts(refused)["birch2"][1:] == ("EX", Act.OVERWRITE, None)  # no points are meant
    accepted = plan("canvas.csv", values, task=task, other_most=frozenset({task.pk}))
    assert acts(accepted)["ash1"] == ("", "4.0", Act.WRITE, None)


def test_a_row_matched_by_hand_is_filled_in() -> None:
    content = sample("canvas.csv").replace(b"90001,1001,ash1", b"90001,,")
    assert not plan("", {ASH.pk: points("7.5")}, content=content).written
    assert [
        cell.person for cell in plan("", {ASH.pk: points("7.5")}, content=content, by_hand={3: ASH.pk}).written
    ] == [ASH]


def test_a_column_that_can_take_no_points_is_not_written() -> None:
    found = plan("canvas.csv", {ASH.pk: points("7.5")}, columns={CIRCLE.pk: 0})
    assert not found.columns
    assert not found.written


def test_two_tasks_go_into_two_columns() -> None:
    file = file_of("blackboard.csv")
    values = {(task.pk, person.pk): points("1.0") for task in (CIRCLE, ESSAY) for person in CLASS}
    columns = {CIRCLE.pk: column_of(file, "Task A: Circle"), ESSAY.pk: column_of(file, "Essay")}
    found = plan_for(file, people=CLASS, tasks=[CIRCLE, ESSAY], values=values, choices=Choices(columns, {}))
    assert [(cell.person.username, cell.task.title) for cell in found.written] == [
        ("ash1", "Task A: Circle"),
        ("birch2", "Essay"),
    ]


def test_the_fingerprint_tells_plans_apart() -> None:
    one = plan("canvas.csv", {ASH.pk: points("7.5")})
    assert one.fingerprint == plan("canvas.csv", {ASH.pk: points("7.5")}).fingerprint
    assert one.fingerprint != plan("canvas.csv", {ASH.pk: points("7.6")}).fingerprint
    assert one.fingerprint != plan("canvas.csv", {ASH.pk: points("7.5"), BIRCH.pk: points("8.0")}).fingerprint
