"""The file of attempts: everything handed in, and what came of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coursework.models import Assignment, Submission
from engine.link import read_link
from grading.models import Verification
from grading.reports.attempts import attempts_table
from grading.reports.cells import csv_stream
from tests.grading.graded import make_blind
from tests.grading.reports.people import Class, content, csv_rows, download, make_class, scope_of, settled, sheet_rows
from tests.world import hand_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Class:
    return make_class()


def rows(made: Class, **query: str) -> list[dict[str, str]]:
    return csv_rows(content(download(made, "attempts", "csv", **query)))


def by_receipt(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["receipt"]: row for row in found}


def test_every_attempt_is_there_as_in_the_database(made: Class) -> None:
    found = by_receipt(rows(made))
    stored = {one.receipt_number: one for one in Submission.objects.all()}
    assert set(found) == set(stored) and len(stored) == 3
    for receipt, one in stored.items():
        row, verification = found[receipt], Verification.objects.get(submission=one)
        assert row["user name"] == one.enrollment.user.username
        assert (row["attempt"], row["claimed epochs"]) == (str(one.attempt), str(one.claimed_epochs))
        assert row["engine version"] == verification.engine_version
        assert row["official epochs"] == (
            "" if verification.official_epochs is None else str(verification.official_epochs)
        )
        assert datetime.fromisoformat(row["received (UTC)"]) == one.received_at.replace(microsecond=0)
        assert read_link(row["settings"]).spec == one.spec


def test_what_is_said_of_each(made: Class) -> None:
    first, second, waiting = sorted(rows(made), key=lambda row: (row["user name"] != "owner", row["attempt"]))
    assert (first["outcome"], first["counts"], second["counts"]) == ("Verified", "no", "yes")
    assert (waiting["outcome"], waiting["retrained epochs"], waiting["engine version"]) == ("being checked", "", "")
    assert first["retrained epochs"] == "101" and first["parameters"] == "13"


def test_times_are_in_utc_and_by_the_clock_of_the_course(made: Class) -> None:
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    Submission.objects.update(received_at=at)
    row = rows(made)[0]
    assert (row["received (UTC)"], row["received (course time)"]) == (
        "2026-07-01T22:30:00+00:00",
        "2026-07-02T00:30:00+02:00",
    )


def test_lateness_is_that_of_the_grade(made: Class) -> None:
    now = timezone.now()
    Assignment.objects.filter(pk=made.task.assignment_id).update(
        due_at=now - timedelta(hours=1), closes_at=now + timedelta(days=2), late_percent_per_day=20
    )
    row = rows(made)[0]
    assert (row["late"], row["late percent"]) == ("yes", "20")


def test_blind_work_stands_under_pseudonyms_in_an_order_without_names(made: Class) -> None:
    make_blind(made.task)
    found = rows(made)
    assert {row["name"] for row in found} == {made.world.owner.pseudonym, made.world.classmate.pseudonym}
    assert {row[column] for row in found for column in ("user name", "email", "id number", "section")} == {""}
    table = attempts_table(scope_of(made))
    assert any("graded blind: pseudonyms" in why for _what, why in table.left_out)


def test_the_workbook_has_the_same_rows(made: Class) -> None:
    sheet = by_receipt(sheet_rows(content(download(made, "attempts", "xlsx"))))
    assert set(sheet) == set(by_receipt(rows(made)))
    assert {row["claimed epochs"] for row in sheet.values()} == {100, 101}


def test_what_staff_handed_in_is_left_out_and_said(made: Class) -> None:
    hand_in(made.task, made.world.ta)
    table = attempts_table(scope_of(made))
    assert table.count == 3
    assert ("1 person", "of the staff, whose own hand-ins are no class work") in table.left_out


def test_queries_do_not_grow_with_the_attempts(made: Class) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            b"".join(csv_stream(attempts_table(scope_of(made))))
        return len(found)

    before = queries()
    for _ in range(3):
        settled(made.task, made.third)
    assert queries() == before <= 20
