"""The archive of screenshots: who handed in what, under names that every system takes."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import pytest

from coursework.models import Enrollment, Screenshot, User
from coursework.services.screenshots import prepare_screenshot
from grading.reports.file_names import LONGEST, Unique, safe_part
from grading.reports.pictures import MANIFEST, pictures_table, pictures_zip
from grading.reports.zipping import zip_stream
from tests.grading.graded import make_blind
from tests.grading.reports.people import Class, content, csv_rows, download, make_class, scope_of
from tests.world import hand_in, make_assignment, make_task, picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Class:
    return make_class()


def archive(made: Class, **query: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content(download(made, "screenshots", "zip", **query))))


def manifest(found: zipfile.ZipFile) -> list[dict[str, str]]:
    return csv_rows(found.read(MANIFEST))


def test_every_picture_is_there_under_student_and_attempt(made: Class) -> None:
    found = archive(made)
    assert found.testzip() is None
    assert set(found.namelist()) == {
        "Owner_Orla_owner/circle-attempt1-picture1.png",
        "Owner_Orla_owner/circle-attempt2-picture1.png",
        "classmate/circle-attempt1-picture1.png",
        MANIFEST,
    }


def test_the_bytes_are_those_of_the_storage(made: Class) -> None:
    found, rows = archive(made), manifest(archive(made))
    assert len(rows) == Screenshot.objects.count() == 3
    for row in rows:
        shot = Screenshot.objects.get(submission__receipt_number=row["receipt"], position=row["picture"])
        with shot.picture.open("rb") as file:
            assert found.read(row["file"]) == file.read()
        assert row["missing"] == ""


def test_a_picture_that_is_gone_is_told_and_the_others_are_there(made: Class) -> None:
    shot = Screenshot.objects.first()
    assert shot is not None
    shot.picture.storage.delete(str(shot.picture.name))
    found = archive(made)
    told = {row["file"]: row["missing"] for row in manifest(found)}
    assert len(found.namelist()) == 3
    assert [name for name, missing in told.items() if missing] == [
        name for name in told if name not in found.namelist()
    ]


def test_blind_work_is_in_folders_of_pseudonyms(made: Class) -> None:
    make_blind(made.task)
    found = archive(made)
    folders = {PurePosixPath(name).parent.name for name in found.namelist() if name != MANIFEST}
    assert folders == {safe_part(one.pseudonym) for one in (made.world.owner, made.world.classmate)}
    text = found.read(MANIFEST).decode()
    for secret in ("Orla", "owner", "classmate", "run.png"):
        assert secret not in text


def test_several_assignments_keep_their_pictures_apart(made: Class) -> None:
    second = make_task(made.course, slug="second")
    second.assignment = make_assignment(made.course, slug="again", title="Again")
    second.slug = "circle"
    second.save()
    hand_in(second, made.world.owner)
    names = archive(made).namelist()
    assert "Owner_Orla_owner/playground-circle-attempt1-picture1.png" in names
    assert "Owner_Orla_owner/again-circle-attempt1-picture1.png" in names
    assert archive(made, work="again/circle").namelist() == ["Owner_Orla_owner/circle-attempt1-picture1.png", MANIFEST]


def test_an_attempt_without_pictures_is_said(made: Class) -> None:
    hand_in(made.task, made.third, screenshots=[])
    table = pictures_table(scope_of(made))
    assert table.count == 3 and ("1 attempt", "no picture was handed in with it") in table.left_out


def test_folders_of_people_with_one_name_differ(made: Class) -> None:
    User.objects.filter(pk=made.world.classmate.user_id).update(first_name="Orla", last_name="Owner", username="OWNER?")
    folders = {name.split("/")[0] for name in archive(made).namelist()} - {MANIFEST}
    assert len(folders) == 2 and len({folder.casefold() for folder in folders}) == 2


def test_it_is_written_picture_by_picture(made: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []

    def content_of(shot: Screenshot) -> bytes:
        opened.append(shot)
        return b"x" * 1000

    monkeypatch.setattr("grading.reports.pictures._content", content_of)
    stream = iter(pictures_zip(scope_of(made)))
    assert len(next(stream)) < 3000 and len(opened) == 1
    rest = b"".join(stream)
    assert len(opened) == 3 and b"manifest.csv" in rest


def test_several_pictures_of_one_attempt(made: Class) -> None:
    two = [prepare_screenshot(picture("a.png")), prepare_screenshot(picture("b.jpg", kind="JPEG"))]
    hand_in(made.task, made.third, screenshots=two)
    names = [name for name in archive(made).namelist() if name.startswith("Third_")]
    assert names == ["Third_Theo_third/circle-attempt1-picture1.png", "Third_Theo_third/circle-attempt1-picture2.jpg"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("a/b\\c:d", "a-b-c-d"),
        ("Müller  Straße", "Müller-Straße"),
        ("王小明", "王小明"),
        ("\u202egnp.exe", "gnp.exe"),
        ("=cmd|x", "cmd-x"),
        ("CON", "CON-"),
        ("  . ", "unnamed"),
        ("\x00\ud800", "unnamed"),
        ("x" * 300, "x" * LONGEST),
        ("王" * 100, "王" * (LONGEST // 3)),
    ],
)
def test_names_that_every_system_takes(text: str, name: str) -> None:
    assert safe_part(text) == name


def test_no_two_names_are_one() -> None:
    unique = Unique(["Manifest.csv"])
    assert [unique(name) for name in ("a.png", "A.png", "a.png", "manifest.csv", "b")] == [
        *("a.png", "A-2.png", "a-3.png", "manifest-2.csv", "b")
    ]


def test_equal_files_make_equal_archives() -> None:
    files = [("a", datetime(1970, 1, 1, tzinfo=UTC), b"1"), ("ü", datetime(2026, 3, 1, 12, tzinfo=UTC), b"2")]
    once, again = b"".join(zip_stream(files)), b"".join(zip_stream(files))
    assert once == again
    assert zipfile.ZipFile(io.BytesIO(once)).namelist() == ["a", "ü"]


def test_nobody_handed_in(made: Class) -> None:
    Enrollment.objects.update(active=False)
    Enrollment.objects.filter(pk=made.world.ta.pk).update(active=True)
    assert archive(made).namelist() == [MANIFEST]
