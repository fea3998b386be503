"""A class of 200 with three attempts each, from the overview to released grades, a second look and every file."""

import csv
import io
import re
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from coursework.models import Course, Role, Submission, Task
from grading.grades.reading import StudentGrade, grade_of, grades_of
from grading.grades.rule import course_total
from grading.models import Grade, RegradeAnswer, RegradeRequest, RubricItem
from grading.reports.registry import REPORTS
from grading.services.make_class import Wanted, make_class
from tests.browser.keyboard import wait_until_shown
from tests.browser.test_student_path import sign_in
from tests.world import PASSWORD

STUDENTS = 200
COMMENT = "Seen. **Well** explained."


@pytest.fixture
def course(transactional_db: None) -> Course:
    return make_class(Wanted(slug="class", students=STUDENTS, password=PASSWORD))


def circle(course: Course) -> Task:
    return Task.objects.select_related("assignment__course").get(assignment__course=course, slug="circle")


def class_grades(course: Course, *tasks: Task) -> dict[int, list[StudentGrade]]:
    """Read everybody's grades from the database: by enrollment, in the order of the tasks."""
    people = course.enrollments.filter(role=Role.STUDENT, active=True).select_related("user", "section")
    found: dict[int, list[StudentGrade]] = {}
    for grade in grades_of(tasks, people).values():
        found.setdefault(grade.enrollment.pk, []).append(grade)
    return found


def test_from_hand_in_to_released_grades(page: Page, browser: Browser, live_server: Any, course: Course) -> None:
    task = circle(course)
    sign_in(page, live_server.url, "class-instructor")
    _find_those_who_need_a_person(page, live_server.url, task)
    graded = _grade_five_by_keyboard(page, task)
    _change_the_rubric(page, live_server.url, task, graded)
    released = _release(page, live_server.url, task)
    _second_look(page, browser, live_server.url, task, released)
    _open_every_export(page, live_server.url, course)
    _open_the_files_for_the_lms(page, live_server.url, course)


def _find_those_who_need_a_person(page: Page, address: str, task: Task) -> None:
    page.goto(address + reverse("dashboard", kwargs=task.url_arguments()))
    expect(page.get_by_role("heading", name=f"Students {STUDENTS}")).to_be_visible()
    newest = [of[0].newest for of in class_grades(task.assignment.course, task).values()]
    waiting = sum(attempt is not None and attempt.needs_a_person for attempt in newest)
    assert waiting > 0
    page.get_by_label("Outcome").select_option(label="To review")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name=re.compile(r"^Students"))).to_contain_text(str(waiting))
    assert "outcome=" in page.url  # the filter stands in the address
    page.reload()
    expect(page.get_by_role("heading", name=re.compile(r"^Students"))).to_contain_text(str(waiting))


