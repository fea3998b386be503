"""The documents: what is in them, who sees what of them, and that no name breaks them."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pypdf
import pytest
from django.urls import reverse

from coursework.models import Event
from grading.models import Grade, GradingPolicy, ReleaseMode, Verification
from grading.reports.pdf.charts import histogram, loss_curve
from grading.reports.pdf.documents import assignments_pdf, student_pdf, students_pdf
from grading.reports.pdf.paper import Paper
from grading.services.verification import run_verification
from tests.grading.graded import make_blind
from tests.grading.reports.people import Class, content, download, make_class, scope_of
from tests.world import hand_in

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def made() -> Class:
    return make_class()


def text(data: bytes) -> str:
    """What can be read in a document, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages).split())


def own(made: Class, who: str = "owner") -> str:
    address = {"course": made.course.slug, "assignment": made.task.assignment.slug}
    response = made.world.client(who).get(reverse("report_own", kwargs=address))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return text(response.content)


def test_the_class_on_paper(made: Class) -> None:
    found = text(content(download(made, "assignments", "pdf")))
    for part in ("Playground", "Task A: Circle", "3 students", "1 graded · 1 being checked · 1 not handed in yet"):
        assert part in found
    for part in ("Official epochs", "Points", "0.1 –", "No axis labels", "100%", "Clear pictures", "0%"):
        assert part in found
    assert "1 result: still being checked." in found


def test_every_student_on_paper(made: Class) -> None:
    data = content(download(made, "students", "pdf"))
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    assert len(pages) == 3
    for page, name in zip(pages, ("classmate", "Orla Owner", "Theo Third"), strict=True):
        assert page.count(name) >= 2 and f"· {name}" in page  # in its head and at its foot
    found = text(data)
    for part in ("Orla Owner", "7.0 of 10.0 points (graded)", "Automatic, from the outcome 10.0", "Rubric −2.5"):
        assert part in found
    for part in ("Adjustment −0.5", "Adjustment: Told twice", "Well done.", "• look at axes", "Report: No axis labels"):
        assert part in found
    assert "Being checked" in found and "No points yet (not handed in yet)" in found


def test_a_run_has_its_curve_and_its_numbers(made: Class) -> None:
    submission = hand_in(made.task, made.third)
    run_verification(verification_id=Verification.objects.get(submission=submission).pk, worker="test")
    address = {"course": made.course.slug, "assignment": made.task.assignment.slug, "enrollment": made.third.pk}
    response = made.world.client("ta").get(reverse("report_student", kwargs=address))
    found = text(response.content)
    for part in ("Verified: the network reaches 0.001 at epoch 101", "Loss by epoch", "Retrained epochs 101", "Band"):
        assert part in found
    assert "Epochs by course seed" in found and "solid blue: training" in found
    assert Event.objects.filter(action="report.downloaded", enrollment_id=made.third.pk).count() == 1


def test_students_get_their_own_as_it_is_released(made: Class) -> None:
    assert "7.0 of 10.0 points" in own(made) and "Well done." in own(made)
    GradingPolicy.objects.update(release=ReleaseMode.MANUAL)
    hidden = own(made)
    assert "Points and feedback have not been released yet." in hidden
    for part in ("7.0", "Well done", "No axis labels", "Told twice", "−2.5", "Together"):
        assert part not in hidden
    assert "Verified" in hidden  # the outcome is no grade


def test_a_report_of_somebody_else_has_nothing_of_mine(made: Class) -> None:
    assert "Orla" not in own(made, "classmate")


def test_staff_see_nothing_of_blind_work_beside_a_name(made: Class) -> None:
    make_blind(made.task)
    found = text(content(download(made, "students", "pdf")))
    assert "This task is graded blind." in found
    for part in ("7.0", "Verified", "No axis labels", made.grade.submission.receipt_number):  # type: ignore[union-attr]
        assert part not in found


def test_an_override_and_an_excuse_are_said(made: Class) -> None:
    Grade.objects.update(override=Decimal("3.0"), override_reason="Agreed by telephone")
    found = own(made)
    assert "3.0 of 10.0 points" in found and "Set by a person: Agreed by telephone" in found
    Grade.objects.update(excused=True, excused_reason="ill")
    assert "Excused: this task does not count." in own(made)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Дмитрий Менделеев", "Дмитрий Менделеев"),
        ("Γιώργος Παπαδόπουλος", "Γιώργος Παπαδόπουλος"),
        ("Łukasz Ñandú Đặng", "Łukasz Ñandú Đặng"),
        ("王小明", "□□□"),
        ("Ann 👩‍💻 X", "Ann □□ X"),
        ("a\x00b\ud800c\u202e", "a\ufffdb\ufffdc"),
    ],
)
def test_a_name_in_any_script_is_shown_or_visibly_replaced(made: Class, name: str, shown: str) -> None:
    student = made.third
    student.user.first_name, student.user.last_name = name, ""
    found = text(student_pdf(scope_of(made, only=student), student, for_staff=True))
    assert shown in found
    assert ("□ stands for a character" in found) == ("□" in shown)


def test_arabic_and_hebrew_read_from_the_right() -> None:
    with Paper(title="x", made_at=AT) as paper:
        assert paper.shown("שלום") == "םולש"
        assert paper.shown("Ann שלום, Lab 12") == "Ann םולש, Lab 12"
        assert paper.shown("محمد")[::-1] == "محمد"


def test_text_is_broken_between_words_and_nothing_of_it_is_lost() -> None:
    with Paper(title="x", made_at=AT) as paper:
        paper.add_page()
        words = " ".join(f"word{number}" for number in range(200))
        paper.paragraph(f"{words}\n{'x' * 500} end")
        found = text(paper.contents())
    assert words in found and found.replace(" ", "").count("x") == 500 and "end" in found


def test_equal_data_give_equal_files(made: Class) -> None:
    for make in (assignments_pdf, students_pdf):
        assert make(scope_of(made, now=AT)) == make(scope_of(made, now=AT))


def test_a_course_without_tasks_or_students_has_a_report_too(made: Class) -> None:
    assert "There is nothing to report." in text(assignments_pdf(scope_of(made, tasks=[])))
    assert "Theo Third" in text(students_pdf(scope_of(made, section=made.section, tasks=[])))


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        ([], []),
        ([5.0], [("5", 1)]),
        ([0.0, 10.0], None),
        ([101.0, 102.5, 400.0], None),
        ([2.0, 2.0, 2.0], [("2", 3)]),
    ],
)
def test_histograms_count_every_value_once(values: list[float], counts: list[tuple[str, int]] | None) -> None:
    found = histogram(values)
    assert sum(count for _, count in found) == len(values) and len(found) <= 12
    assert counts is None or found == counts


@pytest.mark.parametrize(
    "losses",
    [
        np.full((50, 2), np.nan),
        np.array([[0.5, 0.6], [np.inf, 0.2], [0.0, 0.0], [1e9, 1e-9]]),
        np.zeros((0, 2)),
        np.linspace(0.5, 0.0001, 40_000).reshape(-1, 2),
    ],
)
def test_any_trace_can_be_drawn(losses: Any) -> None:
    with Paper(title="x", made_at=AT) as paper:
        paper.add_page()
        loss_curve(paper, (20, 20, 150, 50), losses, target=0.001, reached=3)
        assert "Loss by epoch" in text(paper.contents())
