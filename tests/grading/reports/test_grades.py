"""The file of grades says what the pages say."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coursework.models import Enrollment
from coursework.services.courses import enroll
from grading.grades.reading import grades_of
from grading.models import Grade
from grading.reports.cells import csv_stream
from grading.reports.grades import grades_table, task_heads
from tests.grading.graded import make_blind
from tests.grading.reports.people import Class, content, csv_rows, download, make_class, scope_of, sheet_rows
from tests.world import make_assignment, make_task, make_user

pytestmark = pytest.mark.django_db
HEAD = "Task A: Circle: "


@pytest.fixture
def made() -> Class:
    return make_class()


def by_user(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["user name"]: row for row in rows}


def test_every_number_is_that_of_the_database(made: Class) -> None:
    rows = by_user(csv_rows(content(download(made, "grades", "csv"))))
    scope = scope_of(made)
    assert set(rows) == {"owner", "classmate", "third"}
    for grade in grades_of(scope.tasks, scope.students).values():
        row, points = rows[grade.enrollment.user.username], grade.result.points
        for part, value in (
            ("points (of 10)", points.total),
            ("automatic", points.automatic),
            ("rubric", points.rubric),
            ("override", points.override),
        ):
            assert row[HEAD + part] == ("" if value is None else str(value))
        assert row["total"] == ("" if points.total is None else str(points.total))
        assert row["total of"] == "10.0"


def test_the_parts_of_a_grade_are_kept_apart(made: Class) -> None:
    row = by_user(csv_rows(content(download(made, "grades", "csv"))))["owner"]
    parts = (
        "points (of 10)",
        "state",
        "automatic",
        "rubric",
        "adjustment",
        "override",
        "released",
        "excused",
        "attempt",
    )
    found = [row[HEAD + part] for part in parts]
    assert found == ["7.0", "graded", "10.0", "-2.5", "-0.5", "", "yes", "no", "2"]
    assert row[HEAD + "receipt"] == made.grade.submission.receipt_number  # type: ignore[union-attr]
    assert (row["name"], row["section"]) == ("Orla Owner", "")


def test_the_workbook_has_the_same_with_numbers_as_numbers(made: Class) -> None:
    data = content(download(made, "grades", "xlsx"))
    row = by_user(sheet_rows(data))["owner"]
    assert (row[HEAD + "points (of 10)"], row[HEAD + "rubric"], row["total"]) == (7.0, -2.5, 7.0)
    assert by_user(sheet_rows(data))["third"]["id number"] == "0042"
    assert {"table": "Grades", "what": "1 result", "why": "still being checked"} in sheet_rows(data, "Left out")


def test_of_blind_work_nothing_stands_beside_the_name_nor_in_the_total(made: Class) -> None:
    other = make_task(made.course, slug="second", title="Task B")
    make_blind(made.task)
    Grade.objects.create(task=other, enrollment=made.world.owner, excused=True, excused_reason="ill")
    rows = by_user(csv_rows(content(download(made, "grades", "csv"))))
    row = rows["owner"]
    assert row[HEAD + "state"] == "graded blind"
    assert {row[column] for column in row if column.startswith(HEAD)} == {"", "graded blind"}
    assert (row["total"], row["total of"]) == ("", "0.0")
    table = grades_table(scope_of(made))
    why = "graded blind: not shown beside names until the grades are released"
    assert ("points of 3 students in Task A: Circle", why) in table.left_out


def test_who_was_released_from_a_blind_task_stands_there_with_points(made: Class) -> None:
    make_blind(made.task)
    Grade.objects.update(release_state="released", released_at=timezone.now(), released_by=made.world.ta.user)
    rows = by_user(csv_rows(content(download(made, "grades", "csv"))))
    assert rows["owner"][HEAD + "points (of 10)"] == "7.0"
    assert rows["classmate"][HEAD + "state"] == "graded blind"


def test_who_has_left_is_left_out_and_counted(made: Class) -> None:
    Enrollment.objects.filter(pk=made.world.owner.pk).update(active=False)
    table = grades_table(scope_of(made))
    assert table.count == 2
    assert ("1 student", "no longer in the course; what was handed in is kept") in table.left_out
    assert "owner" not in by_user(csv_rows(content(download(made, "grades", "csv"))))


def test_a_section_is_a_choice_and_so_are_those_without(made: Class) -> None:
    lab = csv_rows(content(download(made, "grades", "csv", section=str(made.section.pk))))
    assert [row["user name"] for row in lab] == ["third"]
    rest = csv_rows(content(download(made, "grades", "csv", section="none")))
    assert {row["user name"] for row in rest} == {"owner", "classmate"}


def test_students_stand_by_last_name(made: Class) -> None:
    rows = csv_rows(content(download(made, "grades", "csv")))
    assert [row["user name"] for row in rows] == ["classmate", "owner", "third"]


def test_heads_of_tasks_with_one_title_differ(made: Class) -> None:
    second = make_assignment(made.course, slug="again", title="Again")
    third = make_task(made.course, slug="third", title="Task A: Circle")
    third.assignment = second
    third.save()
    heads = task_heads(scope_of(made).tasks)
    assert heads == ["Playground, Task A: Circle", "Again, Task A: Circle"]
    assert task_heads([made.task, made.task])[1].endswith("(2)")


def test_queries_do_not_grow_with_the_class(made: Class) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            b"".join(csv_stream(grades_table(scope_of(made))))
        return len(found)

    before = queries()
    for number in range(5):
        enroll(course=made.course, user=make_user(f"more{number}"))
    assert queries() == before <= 20


def test_points_are_written_with_their_tenth(made: Class) -> None:
    assert Decimal(by_user(csv_rows(content(download(made, "grades", "csv"))))["owner"]["total"]) == Decimal("7.0")
