"""`manage.py export_grades`: what it writes, what it says, and by which exit code a schedule knows."""

import csv
import io
import stat
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from coursework.models import Event, Section
from grading.grades.reading import grades_of
from grading.management.whole_files import write_whole
from grading.models import Grade, GradingPolicy, ReleaseMode
from tests.grading.lms.importers import Canvas, CanvasUser, Moodle
from tests.world import World, make_task, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    world = make_world()
    world.owner.id_number, world.owner.section = "1001", Section.objects.create(course=world.course, name="Lab 1")
    world.owner.save()
    world.owner.user.email = "owner@school.example"
    world.owner.user.save()
    for person, points in ((world.owner, "7.5"), (world.classmate, "3.0")):
        Grade.objects.create(
            task=world.task,
            enrollment=person,
            decided_at=timezone.now(),
            decided_by=world.ta.user,
            override=Decimal(points),
            override_reason="agreed",
        )
    return world


def export(world: World, kind: str, output: object, **options: Any) -> str:
    said = io.StringIO()
    call_command("export_grades", course=world.course.slug, format=kind, output=str(output), stderr=said, **options)
    return said.getvalue()


def totals(world: World) -> dict[tuple[str, str], str]:
    grades = grades_of([world.task], [world.owner, world.classmate])
    return {(one.enrollment.user.username, world.task.title): f"{one.result.total:.1f}" for one in grades.values()}


def test_canvas_gives_the_same_grades(world: World, tmp_path: Path) -> None:
    said = export(world, "canvas", tmp_path / "grades.csv", identifier="username")
    users = {name: CanvasUser(number, login=name) for number, name in enumerate(("owner", "classmate"), start=1)}
    course = Canvas(users, {4711: world.task.title})
    course.take((tmp_path / "grades.csv").read_bytes())
    assert course.grades == totals(world)
    assert said == f"2 rows written to {tmp_path / 'grades.csv'}\n"


def test_moodle_gives_the_same_grades_and_says_who_is_left_out(world: World, tmp_path: Path) -> None:
    said = export(world, "moodle", tmp_path / "grades.csv")
    course = Moodle({"owner@school.example": "owner"})
    course.take((tmp_path / "grades.csv").read_bytes(), by="Email address", items={world.task.title: world.task.title})
    assert course.grades.items() <= totals(world).items()
    assert said.splitlines() == [
        "left out: classmate (classmate), Task A: Circle: no identifier",
        "left out: 1 because: no identifier",
        f"1 rows written to {tmp_path / 'grades.csv'}",
    ]


def test_csv_and_xlsx_are_the_tables_of_the_downloads(world: World, tmp_path: Path) -> None:
    export(world, "csv", tmp_path / "grades.csv")
    rows = list(csv.DictReader((tmp_path / "grades.csv").read_text("utf-8-sig").splitlines()))
    assert {row["user name"]: row["total"] for row in rows} == {"owner": "7.5", "classmate": "3.0"}
    export(world, "xlsx", tmp_path / "grades.xlsx", section="Lab 1")
    sheet = openpyxl.load_workbook(tmp_path / "grades.xlsx")["Grades"]
    assert [row[1].value for row in sheet.iter_rows()] == ["user name", "owner"]


def test_standard_output(world: World, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    export(world, "blackboard", "-")
    out = capfdbinary.readouterr().out
    assert out.startswith(b'\xef\xbb\xbf"Last Name","First Name","Username",')
    assert b'"owner","7.5"' in out


def test_what_is_wanted_of_a_course(world: World, tmp_path: Path) -> None:
    make_task(world.course, slug="other", title="Other")
    export(world, "canvas", tmp_path / "one.csv", task="circle", section="Lab 1", assignment="playground")
    assert (tmp_path / "one.csv").read_text().splitlines()[0].endswith("Section,Task A: Circle")
    export(world, "canvas", tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_text().splitlines()[0].endswith("Section,Task A: Circle,Other")


def test_unreleased_grades_only_when_asked_for(world: World, tmp_path: Path) -> None:
    GradingPolicy.objects.update(release=ReleaseMode.MANUAL)
    with pytest.raises(CommandError, match="nobody to write") as refused:
        export(world, "canvas", tmp_path / "grades.csv")
    assert refused.value.returncode == 3
    assert list(tmp_path.iterdir()) == []
    export(world, "canvas", tmp_path / "grades.csv", include_unreleased=True)
    assert Event.objects.get(action="lms.exported").details == {
        "kind": "canvas",
        "way": "command",
        "tasks": [world.task.pk],
        "rows": 1,
        "left_out": {"no_identifier": 1},
        "unreleased": True,
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"course": "none"}, "--course 'none' is not there. There is: ml-1, ml-2."),
        ({"assignment": "none"}, "--assignment 'none' is not there. There is: playground."),
        ({"task": "none"}, "--task 'none' is not there. There is: circle."),
        ({"section": "none"}, "--section 'none' is not there. There is: Lab 1."),
        ({"format": "csv", "identifier": "email"}, "--identifier and --include-unreleased are for an LMS"),
        ({"format": "xlsx", "include_unreleased": True}, "--identifier and --include-unreleased are for an LMS"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    world: World, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    wanted = {"course": world.course.slug, "format": "canvas", "output": str(tmp_path / "x.csv")} | options
    with pytest.raises(CommandError) as refused:
        call_command("export_grades", **wanted)
    assert said in str(refused.value)
    assert refused.value.returncode == 2
    assert not Event.objects.filter(action="lms.exported").exists()


def test_a_place_that_can_not_be_written_to(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="could not be written: No such file or directory") as refused:
        export(world, "canvas", tmp_path / "missing" / "grades.csv")
    assert refused.value.returncode == 1


def test_an_earlier_file_is_replaced_at_once_or_stays(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_bytes(b"earlier")
    path.chmod(0o640)

    def fails() -> Any:
        yield b"half"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_whole(path, fails())
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (b"earlier", [path])
    assert write_whole(path, [b"new", b"er"]) == 5
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"newer", 0o640)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    write_whole(tmp_path / "grades.csv", [b"x"])
    assert stat.S_IMODE((tmp_path / "grades.csv").stat().st_mode) == 0o600