def _grade_five_by_keyboard(page: Page, task: Task) -> set[int]:
    """Grade from the queue without touching the mouse; returns the enrollments."""
    page.get_by_role("link", name=re.compile("^Review [0-9]+$")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(task.title)
    wait_until_shown(page)
    before = set(Grade.objects.filter(task=task, decided_at__isnull=False).values_list("pk", flat=True))
    for number in range(5):
        heading = page.get_by_role("heading", level=1).inner_text()
        page.keyboard.press("1" if number % 2 else "2")
        page.keyboard.press("c")
        page.keyboard.type(COMMENT)
        page.keyboard.press("Control+Enter")
        expect(page.get_by_role("heading", level=1)).not_to_have_text(heading)
        wait_until_shown(page)
    decided = Grade.objects.filter(task=task, decided_at__isnull=False).exclude(pk__in=before)
    assert decided.count() == 5
    assert {grade.comment for grade in decided} == {COMMENT}
    assert all(grade.rubric_marks.count() == 1 for grade in decided)
    return {grade.enrollment_id for grade in decided}


def _change_the_rubric(page: Page, address: str, task: Task, graded: set[int]) -> None:
    """Change the points of an item: who changes is shown first, and then everybody with a tick has other points."""
    item = RubricItem.objects.filter(task=task, marks__grade__enrollment__in=graded, points__lt=0).distinct().first()
    assert item is not None
    affected = set(item.marks.values_list("grade__enrollment", flat=True))
    before = {pk: of[0].result.total for pk, of in class_grades(task.assignment.course, task).items()}
    page.goto(address + reverse("rubric", kwargs=task.url_arguments()))
    row = page.get_by_role("listitem").filter(has_text=item.title)
    row.get_by_role("link", name="Edit").click()
    page.get_by_label("Points").fill(str(item.points - 1))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("?")
    assert RubricItem.objects.get(pk=item.pk).points == item.points  # only shown so far
    page.get_by_role("button", name=re.compile(r"^Change it for [0-9]+ student")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Rubric of {task.title}")
    after = {pk: of[0].result.total for pk, of in class_grades(task.assignment.course, task).items()}
    changed = {pk for pk in after if after[pk] != before[pk]}
    assert changed and changed <= affected


def _release(page: Page, address: str, task: Task) -> Grade:
    """Release what can be; returns the grade of one of those whom a person graded."""
    page.goto(address + reverse("release", kwargs=task.url_arguments()))
    page.get_by_role("button", name=re.compile(r"^Release all [0-9]+ that can be$")).click()
    confirm = page.get_by_role("button", name=re.compile(r"^Release [0-9]+ grades$"))
    number = int(re.findall(r"\d+", confirm.inner_text())[0])
    confirm.click()
    expect(page.get_by_text("Released", exact=True).first).to_be_visible()
    released = Grade.objects.filter(task=task, release_state="released")
    assert released.count() == number > STUDENTS / 2
    return released.filter(comment=COMMENT).select_related("enrollment__user", "task__assignment__course")[0]


def _second_look(page: Page, browser: Browser, address: str, task: Task, grade: Grade) -> None:
    """The student sees the grade and asks; the instructor answers; the student reads the answer."""
    shown = grade_of(task, grade.enrollment)
    context = browser.new_context()
    try:
        student = context.new_page()
        sign_in(student, address, grade.enrollment.user.username)
        student.goto(address + reverse("task", kwargs=task.url_arguments()))
        own = student.locator("#grade")
        expect(own).to_contain_text(f"{shown.result.total} of")
        expect(own.get_by_text("Well")).to_be_visible()
        own.get_by_role("link", name="Ask for a second look").click()
        student.get_by_role("radio", name=re.compile("automatic points", re.IGNORECASE)).check()
        student.get_by_role("textbox", name="Why?").fill("My picture shows another epoch.")
        student.get_by_role("button", name="Send").click()
        request = RegradeRequest.objects.get(grade=grade)

        page.goto(address + reverse("regrades", kwargs={"course": task.assignment.course.slug}))
        page.get_by_role("link", name=re.compile("request about")).click()
        page.get_by_role("radio", name="Declined").check()
        page.get_by_role("textbox").fill("The epoch is that of the retrained run.")
        page.get_by_role("button", name="Send the answer").click()
        expect(page.get_by_role("heading", name="Declined")).to_be_visible()
        request.refresh_from_db()
        assert (request.answer, request.points_before, request.points_after) == (
            RegradeAnswer.DECLINED,
            shown.result.total,
            shown.result.total,
        )
        student.goto(address + reverse("task", kwargs=task.url_arguments()))
        expect(student.locator("#grade")).to_contain_text("The epoch is that of the retrained run.")
    finally:
        context.close()


def _open_every_export(page: Page, address: str, course: Course) -> None:
    """Open each file again; what tables hold is compared with the database."""
    file_url = address + reverse("report_download", kwargs={"course": course.slug})
    for key, report in REPORTS.items():
        for kind in report.files:
            response = page.request.get(file_url, params={"what": key, "format": kind}, timeout=60_000)
            assert response.ok, (key, kind, response.status)
            _OPENED[kind](key, response.body(), course)


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def _open_csv(key: str, data: bytes, course: Course) -> None:
    rows = _rows(data)
    if key == "attempts":
        receipts = Submission.objects.filter(task__assignment__course=course).values_list("receipt_number", flat=True)
        assert {row["receipt"] for row in rows} == set(receipts)
    if key == "grades":
        _compare_totals({row["user name"]: row["total"] for row in rows}, course)


def _compare_totals(written: dict[str, Any], course: Course) -> None:
    tasks = list(Task.objects.filter(assignment__course=course).select_related("assignment__course"))
    expected = {
        of[0].enrollment.user.username: course_total((grade.rule, grade.result) for grade in of)[0]
        for of in class_grades(course, *tasks).values()
    }
    assert {name: Decimal(str(total)) if total not in ("", None) else None for name, total in written.items()} == (
        expected
    )


def _open_xlsx(key: str, data: bytes, course: Course) -> None:
    book = load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    if key == "grades":
        head, *rows = book.worksheets[0].iter_rows(values_only=True)
        name, total = head.index("user name"), head.index("total")
        _compare_totals({str(row[name]): row[total] for row in rows}, course)


def _open_zip(_key: str, data: bytes, _course: Course) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None


def _open_pdf(key: str, data: bytes, course: Course) -> None:
    pages = PdfReader(io.BytesIO(data)).pages
    assert len(pages) >= (STUDENTS if key == "students" else 1)
    assert Task.objects.filter(assignment__course=course)[0].title.split(":")[0] in pages[0].extract_text()


_OPENED = {"csv": _open_csv, "xlsx": _open_xlsx, "zip": _open_zip, "pdf": _open_pdf}


def _open_the_files_for_the_lms(page: Page, address: str, course: Course) -> None:
    """Canvas's file, by the form: each released grade is in it, with one decimal, and nothing else."""
    page.goto(address + reverse("lms", kwargs={"course": course.slug}))
    page.get_by_label("LMS", exact=True).select_option(label="Canvas")
    page.get_by_role("button", name="Show what it would hold").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(r"^Download [0-9]+ student")).click()
    rows = _rows(download.value.path().read_bytes())
    assert rows[0]["Student"].strip() == "Points Possible"
    task = circle(course)
    column = next(name for name in rows[0] if name.startswith(task.title))
    written = {row["SIS User ID"]: row[column] for row in rows[1:] if row[column]}
    released = {
        of[0].enrollment.id_number: str(of[0].result.total)
        for of in class_grades(course, task).values()
        if of[0].is_released and of[0].result.total is not None
    }
    assert written == released and written
