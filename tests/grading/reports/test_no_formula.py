"""Every download, opened again cell by cell, with hostile text wherever people can type: nothing is a formula."""

import csv
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pypdf
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from coursework.formulas import unguarded
from coursework.models import Assignment, Course, Enrollment, Event, Screenshot, Section, Task, User
from coursework.services.events import record
from grading.models import EvidenceMark, Grade, LmsSystem, RegradeRequest, RubricGroup, RubricItem
from grading.reports.registry import LEFT_OUT, REPORTS
from tests.grading.integrity.people import LOOK, read
from tests.grading.reports.people import Class, content, download, make_class, settled
from tests.world import hand_in

pytestmark = pytest.mark.django_db
HOSTILE = (
    '=HYPERLINK("http://evil.example/","x")',
    "\t=1+1;=2\n@SUM(A1)",
    " \uff0b1|' /C calc'!A0",
)  # more: test_cells
SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
FILES = [(key, wanted) for key, report in REPORTS.items() for wanted in (*report.files, LEFT_OUT)]


@pytest.fixture(params=range(len(HOSTILE)), ids=lambda number: f"text{number}")
def text(request: pytest.FixtureRequest) -> str:
    return HOSTILE[request.param]


@pytest.fixture
def made(text: str) -> Class:
    made = make_class()
    settled(made.task, made.third)
    for student in (made.world.owner, made.third):
        read(hand_in(made.task, student), LOOK, epoch=141)
    _spoil(made, text)
    return made


def _spoil(made: Class, text: str) -> None:
    """Put the text wherever somebody can type one; straight into the rows, whatever forms would refuse."""
    Course.objects.update(title=text)
    Assignment.objects.update(title=text)
    Task.objects.update(title=text)
    Section.objects.update(name=text)
    Enrollment.objects.update(id_number=text, show_name=True)
    Enrollment.objects.filter(pk=made.third.pk).update(pseudonym=text[:40])
    User.objects.update(first_name=text, last_name=text, email=text)
    User.objects.filter(pk=made.third.user_id).update(username=text)
    RubricGroup.objects.update(title=text)
    RubricItem.objects.update(title=text)
    RegradeRequest.objects.update(
        reason=text,
        item_title=text,
        state="answered",
        answer="partly",
        answer_text=text,
        answered_by=made.world.ta.user,
        answered_at=timezone.now(),
    )
    Grade.objects.update(adjustment_reason=text, comment=text, override=Decimal("3.0"), override_reason=text)
    Screenshot.objects.update(original_name=text)
    EvidenceMark.objects.update(note=text)


def cells_of_csv(data: bytes) -> Iterator[str]:
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
        yield from row


def assert_no_formula(cell: str) -> None:
    """A cell of CSV begins with no sign of a formula, unless it is a number."""
    try:
        float(cell)
    except ValueError:
        assert not cell.strip(" \u3000\ufeff").startswith(SIGNS), cell


def opened(data: bytes, wanted: str) -> set[str]:
    """Check every cell of a file, and return the texts in it."""
    if wanted == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s", "n"} and not any(cell.hyperlink for cell in cells)
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            assert not any(b"<f>" in parts.read(name) or b"<f " in parts.read(name) for name in parts.namelist())
        return {str(cell.value) for cell in cells}
    if wanted in ("csv", LEFT_OUT):
        cells_found = list(cells_of_csv(data))
        for cell in cells_found:
            assert_no_formula(cell)
        return {unguarded(cell) for cell in cells_found}
    if wanted == "zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            for name in archive.namelist():
                assert not name.startswith((*SIGNS, "/", "..")) and "\\" not in name and "/../" not in name
            return opened(archive.read("manifest.csv"), "csv")
    assert wanted == "pdf", "a new format needs a way to be opened here"
    document = pypdf.PdfReader(io.BytesIO(data))
    for page in document.pages:
        assert "/Annots" not in page and "/AA" not in page  # no links and nothing that runs
    root = document.root_object
    assert isinstance(root["/OpenAction"], list)  # a place on the first page and no act
    assert "/AcroForm" not in root and "/Names" not in root
    return set()


def test_no_cell_of_any_file_is_a_formula(made: Class, text: str) -> None:
    seen: dict[tuple[str, str], set[str]] = {}
    for key, wanted in FILES:
        seen[key, wanted] = opened(content(download(made, key, wanted)), wanted)
    for key in ("grades", "attempts", "rubric", "regrades"):  # the test is about files that do have the text
        assert text in seen[key, "csv"] and text in seen[key, "xlsx"], key
    assert Event.objects.filter(action="report.downloaded").count() == len(FILES)


@pytest.mark.parametrize("lms", LmsSystem.values)
def test_files_for_the_lms(made: Class, lms: str, tmp_path: Path) -> None:
    file = tmp_path / "grades.csv"
    arguments = ["--identifier", "username", "--include-unreleased"]
    call_command("export_grades", *arguments, course=made.world.course.slug, format=lms, output=str(file))
    cells = opened(file.read_bytes(), "csv")
    assert "owner" in cells


@pytest.mark.parametrize("name", ["history_download", "roster_download"])
def test_files_of_other_pages(made: Class, name: str) -> None:
    record(action="course.changed", actor=made.world.owner, course=made.world.course, subject=HOSTILE[0])
    address = reverse(name, kwargs={"course": made.world.course.slug})
    assert len(opened(content(made.world.client("instructor").get(address)), "csv")) > 10


@pytest.mark.parametrize("text", HOSTILE[:1])
def test_the_file_of_the_integrity_view_itself(made: Class) -> None:
    address = reverse("integrity_download", kwargs=made.task.url_arguments())
    data = content(made.world.client("ta").get(address, {"show": "all"}))
    assert len(opened(data, "csv")) > 20
