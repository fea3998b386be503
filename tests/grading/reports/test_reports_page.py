"""The page of downloads: what it says before, what the answer's head says, who may, and what is remembered."""

from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coursework.models import Enrollment, Event, Section
from coursework.services.courses import enroll
from grading.reports.registry import CONTENT_TYPES, LEFT_OUT, REPORTS
from tests.grading.graded import make_blind
from tests.grading.reports.people import Class, content, csv_rows, download, make_class, settled
from tests.world import make_assignment, make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Class:
    return make_class()


def page(made: Class, status: int = 200, **query: str) -> str:
    response = made.world.client("ta").get(reverse("reports", kwargs={"course": made.course.slug}), query)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("key", REPORTS)
def test_each_kind_shows_its_count_and_its_files_before_the_download(key: str, made: Class) -> None:
    shown = page(made, what=key)
    assert REPORTS[key].text in shown
    for wanted in REPORTS[key].files:
        assert f"what={key}&amp;format={wanted}" in shown
        response = download(made, key, wanted)
        assert response["Content-Type"] == CONTENT_TYPES[wanted]
        rows = int(response["X-Rows"])
        if key != "everything":
            assert f"<dd>{rows}</dd>" in shown
        if wanted == "csv":
            assert len(csv_rows(content(response))) == rows
        content(response)


def test_what_is_left_out_is_said_with_the_reason_and_is_a_file_of_its_own(made: Class) -> None:
    Enrollment.objects.filter(pk=made.world.classmate.pk).update(active=False)
    assert "<b>1 student</b>: no longer in the course; what was handed in is kept." in page(made)
    rows = csv_rows(content(download(made, "grades", LEFT_OUT)))
    assert rows == [
        {"table": "Grades", "what": "1 student", "why": "no longer in the course; what was handed in is kept"}
    ]


def test_nothing_left_out_is_said_too(made: Class) -> None:
    assert '<p class="muted">Nothing.</p>' in page(made, section=str(made.section.pk))


def test_the_choice_goes_on_to_the_files(made: Class) -> None:
    shown = page(made, what="attempts", work="playground/circle", section=str(made.section.pk))
    query = f"what=attempts&amp;work={quote('playground/circle', safe='')}&amp;section={made.section.pk}&amp;format=csv"
    assert query in shown


def test_an_assignment_or_a_task_can_be_chosen(made: Class) -> None:
    second = make_task(made.course, slug="second", title="Task B")
    second.assignment = make_assignment(made.course, slug="again", title="Again")
    second.save()
    settled(second, made.third)
    assert {row["task"] for row in csv_rows(content(download(made, "attempts", "csv", work="again")))} == {"Task B"}
    found = csv_rows(content(download(made, "attempts", "csv", work="playground/circle")))
    assert {row["task"] for row in found} == {"Task A: Circle"}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"what": "secrets"}, "“secrets” can’t be chosen. Choose one of grades, attempts"),
        ({"work": "none/at/all"}, "“none/at/all” can’t be chosen. Choose an assignment or a task of this course"),
        ({"section": "999999"}, "“999999” can’t be chosen. Choose a section of this course"),
        ({"section": "\x00"}, "can’t be chosen"),
    ],
)
def test_what_can_not_be_chosen_is_named(query: dict[str, str], says: str, made: Class) -> None:
    assert says in page(made, 422, **query)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"what": "grades"}, "Name one: csv, xlsx, zip, pdf or left-out."),
        ({"what": "grades", "format": "zip"}, "“zip” is no format of Grades. Choose one of csv, xlsx, left-out."),
        ({"what": "screenshots", "format": "csv"}, "Choose one of zip, left-out."),
        ({"what": "nothing", "format": "csv"}, "“nothing” can’t be chosen."),
    ],
)
def test_a_file_that_does_not_exist_is_an_error_and_no_file(query: dict[str, str], says: str, made: Class) -> None:
    address = reverse("report_download", kwargs={"course": made.course.slug})
    response = made.world.client("ta").get(address, query)
    assert response.status_code == 422 and says in response.content.decode()
    assert not Event.objects.filter(action="report.downloaded").exists()


