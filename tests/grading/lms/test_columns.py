"""Which column is for which task: as last time, or suggested by title."""

from dataclasses import replace
from decimal import Decimal

from grading.lms.columns import TaskColumn, differs_in_most, same_column, suggestions
from tests.grading.lms.rows import CIRCLE, ESSAY, column_of, file_of

CANVAS = file_of("canvas.csv")


def test_titles_that_are_alike_are_suggested() -> None:
    found = suggestions(CANVAS, [replace(CIRCLE, title="task a – circle"), ESSAY, TaskColumn(13, "Other", Decimal(1))])
    assert {pk: (one.column.title, one.remembered) for pk, one in found.items()} == {
        11: ("Task A: Circle", False),
        12: ("Essay", False),
    }


def test_the_column_of_last_time_comes_first() -> None:
    found = suggestions(CANVAS, [replace(CIRCLE, header="Essay (4712)"), ESSAY])
    assert {pk: (one.column.title, one.remembered) for pk, one in found.items()} == {11: ("Essay", True)}


def test_a_column_is_known_by_its_number_when_its_title_changed() -> None:
    assert suggestions(CANVAS, [replace(CIRCLE, header="Circles (4711)")])[11].remembered
    assert same_column("New [Total Pts: 5 Score] |77", "Old [Total Pts: 10 Score] |77")
    assert not same_column("Task (Real)", "Other (Real)")
    assert same_column("Task (Real)", "Task (Real)")
    assert not same_column("Task (1)", "Task (2)")


def test_what_could_be_two_is_not_suggested() -> None:
    assert suggestions(CANVAS, [ESSAY, replace(ESSAY, pk=13)]) == {}
    assert suggestions(CANVAS, [replace(ESSAY, other_titles=("Task A: Circle",))]) == {}


def test_the_assignments_title_counts_too() -> None:
    found = suggestions(CANVAS, [replace(ESSAY, title="Task B", other_titles=("Week 2: Task B", "essay"))])
    assert found[12].column.position == column_of(CANVAS, "Essay")


def test_another_maximum_is_seen_where_the_file_says_one() -> None:
    assert differs_in_most(CANVAS.columns[1], Decimal("10.0"))
    assert not differs_in_most(CANVAS.columns[0], Decimal("10.0"))
    assert not differs_in_most(file_of("moodle.csv").columns[0], Decimal("10.0"))
