"""The file of rubric items: whom a person has graded, item by item."""

import pytest

from grading.models import RubricMark
from grading.reports.rubric import rubric_table
from tests.grading.graded import decided, make_blind
from tests.grading.reports.people import (
    Class,
    content,
    csv_rows,
    download,
    make_class,
    scope_of,
    settled,
    sheet_rows,
)
from tests.world import make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Class:
    return make_class()


def rows(made: Class) -> list[dict[str, str]]:
    return csv_rows(content(download(made, "rubric", "csv")))


def test_each_item_of_who_has_been_graded(made: Class) -> None:
    found = [(row["user name"], row["group"], row["item"], row["points"], row["ticked"]) for row in rows(made)]
    assert found == [
        ("owner", "Report", "No axis labels", "-2.5", "yes"),
        ("owner", "", "Clear pictures", "1.0", "no"),
    ]
    assert {row["decided by"] for row in rows(made)} == {"ta"}


def test_ticks_are_those_of_the_database(made: Class) -> None:
    grade = decided(settled(made.task, made.third), made.world.instructor)
    RubricMark.objects.create(grade=grade, item=made.item)
    found = {(row["user name"], row["item"]) for row in rows(made) if row["ticked"] == "yes"}
    stored = RubricMark.objects.values_list("grade__enrollment__user__username", "item__title")
    assert found == set(stored)
    assert rubric_table(scope_of(made)).count == len(rows(made)) == 4


def test_who_has_not_been_graded_and_tasks_without_a_rubric_are_said(made: Class) -> None:
    make_task(made.course, slug="second", title="Task B")
    left_out = rubric_table(scope_of(made)).left_out
    assert ("2 grades", "not graded by a person yet, so no item is decided") in left_out
    assert ("Task B", "it has no rubric") in left_out


def test_blind_work_stands_under_pseudonyms(made: Class) -> None:
    make_blind(made.task)
    assert {row["name"] for row in rows(made)} == {made.world.owner.pseudonym}
    assert {row["user name"] for row in rows(made)} == {""}


def test_points_are_numbers_in_the_workbook(made: Class) -> None:
    assert [row["points"] for row in sheet_rows(content(download(made, "rubric", "xlsx")))] == [-2.5, 1]
