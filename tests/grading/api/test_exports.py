"""Exports by the API: the same files as the pages give, and recorded as theirs."""

import csv
import io
from typing import Any

import pytest

from coursework.models import Event, Section
from tests.grading.api.program import Program
from tests.grading.graded import by_hand, settled
from tests.world import make_world

pytestmark = pytest.mark.django_db

EXPORTS = "courses/ml-1/exports/"


def test_each_kind_is_listed_and_every_file_can_be_had(settings: Any) -> None:
    settings.API_RATES = settings.API_RATES | {"exports": 0}
    world = make_world()
    settled(world.task, world.owner)
    ask = Program(world, "ta")
    listed = ask.get(EXPORTS).json()["results"]
    assert {one["report"] for one in listed} >= {"grades", "attempts", "screenshots", "students", "everything"}
    begin = {"xlsx": b"PK", "zip": b"PK", "pdf": b"%PDF"}
    for kind in listed:
        for file in kind["files"]:
            answer = ask.get(file["url"], Accept=file["media_type"])
            content = answer.getvalue()
            assert answer.status_code == 200 and answer["Content-Type"].partition(";")[0] == file["media_type"]
            assert content.startswith(begin.get(file["format"], b"")) and content
            assert answer["Content-Disposition"].startswith("attachment") and answer["X-Rows"].isdigit()
            assert answer["Cache-Control"] == "private, no-store"
    downloads = Event.objects.filter(action="report.downloaded")
    assert downloads.count() == sum(len(kind["files"]) for kind in listed)


def test_of_which_work_and_of_whom_can_be_chosen() -> None:
    world = make_world()
    lab = Section.objects.create(course=world.course, name="Lab")
    world.owner.section = lab
    world.owner.save()
    ask = Program(world, "ta")
    path = f"{EXPORTS}reports/grades/csv/"
    everybody, some = ask.get(path), ask.get(f"{path}?work=playground/circle&section={lab.pk}")
    assert (everybody["X-Rows"], some["X-Rows"]) == ("2", "1")
    [row] = csv.DictReader(io.StringIO(some.getvalue().decode("utf-8-sig")))
    assert row["user name"] == "owner"
    for query, field in (("work=x", "work"), ("section=99", "section"), ("section=x", "section"), ("what=x", "what")):
        assert list(ask.get(f"{path}?{query}").json()["errors"]) == [field]
    assert ask.get(f"{EXPORTS}reports/grades/zip/").status_code == 404
    assert ask.get(f"{EXPORTS}reports/nothing/csv/").status_code == 404


def test_reports_on_students_for_staff_and_for_themselves() -> None:
    world = by_hand()
    settled(world.task, world.owner)
    path = f"{EXPORTS}students/playground/"
    own, of_staff = Program(world, "owner").get(f"{path}own/"), Program(world, "ta").get(f"{path}{world.owner.pk}/")
    assert own.content.startswith(b"%PDF") and of_staff.content.startswith(b"%PDF")
    assert Program(world, "ta").get(f"{path}{world.ta.pk}/").status_code == 404


def test_a_file_for_an_lms_holds_released_grades_unless_one_may_release() -> None:
    world = by_hand()
    world.owner.id_number = "s-1"
    world.owner.save()
    settled(world.task, world.owner)
    path = f"{EXPORTS}lms/?system=canvas"
    assistant, instructor = Program(world, "ta"), Program(world, "instructor")
    assert assistant.get(path)["X-Rows"] == "0"
    assert list(assistant.get(f"{path}&unreleased=true").json()["errors"]) == ["unreleased"]
    everything = instructor.get(f"{path}&unreleased=true&work=playground/circle", Accept="text/csv")
    assert everything["X-Rows"] == "1" and everything["Content-Type"].startswith("text/csv")
    assert b"s-1" in everything.content and b"10" in everything.content
    for query, field in (
        ("system=x", "system"),
        ("work=x", "work"),
        ("section=99", "section"),
        ("identifier=x", "identifier"),
    ):
        said = instructor.get(
            f"{EXPORTS}lms/?system=moodle&{query}" if "system" not in query else f"{EXPORTS}lms/?{query}"
        )
        assert list(said.json()["errors"]) == [field], query
    assert Event.objects.filter(action="lms.exported").count() == 2