def test_a_section_of_another_course_is_none(made: Class) -> None:
    foreign = Section.objects.create(course=made.world.elsewhere.course, name="Theirs")
    assert "Theirs" not in page(made, 422, section=str(foreign.pk))


def test_files_are_not_kept_by_caches_and_have_names_that_every_system_takes(made: Class) -> None:
    Section.objects.update(name='Übung "1"/a')
    response = download(made, "grades", "csv", section=str(made.section.pk))
    assert response["Cache-Control"] == "private, no-store" and response["X-Content-Type-Options"] == "nosniff"
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''grades-ml-1-%C3%9Cbung-1-a-")
    assert disposition.isascii() and disposition.endswith(".csv")


def test_a_download_is_remembered_without_names(made: Class) -> None:
    content(download(made, "grades", "xlsx", section=str(made.section.pk)))
    event = Event.objects.get(action="report.downloaded")
    assert (event.actor, event.course, event.subject) == (made.world.ta.user, made.course, "report grades")
    assert event.details == {
        "kind": "grades",
        "format": "xlsx",
        "rows": 1,
        "tasks": [made.task.pk],
        "section": made.section.pk,
    }


def test_asking_for_the_head_alone_makes_no_file_and_is_not_remembered(made: Class) -> None:
    address = reverse("report_download", kwargs={"course": made.course.slug})
    response = made.world.client("ta").head(address, {"what": "grades", "format": "csv"})
    assert (response.status_code, response["X-Rows"], content(response)) == (200, "3", b"")
    assert not Event.objects.filter(action="report.downloaded").exists()


@pytest.mark.parametrize("who", ["owner", "elsewhere_instructor", "elsewhere"])
@pytest.mark.parametrize("key", REPORTS)
def test_nobody_else_gets_any_file(who: str, key: str, made: Class) -> None:
    address = reverse("report_download", kwargs={"course": made.course.slug})
    for wanted in (*REPORTS[key].files, LEFT_OUT):
        assert made.world.client(who).get(address, {"what": key, "format": wanted}).status_code == 404


def test_a_student_of_another_course_has_no_report_here(made: Class) -> None:
    for student in (made.world.elsewhere, made.world.ta):
        address = {"course": made.course.slug, "assignment": "playground", "enrollment": student.pk}
        assert made.world.client("ta").get(reverse("report_student", kwargs=address)).status_code == 404


def test_queries_of_the_page_do_not_grow_with_the_class(made: Class) -> None:
    def queries(key: str) -> int:
        with CaptureQueriesContext(connection) as found:
            page(made, what=key)
        return len(found)

    page(made)  # signed in for the first time
    before = {key: queries(key) for key in REPORTS}
    for number in range(3):
        settled(made.task, enroll(course=made.course, user=make_user(f"more{number}")))
    assert {key: queries(key) for key in REPORTS} == before
    assert max(count for key, count in before.items() if key != "everything") <= 40


def test_a_course_without_anything_has_the_page_and_all_files(made: Class) -> None:
    course = made.world.elsewhere.course
    course.assignments.all().delete()
    client = made.world.client("elsewhere_instructor")
    address = reverse("report_download", kwargs={"course": course.slug})
    for key, report in REPORTS.items():
        assert client.get(reverse("reports", kwargs={"course": course.slug}), {"what": key}).status_code == 200
        for wanted in (*report.files, LEFT_OUT):
            response = client.get(address, {"what": key, "format": wanted})
            assert response.status_code == 200 and content(response)


def test_blind_work_is_said_on_the_page(made: Class) -> None:
    make_blind(made.task)
    assert "<b>points of 3 students in Task A: Circle</b>: graded blind" in page(made)
